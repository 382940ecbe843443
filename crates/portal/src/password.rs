//! Passwords, kept as Argon2id.
//!
//! Refuses to tell whether there was no such member or a wrong password, in words and in time.

use std::sync::{Arc, Mutex, PoisonError};

use tokio::{
    sync::{OwnedSemaphorePermit, Semaphore},
    task::spawn_blocking,
};
use zeroize::Zeroizing;

use crate::password_hash::Memory;

/// Each takes 9 MiB; so many at once and no more.
const AT_ONCE: usize = 2;
/// So many may wait for their turn, which takes them about a second.
const WAITING: usize = 30;

/// Why a password could be neither kept nor checked.
#[derive(Debug, thiserror::Error)]
pub enum PasswordError {
    /// The hash could not be made, or the one that was kept is not one of ours.
    #[error("the password hash is not usable")]
    Unusable,
    /// As many wait as there is room for.
    #[error("too many passwords are being checked; try again in a few seconds")]
    Crowded,
    /// The program is ending.
    #[error("the password was not checked because the program is ending")]
    Ending,
}

/// What is to be kept of a password.
///
/// # Errors
/// The system has no memory or no randomness to give.
pub fn hash(password: &str) -> Result<String, PasswordError> {
    Memory::default().hash(password.as_bytes())
}

/// Checks passwords, a few at a time.
pub(crate) struct PasswordCheck {
    room: Arc<Semaphore>,
    turns: Arc<Semaphore>,
    /// The memory of those that are not worked on.
    memory: Arc<Mutex<Vec<Memory>>>,
    /// What is checked where there is no member, so that it takes as long.
    nobody: String,
}

/// A place in the waiting room.
pub(crate) struct Seat<'a> {
    check: &'a PasswordCheck,
    place: OwnedSemaphorePermit,
}

impl PasswordCheck {
    pub(crate) fn new() -> Result<Self, PasswordError> {
        let [room, turns] =
            [AT_ONCE + WAITING, AT_ONCE].map(|permits| Arc::new(Semaphore::new(permits)));
        Ok(Self { room, turns, memory: Arc::default(), nobody: hash("nobody")? })
    }

    /// Takes a place, if one is free.
    pub(crate) fn seat(&self) -> Result<Seat<'_>, PasswordError> {
        let place = self.room.clone().try_acquire_owned().map_err(|_| PasswordError::Crowded)?;
        Ok(Seat { check: self, place })
    }
}

impl Seat<'_> {
    /// What is to be kept of a password, see [`hash`].
    pub(crate) async fn hash(self, password: Zeroizing<String>) -> Result<String, PasswordError> {
        self.work(move |memory| memory.hash(password.as_bytes())).await
    }

    /// Whether the password fits; never where `kept` is none.
    pub(crate) async fn fits(
        self,
        password: Zeroizing<String>,
        kept: Option<String>,
    ) -> Result<bool, PasswordError> {
        let exists = kept.is_some();
        let kept = kept.unwrap_or_else(|| self.check.nobody.clone());
        let fits = self.work(move |memory| memory.fits(password.as_bytes(), &kept)).await?;
        Ok(fits && exists)
    }

    /// Does it when it is this seat's turn, on a thread that may be kept busy.
    async fn work<T: Send + 'static>(
        self,
        work: impl FnOnce(&mut Memory) -> Result<T, PasswordError> + Send + 'static,
    ) -> Result<T, PasswordError> {
        let Self { check, place } = self;
        let turn = check.turns.clone().acquire_owned().await.map_err(|_| PasswordError::Ending)?;
        let idle = check.memory.clone();
        let done = spawn_blocking(move || {
            // Both are given back when the work is done, even if nobody waits for it any more.
            let _held = (place, turn);
            let taken = idle.lock().unwrap_or_else(PoisonError::into_inner).pop();
            let mut memory = taken.unwrap_or_default();
            let done = work(&mut memory);
            idle.lock().unwrap_or_else(PoisonError::into_inner).push(memory);
            done
        });
        done.await.map_err(|_| PasswordError::Ending)?
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[tokio::test]
    async fn only_the_right_password_of_a_member_fits() {
        let check = PasswordCheck::new().unwrap();
        let kept = hash("Taipei#101").unwrap();
        let fits = async |password: &str, kept: Option<&String>| {
            let seat = check.seat().unwrap();
            seat.fits(Zeroizing::new(password.into()), kept.cloned()).await.unwrap()
        };
        assert!(kept.starts_with("$argon2id$"));
        assert!(fits("Taipei#101", Some(&kept)).await);
        assert!(!fits("Taipei#102", Some(&kept)).await);
        assert!(!fits("nobody", None).await);
    }

    #[tokio::test]
    async fn the_waiting_room_has_an_end_and_is_free_again_after_the_work() {
        let check = PasswordCheck::new().unwrap();
        let seats: Vec<_> = (0..AT_ONCE + WAITING).map(|_| check.seat().unwrap()).collect();
        assert!(matches!(check.seat(), Err(PasswordError::Crowded)));
        for seat in seats.into_iter().take(1) {
            assert!(!seat.fits(Zeroizing::new("x".into()), None).await.unwrap());
        }
        assert!(check.seat().is_ok());
    }
}
