//! Origins that ask again and again although the person does not want it: no window opens for them
//! for a while.
//!
//! Refuses to know clocks: the time is an argument.

use std::time::{Duration, SystemTime};

use super::Refusal;
use super::origin::Origin;

/// What happened is counted for so long.
const COUNTED: Duration = Duration::from_secs(60);
/// And a window that nobody answered, which took its two minutes by itself.
const UNANSWERED: Duration = Duration::from_secs(600);
/// An origin is mute for so long.
const MUTED: Duration = Duration::from_secs(300);
/// Origins that are watched; the one that was quiet for longest is let go of.
const MAX_WATCHED: usize = 64;
/// A refusal of the person's.
const DECLINED: u8 = 6;
/// A window that nobody answered.
const IGNORED: u8 = 4;
/// A window that its page took away again, or that only told what stands in the way: it was in the
/// person's way as well, but a page loaded anew does that too.
const IN_VAIN: u8 = 3;
/// No window, but an answer that says what is in the readers: somebody may be feeling for it.
const FELT_FOR: u8 = 1;
/// Two refusals, three windows that nobody answered, four that came and went, or twelve answers.
const ENOUGH: u8 = 12;

/// What became of each origin's windows lately.
#[derive(Debug, Default)]
pub(super) struct Mutes(Vec<Watched>);

#[derive(Debug)]
struct Watched {
    origin: Origin,
    /// When it happened, how long it counts, and how much.
    windows: Vec<(SystemTime, Duration, u8)>,
    muted_at: Option<SystemTime>,
}

impl Mutes {
    /// Notes how a request ended; tells whether its origin is mute from now on.
    pub(super) fn note(&mut self, origin: &Origin, end: Option<Refusal>, now: SystemTime) -> bool {
        let (counted, weight) = match end {
            // Whoever agrees wants to be asked.
            None => {
                self.unmute(origin);
                return false;
            }
            Some(Refusal::UserDeclined) => (COUNTED, DECLINED),
            Some(Refusal::TimedOut) => (UNANSWERED, IGNORED),
            Some(
                Refusal::Cancelled
                | Refusal::NoSigningModule
                | Refusal::CertificateExpired
                | Refusal::UnsupportedHash,
            ) => (COUNTED, IN_VAIN),
            Some(
                Refusal::NoService | Refusal::NoReader | Refusal::NoCard | Refusal::UnsupportedCard,
            ) => (COUNTED, FELT_FOR),
            Some(
                Refusal::Busy
                | Refusal::Muted
                | Refusal::CardRemoved
                | Refusal::IdMismatch
                | Refusal::PinBlocked
                | Refusal::NoWindow
                | Refusal::Internal,
            ) => return false,
        };
        let known = self.0.iter().position(|watched| watched.origin == *origin);
        let mut watched = match known {
            Some(at) => self.0.remove(at),
            None => Watched { origin: origin.clone(), windows: Vec::new(), muted_at: None },
        };
        watched.windows.retain(|(at, counted, _)| is_within(*counted, *at, now));
        watched.windows.push((now, counted, weight));
        let muted = watched.windows.iter().map(|(.., weight)| weight).sum::<u8>() >= ENOUGH;
        if muted {
            watched.windows.clear();
            watched.muted_at = Some(now);
        }
        if self.0.len() >= MAX_WATCHED {
            self.0.remove(0);
        }
        self.0.push(watched);
        muted
    }

    /// Whether no window opens for `origin` now.
    pub(super) fn is_muted(&self, origin: &Origin, now: SystemTime) -> bool {
        self.0.iter().any(|watched| watched.origin == *origin && watched.is_muted(now))
    }

    /// Every origin that is mute now.
    pub(super) fn muted(&self, now: SystemTime) -> Vec<Origin> {
        let muted = self.0.iter().filter(|watched| watched.is_muted(now));
        muted.map(|watched| watched.origin.clone()).collect()
    }

    /// Lets an origin ask again, as if it never had.
    pub(super) fn unmute(&mut self, origin: &Origin) {
        self.0.retain(|watched| watched.origin != *origin);
    }
}

impl Watched {
    fn is_muted(&self, now: SystemTime) -> bool {
        self.muted_at.is_some_and(|at| is_within(MUTED, at, now))
    }
}

/// Whether `at` is not longer ago than that. A clock that was set back makes nothing last longer.
fn is_within(time: Duration, at: SystemTime, now: SystemTime) -> bool {
    now.duration_since(at).is_ok_and(|passed| passed < time)
}

#[cfg(test)]
mod tests {
    use super::*;

    const SECOND: Duration = Duration::from_secs(1);
    const NO: Option<Refusal> = Some(Refusal::UserDeclined);
    const GONE: Option<Refusal> = Some(Refusal::Cancelled);

    fn origin(number: usize) -> Origin {
        Origin::parse(&format!("https://site-{number}.example")).unwrap()
    }

    fn start() -> SystemTime {
        SystemTime::UNIX_EPOCH + Duration::from_secs(1_700_000_000)
    }

    #[test]
    fn two_refusals_within_a_minute_mute_for_five() {
        let (mut mutes, site, now) = (Mutes::default(), origin(1), start());
        assert!(!mutes.note(&site, NO, now));
        assert!(!mutes.is_muted(&site, now));
        let second = now + 59 * SECOND;
        assert!(mutes.note(&site, NO, second));
        assert!(mutes.is_muted(&site, second + 299 * SECOND));
        assert_eq!(mutes.muted(second), std::slice::from_ref(&site));
        assert!(!mutes.is_muted(&site, second + 300 * SECOND));
        assert!(!mutes.is_muted(&origin(2), second), "others are not");
    }

    #[test]
    fn refusals_a_minute_apart_do_not() {
        let (mut mutes, site) = (Mutes::default(), origin(1));
        for minute in 0..10 {
            assert!(!mutes.note(&site, NO, start() + minute * 60 * SECOND));
        }
    }

    #[test]
    fn a_page_that_takes_its_windows_away_again_is_muted_at_the_fourth() {
        let (mut mutes, site, now) = (Mutes::default(), origin(1), start());
        for count in 1..4 {
            assert!(!mutes.note(&site, GONE, now + count * SECOND));
        }
        assert!(mutes.note(&site, GONE, now + 4 * SECOND));
    }

    #[test]
    fn a_page_whose_windows_nobody_answers_is_muted_at_the_third() {
        let (mut mutes, site, now) = (Mutes::default(), origin(1), start());
        let ignored = Some(Refusal::TimedOut);
        assert!(!mutes.note(&site, ignored, now));
        assert!(!mutes.note(&site, ignored, now + 120 * SECOND));
        assert!(mutes.note(&site, ignored, now + 240 * SECOND));
    }

    #[test]
    fn a_page_that_feels_for_the_card_is_muted_at_the_twelfth_answer() {
        let (mut mutes, site, now) = (Mutes::default(), origin(1), start());
        for count in 1..12 {
            assert!(!mutes.note(&site, Some(Refusal::NoCard), now + count * SECOND), "{count}");
        }
        assert!(mutes.note(&site, Some(Refusal::NoReader), now + 12 * SECOND));
    }

    #[test]
    fn whoever_agrees_or_unmutes_begins_anew_and_other_ends_do_not_count() {
        let (mut mutes, site, now) = (Mutes::default(), origin(1), start());
        mutes.note(&site, NO, now);
        mutes.note(&site, None, now);
        assert!(!mutes.note(&site, NO, now));
        for end in [Refusal::IdMismatch, Refusal::CardRemoved, Refusal::PinBlocked] {
            assert!(!mutes.note(&site, Some(end), now));
        }
        assert!(mutes.note(&site, NO, now));
        mutes.unmute(&site);
        assert!(!mutes.is_muted(&site, now) && !mutes.note(&site, NO, now));
    }

    #[test]
    fn a_clock_that_is_set_back_mutes_nobody_for_longer() {
        let (mut mutes, site, now) = (Mutes::default(), origin(1), start());
        mutes.note(&site, NO, now);
        mutes.note(&site, NO, now);
        assert!(!mutes.is_muted(&site, now - 3600 * SECOND));
    }

    #[test]
    fn what_is_remembered_is_bounded() {
        let (mut mutes, now) = (Mutes::default(), start());
        mutes.note(&origin(0), NO, now);
        for number in 1..1000 {
            mutes.note(&origin(number), NO, now);
        }
        assert_eq!(mutes.0.len(), MAX_WATCHED);
        assert!(!mutes.note(&origin(0), NO, now), "it was let go of");
    }
}
