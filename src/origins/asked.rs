//! Origins that called without being allowed: the newest few. Any page can make as many as it
//! likes, so what is kept is bounded and none of it is written down.

use std::collections::VecDeque;

use crate::session::origin::Origin;

/// Kept at once.
const MAX_ASKED: usize = 16;

#[derive(Debug, Default)]
pub(super) struct Asked(VecDeque<Origin>);

impl Asked {
    /// Puts `origin` first; tells whether it was not there already.
    pub(super) fn note(&mut self, origin: &Origin) -> bool {
        let known = self.0.iter().position(|one| one == origin);
        if known == Some(0) {
            return false;
        }
        if let Some(at) = known {
            self.0.remove(at);
        }
        self.0.truncate(MAX_ASKED - 1);
        self.0.push_front(origin.clone());
        known.is_none()
    }

    pub(super) fn forget(&mut self, origin: &Origin) {
        self.0.retain(|one| one != origin);
    }

    pub(super) fn newest_first(&self) -> Vec<Origin> {
        self.0.iter().cloned().collect()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn origin(number: usize) -> Origin {
        Origin::parse(&format!("https://site-{number}.example")).unwrap()
    }

    #[test]
    fn the_newest_come_first_and_the_oldest_go() {
        let mut asked = Asked::default();
        for number in 0..1000 {
            assert!(asked.note(&origin(number)));
        }
        let kept = asked.newest_first();
        assert_eq!((kept.len(), &kept[0], &kept[15]), (16, &origin(999), &origin(984)));
        assert!(!asked.note(&origin(999)) && !asked.note(&origin(990)));
        assert_eq!(asked.newest_first()[..2], [origin(990), origin(999)]);
        asked.forget(&origin(990));
        assert_eq!(asked.newest_first().len(), 15);
    }
}
