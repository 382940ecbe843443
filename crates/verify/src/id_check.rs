//! From a number a person typed to one that is known to be theirs.
//!
//! A card proves the last four characters at most. Whether the other six are the holder's as well, only
//! a register can say: MOICA's own check, or one the site keeps. How MOICA's is called is not public,
//! so it stands behind a trait. Refuses to know any register.

use std::error::Error;

use crate::{NationalId, SubjectIdentity};

/// A number that somebody typed, whose last four are those of their card. One in 10,000 numbers fits
/// as well: nothing that needs the whole number may rest on it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct UnverifiedId(NationalId);

/// A number an [`IdCheck`] has said belongs to the holder of the card.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct VerifiedId(NationalId);

/// Why a typed number cannot be the cardholder's.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum ClaimError {
    /// The certificate has no last four to compare with.
    #[error("the certificate does not have the last four of the national ID")]
    NoLastFour,
    /// The certificate has others.
    #[error("the certificate's last four are not those of the national ID")]
    Mismatch,
}

impl ClaimError {
    /// The stable code of this error; see the crate's `tests/data/README.md`.
    #[must_use]
    pub fn code(&self) -> &'static str {
        match self {
            Self::NoLastFour => "no-last-four",
            Self::Mismatch => "id-mismatch",
        }
    }
}

/// Who can say whether a national ID belongs to the holder of a card.
pub trait IdCheck {
    /// Whether the holder of this card has this number.
    ///
    /// # Errors
    /// Nobody could be asked. That is not a no, and not a yes either.
    fn belongs(
        &self,
        subject: &SubjectIdentity,
        claimed: &NationalId,
    ) -> Result<bool, Box<dyn Error + Send + Sync>>;
}

/// Why a number stays unverified.
#[derive(Debug, thiserror::Error)]
pub enum IdCheckError {
    /// The register says that the number is not the cardholder's.
    #[error("the register says that the national ID is not the cardholder's")]
    Denied,
    /// The register could not be asked: ask again later.
    #[error("the register could not be asked")]
    Unavailable(#[source] Box<dyn Error + Send + Sync>),
}

impl SubjectIdentity {
    /// Takes a number that the cardholder says is theirs.
    ///
    /// # Errors
    /// The certificate has other last four, or none.
    pub fn claim(&self, id: NationalId) -> Result<UnverifiedId, ClaimError> {
        match &self.last_four {
            None => Err(ClaimError::NoLastFour),
            Some(last_four) if last_four != id.last_four() => Err(ClaimError::Mismatch),
            Some(_) => Ok(UnverifiedId(id)),
        }
    }
}

impl UnverifiedId {
    /// The number as it was typed.
    #[must_use]
    pub fn unverified(&self) -> &NationalId {
        &self.0
    }

    /// Asks whether it is the cardholder's.
    ///
    /// # Errors
    /// It is not, or nobody could be asked.
    pub fn verify(
        self,
        subject: &SubjectIdentity,
        check: &dyn IdCheck,
    ) -> Result<VerifiedId, IdCheckError> {
        match check.belongs(subject, &self.0) {
            Ok(true) => Ok(VerifiedId(self.0)),
            Ok(false) => Err(IdCheckError::Denied),
            Err(source) => Err(IdCheckError::Unavailable(source)),
        }
    }
}

impl VerifiedId {
    /// The number.
    #[must_use]
    pub fn national_id(&self) -> &NationalId {
        &self.0
    }
}
