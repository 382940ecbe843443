//! The last requests that were served: who asked, when it ended, and how. Nothing of the person's,
//! and nothing on the disk.

use std::collections::VecDeque;
use std::time::SystemTime;

use super::Refusal;
use super::origin::Origin;

/// So many are remembered.
const MOST: usize = 20;

/// A request that was served.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Past {
    /// Who asked.
    pub origin: Origin,
    /// When it ended.
    pub at: SystemTime,
    /// Why it was refused, if it was.
    pub refusal: Option<Refusal>,
}

/// The last ones, unless the person wants none remembered.
#[derive(Debug, Default)]
pub(super) struct History {
    kept: Option<VecDeque<Past>>,
}

impl History {
    pub(super) fn note(&mut self, past: Past) {
        if let Some(kept) = &mut self.kept {
            kept.truncate(MOST - 1);
            kept.push_front(past);
        }
    }

    /// Remembers from now on, or forgets all.
    pub(super) fn remember(&mut self, remember: bool) {
        self.kept = remember.then(|| self.kept.take().unwrap_or_default());
    }

    /// The newest first; `None` where none is remembered.
    pub(super) fn newest_first(&self) -> Option<Vec<Past>> {
        self.kept.as_ref().map(|kept| kept.iter().cloned().collect())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn past(number: u64) -> Past {
        let origin = Origin::parse("https://id.taipei").unwrap();
        let at = SystemTime::UNIX_EPOCH + std::time::Duration::from_secs(number);
        Past { origin, at, refusal: None }
    }

    #[test]
    fn the_last_twenty_are_remembered_the_newest_first() {
        let mut history = History::default();
        history.note(past(0));
        assert_eq!(history.newest_first(), None, "nobody has said that they are");
        history.remember(true);
        (1..=30).for_each(|number| history.note(past(number)));
        let kept = history.newest_first().unwrap();
        assert_eq!((kept.len(), &kept[0], &kept[19]), (20, &past(30), &past(11)));
    }

    #[test]
    fn a_person_who_wants_none_remembered_has_none() {
        let mut history = History::default();
        history.remember(true);
        history.note(past(1));
        history.remember(true);
        assert_eq!(history.newest_first().unwrap().len(), 1);
        history.remember(false);
        history.note(past(2));
        history.remember(true);
        assert_eq!(history.newest_first().unwrap(), []);
    }
}
