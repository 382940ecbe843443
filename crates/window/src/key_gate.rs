//! When keys begin to count.
//!
//! A window that jumps up in front of somebody who is typing elsewhere would catch a password, or
//! an Enter that was meant for another question. So nothing counts until the window has been
//! seen: it has the keyboard and the keyboard has been quiet for [`QUIET`].
//!
//! Refuses to know what was pressed.

use std::time::{Duration, Instant};

/// So long nobody may touch the keyboard before keys count.
pub const QUIET: Duration = Duration::from_secs(1);

/// Closed at first and whenever the keyboard comes; open once it has been quiet.
#[derive(Debug, Default)]
pub struct KeyGate {
    quiet_since: Option<Instant>,
    open: bool,
}

impl KeyGate {
    /// The window has got the keyboard: the gate closes, and the quiet time begins to run.
    pub fn focused(&mut self, now: Instant) {
        (self.quiet_since, self.open) = (Some(now), false);
    }

    /// Whether what was pressed at `now` counts. If not, the quiet time starts anew.
    pub fn admits(&mut self, now: Instant) -> bool {
        if !self.settle(now)
            && let Some(since) = &mut self.quiet_since
        {
            *since = now;
        }
        self.open
    }

    /// Opens the gate if it is time, without anything having been pressed; tells whether it is
    /// open.
    pub fn settle(&mut self, now: Instant) -> bool {
        self.open |= self.opens_at().is_some_and(|at| now >= at);
        self.open
    }

    /// The moment the gate will open if nothing is pressed until then; `None` before the window
    /// has the keyboard.
    #[must_use]
    pub fn opens_at(&self) -> Option<Instant> {
        self.quiet_since.map(|since| since + QUIET)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const TICK: Duration = Duration::from_millis(400);

    #[test]
    fn nothing_counts_before_the_window_has_the_keyboard_however_long_it_takes() {
        let start = Instant::now();
        let mut gate = KeyGate::default();
        assert!(!gate.admits(start + 60 * TICK));
        assert_eq!(gate.opens_at(), None);
        gate.focused(start + 61 * TICK);
        assert!(!gate.admits(start + 62 * TICK));
    }

    #[test]
    fn each_key_that_comes_too_early_starts_the_second_anew() {
        let start = Instant::now();
        let mut gate = KeyGate::default();
        gate.focused(start);
        for early in 1..20 {
            assert!(!gate.admits(start + early * TICK));
        }
        assert_eq!(gate.opens_at(), Some(start + 19 * TICK + QUIET));
        assert!(gate.admits(start + 19 * TICK + QUIET));
    }

    #[test]
    fn once_open_it_lets_fast_typing_through() {
        let start = Instant::now();
        let mut gate = KeyGate::default();
        gate.focused(start);
        assert!(!gate.settle(start + TICK));
        assert!(gate.settle(start + QUIET));
        assert!(gate.admits(start + QUIET + Duration::from_millis(1)));
        assert!(gate.admits(start + QUIET + Duration::from_millis(2)));
    }

    #[test]
    fn getting_the_keyboard_again_closes_it_again() {
        let start = Instant::now();
        let mut gate = KeyGate::default();
        gate.focused(start);
        assert!(gate.admits(start + QUIET));
        gate.focused(start + 2 * QUIET);
        assert!(!gate.admits(start + 2 * QUIET + TICK));
    }
}
