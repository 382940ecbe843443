//! "I am not a robot": judged by a puzzle of the portal's own, or by Google where the operator wants it.
//! What was good once is the data base's to know.

mod config;
mod puzzle;
mod recaptcha;

use std::sync::Arc;

use openssl::{
    error::ErrorStack,
    pkey::{PKey, Private},
};
use time::{Duration, OffsetDateTime};
use tokio::task::spawn_blocking;

use crate::{Config, post::PostError, secret_file::SecretFileError, session::SessionId};
pub use config::{RecaptchaConfig, RecaptchaVersion};
pub(crate) use puzzle::Puzzle;
use recaptcha::Recaptcha;

/// As long as an answer could be good for, it is known as used.
pub(crate) const LIFETIME: Duration = puzzle::LIFETIME;

/// Who judges.
pub(crate) enum Judge {
    Puzzle(PKey<Private>),
    Recaptcha(Arc<Recaptcha>),
}

/// Why nobody is believed to be a person.
#[derive(Debug, thiserror::Error)]
pub(crate) enum RobotError {
    #[error("the check for robots was not passed")]
    Failed,
    /// Then nobody passes.
    #[error("who judges robots cannot be asked: {0}")]
    Away(Away),
    #[error("the cryptographic library failed")]
    Crypto(#[from] ErrorStack),
}

/// Why Google gave no judgement.
#[derive(Debug, Clone, Copy, thiserror::Error)]
pub(crate) enum Away {
    #[error(transparent)]
    Post(#[from] PostError),
    #[error("the answer with status {status} is not readable")]
    Unreadable { status: u16 },
    #[error("Google does not know the secret of reCAPTCHA")]
    Secret,
    #[error("the judgement broke off")]
    Broken,
}

/// Why Google cannot be asked as it is configured.
#[derive(Debug, thiserror::Error)]
pub enum RecaptchaError {
    /// The key of the page is not one.
    #[error("`site-key` is not one: letters, digits, - and _")]
    SiteKey,
    /// The score is not one.
    #[error("`minimum-score` lies between 0 and 1")]
    Score,
    /// The address is none, or would be reached readably.
    #[error("`verify-url` is not an address that begins with https://")]
    Address,
    /// The secret is not to be had.
    #[error("the secret of reCAPTCHA is not to be had")]
    Secret(#[from] SecretFileError),
}

impl Judge {
    /// `key` is the one of the portal's own puzzles.
    pub(crate) fn open(config: &Config, key: PKey<Private>) -> Result<Self, RecaptchaError> {
        Ok(match &config.recaptcha {
            Some(recaptcha) => {
                Self::Recaptcha(Arc::new(Recaptcha::open(recaptcha, &config.origin)?))
            }
            None => Self::Puzzle(key),
        })
    }

    /// A puzzle for this visitor; where Google judges there is none.
    pub(crate) fn puzzle(
        &self,
        visitor: &SessionId,
        now: OffsetDateTime,
    ) -> Result<Puzzle, RobotError> {
        match self {
            Self::Puzzle(key) => Ok(Puzzle::new(key, visitor, now)?),
            Self::Recaptcha(_) => Err(RobotError::Failed),
        }
    }

    /// What the answer is known by, so that it is used once.
    pub(crate) async fn judge(
        &self,
        visitor: &SessionId,
        answer: String,
        now: OffsetDateTime,
    ) -> Result<String, RobotError> {
        match self {
            Self::Puzzle(key) => {
                puzzle::solved(key, visitor, &answer, now)?.ok_or(RobotError::Failed)
            }
            Self::Recaptcha(google) => {
                let google = google.clone();
                let judged = spawn_blocking(move || google.judge(&answer)).await;
                judged.unwrap_or(Err(RobotError::Away(Away::Broken)))
            }
        }
    }
}
