//! Passwords, kept as Argon2id (RFC 9106) with the parameters the library recommends.
//!
//! Refuses to tell whether there was no such member or a wrong password, in words and in time.

use std::sync::Arc;

use argon2::{
    Argon2,
    password_hash::{PasswordHasher, PasswordVerifier, phc::PasswordHash},
};
use tokio::{sync::Semaphore, task::spawn_blocking};
use zeroize::Zeroizing;

/// Each takes 19 MiB for a moment; so many at once and no more.
const AT_ONCE: usize = 4;

/// Why a password could be neither kept nor checked.
#[derive(Debug, thiserror::Error)]
pub enum PasswordError {
    /// The hash could not be made, or the one that was kept is not one.
    #[error("the password hash is not usable")]
    Hash(#[from] argon2::password_hash::Error),
    /// The kept text is not a password hash.
    #[error("the kept password hash is malformed")]
    Kept(#[from] argon2::password_hash::phc::Error),
    /// The program is ending.
    #[error("the password was not checked because the program is ending")]
    Ending,
}

/// What is to be kept of a password.
///
/// # Errors
/// The system has no memory or no randomness to give.
pub fn hash(password: &str) -> Result<String, PasswordError> {
    Ok(Argon2::default().hash_password(password.as_bytes())?.to_string())
}

/// Checks passwords, a few at a time.
pub(crate) struct PasswordCheck {
    turns: Arc<Semaphore>,
    /// What is checked where there is no member, so that it takes as long.
    nobody: String,
}

impl PasswordCheck {
    pub(crate) fn new() -> Result<Self, PasswordError> {
        Ok(Self { turns: Arc::new(Semaphore::new(AT_ONCE)), nobody: hash("nobody")? })
    }

    /// Whether the password fits; never where `kept` is none.
    pub(crate) async fn fits(
        &self,
        password: Zeroizing<String>,
        kept: Option<String>,
    ) -> Result<bool, PasswordError> {
        let exists = kept.is_some();
        let kept = kept.unwrap_or_else(|| self.nobody.clone());
        let turn = self.turns.clone().acquire_owned().await.map_err(|_| PasswordError::Ending)?;
        let fits = spawn_blocking(move || {
            let _turn = turn;
            let kept = PasswordHash::new(&kept)?;
            match Argon2::default().verify_password(password.as_bytes(), &kept) {
                Ok(()) => Ok(true),
                Err(argon2::password_hash::Error::PasswordInvalid) => Ok(false),
                Err(error) => Err(PasswordError::from(error)),
            }
        });
        Ok(fits.await.map_err(|_| PasswordError::Ending)?? && exists)
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
            check.fits(Zeroizing::new(password.into()), kept.cloned()).await.unwrap()
        };
        assert!(kept.starts_with("$argon2id$"));
        assert!(fits("Taipei#101", Some(&kept)).await);
        assert!(!fits("Taipei#102", Some(&kept)).await);
        assert!(!fits("nobody", None).await);
    }
}
