//! Every certificate from the card to the anchor has to be in its time (RFC 5280 §4.1.2.5; both
//! ends belong to it).
//!
//! Refuses to know the time: it is told.

use std::fmt;

use time::OffsetDateTime;

use crate::certificate::{Certificate, KeyIdentifier};

/// Which certificate of a chain is meant, in a way that can stand in a log.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Position {
    /// The card's own.
    EndEntity,
    /// The issuer with this key.
    Issuer(Option<KeyIdentifier>),
}

impl fmt::Display for Position {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::EndEntity => f.write_str("the card's certificate"),
            Self::Issuer(Some(key)) => write!(f, "the issuer's certificate with the key {key}"),
            Self::Issuer(None) => f.write_str("an issuer's certificate"),
        }
    }
}

/// Why a certificate is not in its time.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum ValidityError {
    /// Its time has not come.
    #[error("{position} is not valid before {not_before}, and it is {now}")]
    NotYetValid {
        /// Which one.
        position: Position,
        /// The time it was judged at.
        now: OffsetDateTime,
        /// Its first second.
        not_before: OffsetDateTime,
    },
    /// Its time is over: a new card is needed, or a new certificate of the issuer.
    #[error("{position} expired at {not_after}, and it is {now}")]
    Expired {
        /// Which one.
        position: Position,
        /// The time it was judged at.
        now: OffsetDateTime,
        /// Its last second.
        not_after: OffsetDateTime,
    },
}

impl ValidityError {
    /// The stable code of this error; see the crate's `tests/data/README.md`.
    #[must_use]
    pub fn code(&self) -> &'static str {
        match self {
            Self::NotYetValid { position: Position::EndEntity, .. } => "not-yet-valid",
            Self::NotYetValid { position: Position::Issuer(_), .. } => "issuer-not-yet-valid",
            Self::Expired { position: Position::EndEntity, .. } => "expired",
            Self::Expired { position: Position::Issuer(_), .. } => "issuer-expired",
        }
    }
}

pub(crate) fn check(
    certificate: &Certificate,
    position: Position,
    now: OffsetDateTime,
) -> Result<(), ValidityError> {
    let Certificate { not_before, not_after, .. } = *certificate;
    if now < not_before {
        return Err(ValidityError::NotYetValid { position, now, not_before });
    }
    if now > not_after {
        return Err(ValidityError::Expired { position, now, not_after });
    }
    Ok(())
}
