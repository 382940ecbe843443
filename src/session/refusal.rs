//! Why a request ended without a signature: the codes of `docs/errors.md`.

use ankong_card::{CardError, TransportError};

/// A request that was not answered with a proof. Each has a stable code and, under the same name,
/// a sentence and a remedy in the Fluent files.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, thiserror::Error)]
pub enum Refusal {
    /// Another request, or another program, is using the card.
    #[error("the card is in use")]
    Busy,
    /// The origin had too many windows shown that nobody wanted: for a while none opens.
    #[error("this origin has asked too often")]
    Muted,
    /// The operating system's smart-card service does not run.
    #[error("the smart-card service does not run")]
    NoService,
    /// No reader is connected.
    #[error("no card reader is connected")]
    NoReader,
    /// No reader holds a card.
    #[error("no card is inserted")]
    NoCard,
    /// The card is none this program knows, or cannot be read.
    #[error("the card is not supported")]
    UnsupportedCard,
    /// The card can be read, but signing needs a module or issuer keys that are not there.
    #[error("the card can be read but not used for signing here")]
    NoSigningModule,
    /// The card went away, or another took its place, before the signature.
    #[error("the card was removed")]
    CardRemoved,
    /// The certificate is expired or not yet valid.
    #[error("the certificate is not valid today")]
    CertificateExpired,
    /// The card's key does not sign with the hash that was asked for.
    #[error("the card's key does not sign with this hash")]
    UnsupportedHash,
    /// The last four characters the site sent are not those of the card.
    #[error("the national ID does not belong to the card")]
    IdMismatch,
    /// No PIN try is left.
    #[error("the PIN is blocked")]
    PinBlocked,
    /// The person said no.
    #[error("the person declined")]
    UserDeclined,
    /// Nobody answered the window.
    #[error("nobody answered in time")]
    TimedOut,
    /// The page went away, or the window did.
    #[error("the request was cancelled")]
    Cancelled,
    /// No window can be shown on this computer now.
    #[error("no window can be shown")]
    NoWindow,
    /// A fault of this program or of the card that no other code describes.
    #[error("an unexpected fault")]
    Internal,
}

impl Refusal {
    /// Every refusal, for the tests that hold the lists of codes together.
    pub const ALL: [Self; 17] = [
        Self::Busy,
        Self::Muted,
        Self::NoService,
        Self::NoReader,
        Self::NoCard,
        Self::UnsupportedCard,
        Self::NoSigningModule,
        Self::CardRemoved,
        Self::CertificateExpired,
        Self::UnsupportedHash,
        Self::IdMismatch,
        Self::PinBlocked,
        Self::UserDeclined,
        Self::TimedOut,
        Self::Cancelled,
        Self::NoWindow,
        Self::Internal,
    ];

    /// The stable wire code.
    #[must_use]
    pub const fn code(self) -> &'static str {
        match self {
            Self::Busy => "busy",
            Self::Muted => "muted",
            Self::NoService => "no-service",
            Self::NoReader => "no-reader",
            Self::NoCard => "no-card",
            Self::UnsupportedCard => "unsupported-card",
            Self::NoSigningModule => "no-signing-module",
            Self::CardRemoved => "card-removed",
            Self::CertificateExpired => "certificate-expired",
            Self::UnsupportedHash => "unsupported-hash",
            Self::IdMismatch => "id-mismatch",
            Self::PinBlocked => "pin-blocked",
            Self::UserDeclined => "user-declined",
            Self::TimedOut => "timed-out",
            Self::Cancelled => "cancelled",
            Self::NoWindow => "no-window",
            Self::Internal => "internal",
        }
    }

    /// Like the mapping below, for a card that has been read: that one is supported, whatever it
    /// answers later.
    pub(super) fn while_in_use(error: CardError) -> Self {
        match error {
            CardError::Malformed(_) => Self::Internal,
            other => other.into(),
        }
    }
}

/// The one mapping from a card's faults. A wrong PIN is no refusal, it is asked for again; that
/// and a PIN of the wrong length are settled before this mapping.
impl From<CardError> for Refusal {
    fn from(error: CardError) -> Self {
        match error {
            CardError::Transport(error) => error.into(),
            CardError::Unknown | CardError::Unsupported(_) | CardError::Malformed(_) => {
                Self::UnsupportedCard
            }
            CardError::NoIssuerKeys | CardError::WrongIssuerKeys => Self::NoSigningModule,
            CardError::AnotherCard => Self::CardRemoved,
            CardError::PinBlocked => Self::PinBlocked,
            CardError::PadTimedOut => Self::TimedOut,
            CardError::PadCancelled => Self::UserDeclined,
            CardError::WrongPin { .. }
            | CardError::PinLength { .. }
            | CardError::PinDigits
            | CardError::LastTry
            | CardError::NoPinPad
            | CardError::PinNotVerified
            | CardError::Refused { .. }
            | CardError::Command(_)
            | CardError::Cryptography(_) => Self::Internal,
        }
    }
}

impl From<TransportError> for Refusal {
    fn from(error: TransportError) -> Self {
        match error {
            TransportError::Removed => Self::CardRemoved,
            TransportError::ServiceStopped => Self::NoService,
            TransportError::Held | TransportError::Reset => Self::Busy,
            TransportError::Silent
            | TransportError::Reader { .. }
            | TransportError::NoPinPad
            | TransportError::Garbled => Self::Internal,
        }
    }
}
