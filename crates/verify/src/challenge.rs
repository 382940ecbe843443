//! Challenges: what a card has to sign so that its answer is fresh and meant for this session.
//!
//! Refuses to know what a session is: the caller names it by a string of its own.

use std::collections::{HashMap, VecDeque};

use base64::{Engine, prelude::BASE64_STANDARD};
use openssl::{error::ErrorStack, rand::rand_bytes};
use time::{Duration, OffsetDateTime};

/// A random string of 44 characters (256 bits in base64) that was issued once.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Challenge(String);

impl Challenge {
    /// The characters, exactly as they go to the page and under the signature.
    #[must_use]
    pub fn as_str(&self) -> &str {
        &self.0
    }
}

/// Why a challenge is not accepted.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum ChallengeError {
    /// Never issued here, used before, or dropped to make room: issue a new one.
    #[error("the challenge is unknown or was used before")]
    Unknown,
    /// Issued to another browser session.
    #[error("the challenge belongs to another session")]
    OtherSession,
    /// Older than [`ChallengeStore::LIFETIME`].
    #[error("the challenge expired at {expired}")]
    Expired {
        /// The moment it stopped being good.
        expired: OffsetDateTime,
    },
}

/// The challenges that are out, in memory. Each can be taken back once, in the session it was
/// issued to, within five minutes; `T` is whatever the site wants back with it.
#[derive(Debug)]
pub struct ChallengeStore<T = ()> {
    open: HashMap<String, Open<T>>,
    by_age: VecDeque<String>,
    capacity: usize,
}

#[derive(Debug)]
struct Open<T> {
    session: String,
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

    /// Space for `capacity` open challenges (at least one). When it is full the oldest goes
    /// first, and the expired are the oldest.
    #[must_use]
    pub fn with_capacity(capacity: usize) -> Self {
        Self { open: HashMap::new(), by_age: VecDeque::new(), capacity: capacity.max(1) }
    }

    /// A new challenge for this session, with something to get back when it is taken.
    ///
    /// # Errors
    /// The system has no randomness to give.
    pub fn issue(
        &mut self,
        session: &str,
        attached: T,
        now: OffsetDateTime,
    ) -> Result<Challenge, ErrorStack> {
        let mut bytes = [0; 32];
        rand_bytes(&mut bytes)?;
        let challenge = BASE64_STANDARD.encode(bytes);

        self.drop_expired(now);
        while self.by_age.len() >= self.capacity {
            self.drop_oldest();
        }
        self.by_age.push_back(challenge.clone());
        let expires = now + Self::LIFETIME;
        self.open
            .insert(challenge.clone(), Open { session: session.to_owned(), expires, attached });
        Ok(Challenge(challenge))
    }

    /// Takes a challenge back. Whatever the result, it cannot be taken again.
    ///
    /// # Errors
    /// It is unknown (or used), belongs to another session, or has expired.
    pub fn take(
        &mut self,
        session: &str,
        challenge: &str,
        now: OffsetDateTime,
    ) -> Result<T, ChallengeError> {
        let open = self.open.remove(challenge).ok_or(ChallengeError::Unknown)?;
        self.by_age.retain(|other| other != challenge);
        if open.session != session {
            return Err(ChallengeError::OtherSession);
        }
        if now >= open.expires {
            return Err(ChallengeError::Expired { expired: open.expires });
        }
        Ok(open.attached)
    }

    fn drop_expired(&mut self, now: OffsetDateTime) {
        while self
            .by_age
            .front()
            .and_then(|oldest| self.open.get(oldest))
            .is_some_and(|open| now >= open.expires)
        {
            self.drop_oldest();
        }
    }

    fn drop_oldest(&mut self) {
        if let Some(oldest) = self.by_age.pop_front() {
            self.open.remove(&oldest);
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
    fn another_session_gets_nothing_and_the_challenge_is_spent() {
        let mut store = ChallengeStore::new();
        let challenge = store.issue("anna", (), NOW).unwrap();
        let answer = store.take("ben", challenge.as_str(), NOW);
        assert_eq!(answer, Err(ChallengeError::OtherSession));
        assert_eq!(store.take("anna", challenge.as_str(), NOW), Err(ChallengeError::Unknown));
    }

    #[test]
    fn a_challenge_is_good_for_five_minutes_and_not_a_second_more() {
        let mut store = ChallengeStore::new();
        let expired = NOW + Duration::minutes(5);
        let early = store.issue("anna", (), NOW).unwrap();
        let late = store.issue("anna", (), NOW).unwrap();
        assert_eq!(store.take("anna", early.as_str(), expired - Duration::SECOND), Ok(()));
        assert_eq!(
            store.take("anna", late.as_str(), expired),
            Err(ChallengeError::Expired { expired })
        );
    }

    #[test]
    fn a_full_store_lets_the_oldest_go() {
        let mut store = ChallengeStore::with_capacity(2);
        let [first, second, third] = [1, 2, 3].map(|n| store.issue("anna", n, NOW).unwrap());
        assert_eq!(store.take("anna", first.as_str(), NOW), Err(ChallengeError::Unknown));
        assert_eq!(store.take("anna", second.as_str(), NOW), Ok(2));
        assert_eq!(store.take("anna", third.as_str(), NOW), Ok(3));
    }

    #[test]
    fn expired_challenges_do_not_stay_in_memory() {
        let mut store = ChallengeStore::new();
        store.issue("anna", (), NOW).unwrap();
        store.issue("anna", (), NOW + ChallengeStore::<()>::LIFETIME).unwrap();
        assert_eq!((store.open.len(), store.by_age.len()), (1, 1));
    }

    #[test]
    fn no_challenge_comes_twice() {
        let mut store = ChallengeStore::new();
        let mut seen = std::collections::HashSet::new();
        assert!((0..1000).all(|_| seen.insert(store.issue("anna", (), NOW).unwrap().0)));
    }
}
