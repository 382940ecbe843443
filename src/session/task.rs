//! What the card does for a request, and what comes of it.

use std::time::SystemTime;

use ankong_card::CardError;
use ankong_card::algorithm::{Digest, NotADigest};

use super::Refusal;
use super::cards::{CardInUse, Inserted};
use super::request::{Call, Request};
use crate::signing::{CmsInput, SigningError, Token, TokenInput};

/// What the card signs, if anything.
pub(super) enum Task {
    Token(TokenInput),
    Cms(CmsInput),
    Nothing,
}

/// What the card has signed.
pub(super) enum Signed {
    Token(Token),
    Cms(Vec<u8>),
}

impl Task {
    /// What this card would sign for this request.
    ///
    /// # Errors
    /// The card's key cannot do that.
    pub(super) fn of(request: &Request, inserted: &Inserted) -> Result<Self, Refusal> {
        let (certificate, issuers) =
            (inserted.certificates.signing.as_slice(), &inserted.certificates.issuers);
        let task = match request.call() {
            Call::Authenticate { challenge, .. } => {
                TokenInput::new(certificate, request.origin().as_str(), challenge).map(Self::Token)
            }
            Call::Sign { content, hash, detached } => {
                CmsInput::new(certificate, issuers, content.as_bytes(), *hash, *detached)
                    .map(Self::Cms)
            }
            Call::Certificates => Ok(Self::Nothing),
        };
        task.map_err(|error| match error {
            SigningError::Hash => Refusal::UnsupportedHash,
            SigningError::Signature
            | SigningError::Key
            | SigningError::Certificate(_)
            | SigningError::Encoding(_) => {
                tracing::error!(%error, "nothing can be signed with this card");
                Refusal::UnsupportedCard
            }
        })
    }

    /// Has the card sign; its PIN has been verified.
    ///
    /// # Errors
    /// The card refused, or its answer is of no use.
    pub(super) fn done_by(
        &self,
        card: &mut dyn CardInUse,
        now: SystemTime,
    ) -> Result<Signed, Refusal> {
        let by_card = |hash: &[u8]| -> Result<Vec<u8>, SignError> {
            Ok(card.sign(&Digest::try_from(hash)?)?)
        };
        let signed = match self {
            Self::Token(input) => input.sign(by_card).map(Signed::Token),
            Self::Cms(input) => input.sign(now, by_card).map(Signed::Cms),
            Self::Nothing => return Err(Refusal::Internal),
        };
        signed.map_err(|error| match error {
            SignError::Card(error) => Refusal::while_in_use(error),
            SignError::Signing(_) | SignError::Digest(_) => {
                tracing::error!(%error, "the card's answer was not used");
                Refusal::Internal
            }
        })
    }
}

/// What can go wrong between the digest and what is put together around the signature.
#[derive(Debug, thiserror::Error)]
enum SignError {
    #[error(transparent)]
    Card(#[from] CardError),
    #[error(transparent)]
    Signing(#[from] SigningError),
    #[error(transparent)]
    Digest(#[from] NotADigest),
}
