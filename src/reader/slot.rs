//! What is in a reader, as far as this program could find out, and what that means for whoever
//! wants to use it.

use ankong_card::{CardError, TransportError};

use super::native::Native;
use crate::session::Refusal;

/// What is in a reader.
#[derive(Clone)]
pub enum Slot {
    /// Nothing.
    Empty,
    /// A card that could not be read for reasons that are not its own: another program held or
    /// reset it, or the service stopped. Worth another try.
    Unread,
    /// A card no driver takes, or one that does not answer.
    Unsupported,
    /// A card that has been read.
    Ready(Native),
}

impl Slot {
    /// After an attempt to read the card in it.
    #[must_use]
    pub fn after_reading(read: Result<Native, CardError>) -> Self {
        match read {
            Ok(card) => {
                tracing::info!(family = ?card.family(), "card read");
                Self::Ready(card)
            }
            Err(error) => {
                tracing::info!(%error, "card not read");
                Self::after_failure(&error)
            }
        }
    }

    fn after_failure(error: &CardError) -> Self {
        match error {
            CardError::Transport(TransportError::Removed) => Self::Empty,
            CardError::Transport(
                TransportError::Held | TransportError::Reset | TransportError::ServiceStopped,
            ) => Self::Unread,
            CardError::Transport(
                TransportError::Silent
                | TransportError::Reader { .. }
                | TransportError::NoPinPad
                | TransportError::Garbled,
            )
            | CardError::Unknown
            | CardError::Unsupported(_)
            | CardError::WrongPin { .. }
            | CardError::PinBlocked
            | CardError::PinLength { .. }
            | CardError::PinDigits
            | CardError::LastTry
            | CardError::PadTimedOut
            | CardError::PadCancelled
            | CardError::NoPinPad
            | CardError::NoIssuerKeys
            | CardError::WrongIssuerKeys
            | CardError::PinNotVerified
            | CardError::AnotherCard
            | CardError::Malformed(_)
            | CardError::Refused { .. }
            | CardError::Command(_)
            | CardError::Cryptography(_) => Self::Unsupported,
        }
    }

    /// The card to use.
    ///
    /// # Errors
    /// Why there is none: [`Refusal::NoCard`], [`Refusal::Busy`] or [`Refusal::UnsupportedCard`].
    pub fn card(&self) -> Result<&Native, Refusal> {
        match self {
            Self::Ready(card) => Ok(card),
            Self::Empty => Err(Refusal::NoCard),
            Self::Unread => Err(Refusal::Busy),
            Self::Unsupported => Err(Refusal::UnsupportedCard),
        }
    }
}
