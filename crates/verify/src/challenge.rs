//! Challenges: what a card has to sign so that its answer is fresh and meant for this session.
//!
//! Refuses to know what a session is: the caller names it by a string of its own.

use std::collections::{BTreeSet, HashMap};

use base64::{Engine, prelude::BASE64_STANDARD};
use openssl::{error::ErrorStack, rand::rand_bytes};
use time::{Duration, OffsetDateTime};

/// A random string of 44 characters (256 bits in base64) that was issued once.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Challenge(String);

impl Challenge {
    /// A new one, for whoever keeps challenges in a store of their own.
    ///
    /// # Errors
    /// The system has no randomness to give.
    pub fn new() -> Result<Self, ErrorStack> {
        let mut bytes = [0; 32];
        rand_bytes(&mut bytes)?;
        Ok(Self(BASE64_STANDARD.encode(bytes)))
    }

    /// The characters, exactly as they go to the page and under the signature.
    #[must_use]
    pub fn as_str(&self) -> &str {
        &self.0
    }
}

/// Why there is no challenge.
#[derive(Debug, thiserror::Error)]
pub enum IssueError {
    /// As many sessions have an open challenge as there is space for. One ends within
    /// [`ChallengeStore::LIFETIME`]: ask again later.
    #[error("all {capacity} places for open challenges are taken; ask again later")]
    Full {
        /// How many there are.
        capacity: usize,
    },
    /// The system has no randomness to give.
    #[error("the system has no randomness to give")]
    Randomness(#[from] ErrorStack),
}

/// Why a challenge is not accepted.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum ChallengeError {
    /// Never issued to this session, used before, or replaced by a newer one: issue a new one.
    #[error("the challenge is not the open one of this session")]
    Unknown,
    /// Older than [`ChallengeStore::LIFETIME`].
    #[error("the challenge expired at {expired}")]
    Expired {
        /// The moment it stopped being good.
        expired: OffsetDateTime,
    },
}

/// The challenges that are out, in memory: one a session. Each can be taken back once, in the
/// session it was issued to, within five minutes; `T` is whatever the site wants back with it.
///
/// A session can only push out its own challenge. Where one person may have many sessions, name
/// them by the person, so that nobody can take all places.
#[derive(Debug)]
pub struct ChallengeStore<T = ()> {
    /// By session.
    open: HashMap<String, Open<T>>,
    /// The same sessions, the first to expire first.
    by_expiry: BTreeSet<(OffsetDateTime, String)>,
    capacity: usize,
}

#[derive(Debug)]
struct Open<T> {
    challenge: String,
    expires: OffsetDateTime,
    attached: T,
}

impl<T> ChallengeStore<T> {
    /// How long a challenge can be answered: five minutes.
    pub const LIFETIME: Duration = Duration::minutes(5);

    /// Space for 10,000 open challenges.
    #[must_use]
    pub fn new() -> Self {
        Self::with_capacity(10_000)
    }

    /// Space for `capacity` open challenges (at least one).
    #[must_use]
    pub fn with_capacity(capacity: usize) -> Self {
        Self { open: HashMap::new(), by_expiry: BTreeSet::new(), capacity: capacity.max(1) }
    }

    /// A new challenge for this session in place of the one it may have, with something to get
    /// back when it is taken.
    ///
    /// # Errors
    /// All places are taken by other sessions' challenges that have not expired, or the system has
    /// no randomness to give.
    pub fn issue(
        &mut self,
        session: &str,
        attached: T,
        now: OffsetDateTime,
    ) -> Result<Challenge, IssueError> {
        let challenge = Challenge::new()?;
        self.remove(session);
        self.drop_expired(now);
        if self.open.len() >= self.capacity {
            return Err(IssueError::Full { capacity: self.capacity });
        }
        let expires = now + Self::LIFETIME;
        self.by_expiry.insert((expires, session.to_owned()));
        let open = Open { challenge: challenge.0.clone(), expires, attached };
        self.open.insert(session.to_owned(), open);
        Ok(challenge)
    }

    /// Takes a session's challenge back. Whatever comes of it, it cannot be taken again.
    ///
    /// # Errors
    /// It is not the open one of this session, or has expired.
    pub fn take(
        &mut self,
        session: &str,
        challenge: &str,
        now: OffsetDateTime,
    ) -> Result<T, ChallengeError> {
        if self.open.get(session).is_none_or(|open| open.challenge != challenge) {
            return Err(ChallengeError::Unknown);
        }
        let open = self.remove(session).ok_or(ChallengeError::Unknown)?;
        if now >= open.expires {
            return Err(ChallengeError::Expired { expired: open.expires });
        }
        Ok(open.attached)
    }

    fn remove(&mut self, session: &str) -> Option<Open<T>> {
        let open = self.open.remove(session)?;
        self.by_expiry.remove(&(open.expires, session.to_owned()));
        Some(open)
    }

    fn drop_expired(&mut self, now: OffsetDateTime) {
        while self.by_expiry.first().is_some_and(|(expires, _)| now >= *expires) {
            if let Some((_, session)) = self.by_expiry.pop_first() {
                self.open.remove(&session);
            }
        }
    }
}

impl<T> Default for ChallengeStore<T> {
    fn default() -> Self {
        Self::new()
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use time::macros::datetime;

    const NOW: OffsetDateTime = datetime!(2026-11-21 08:00 UTC);

    #[test]
    fn a_challenge_is_taken_back_once_with_what_was_attached() {
        let mut store = ChallengeStore::new();
        let challenge = store.issue("anna", 7, NOW).unwrap();
        assert_eq!(challenge.as_str().len(), 44);
        assert_eq!(store.take("anna", challenge.as_str(), NOW), Ok(7));
        assert_eq!(store.take("anna", challenge.as_str(), NOW), Err(ChallengeError::Unknown));
    }

    #[test]
    fn another_session_gets_nothing_and_takes_nothing_away() {
        let mut store = ChallengeStore::new();
        let challenge = store.issue("anna", (), NOW).unwrap();
        let answer = store.take("ben", challenge.as_str(), NOW);
        assert_eq!(answer, Err(ChallengeError::Unknown));
        assert_eq!(store.take("anna", challenge.as_str(), NOW), Ok(()));
    }

    #[test]
    fn a_challenge_is_good_for_five_minutes_and_not_a_second_more() {
        let mut store = ChallengeStore::new();
        let expired = NOW + Duration::minutes(5);
        let early = store.issue("anna", (), NOW).unwrap();
        let late = store.issue("ben", (), NOW).unwrap();
        assert_eq!(store.take("anna", early.as_str(), expired - Duration::SECOND), Ok(()));
        assert_eq!(
            store.take("ben", late.as_str(), expired),
            Err(ChallengeError::Expired { expired })
        );
    }

    #[test]
    fn a_new_challenge_replaces_the_one_the_session_had() {
        let mut store = ChallengeStore::new();
        let [first, second] = [1, 2].map(|n| store.issue("anna", n, NOW).unwrap());
        assert_eq!(store.take("anna", first.as_str(), NOW), Err(ChallengeError::Unknown));
        assert_eq!(store.take("anna", second.as_str(), NOW), Ok(2));
    }

    #[test]
    fn no_session_pushes_out_the_challenge_of_another() {
        let mut store = ChallengeStore::with_capacity(2);
        let challenge = store.issue("anna", (), NOW).unwrap();
        for _ in 0..10 {
            store.issue("mallory", (), NOW).unwrap();
        }
        assert_eq!(store.take("anna", challenge.as_str(), NOW), Ok(()));
    }

    #[test]
    fn a_full_store_refuses_newcomers_until_a_challenge_has_expired() {
        let mut store = ChallengeStore::with_capacity(2);
        store.issue("anna", (), NOW).unwrap();
        store.issue("ben", (), NOW + Duration::SECOND).unwrap();
        let full = store.issue("carl", (), NOW + Duration::SECOND);
        assert!(matches!(full, Err(IssueError::Full { capacity: 2 })), "{full:?}");
        let later = NOW + ChallengeStore::<()>::LIFETIME;
        let challenge = store.issue("carl", (), later).unwrap();
        assert_eq!(store.take("carl", challenge.as_str(), later), Ok(()));
        assert_eq!((store.open.len(), store.by_expiry.len()), (1, 1));
    }

    #[test]
    fn no_challenge_comes_twice() {
        let mut store = ChallengeStore::new();
        let mut seen = std::collections::HashSet::new();
        assert!((0..1000).all(|_| seen.insert(store.issue("anna", (), NOW).unwrap().0)));
    }
}
