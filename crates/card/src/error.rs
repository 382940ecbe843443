//! What can go wrong with a card, as a person could act on it.

use crate::apdu::{Instruction, TooLong};
use crate::{StatusWord, TransportError};

/// Why a card could not be read, or would not verify or sign.
#[derive(Debug, thiserror::Error)]
pub enum CardError {
    /// The way to the card failed.
    #[error(transparent)]
    Transport(#[from] TransportError),
    /// No driver knows this card.
    #[error("no driver knows this card")]
    Unknown,
    /// The card is known, and known not to work here.
    #[error("{0} cards are recognised but not supported")]
    Unsupported(&'static str),
    /// The PIN is wrong; the number of tries left where the card tells.
    #[error("the card refused the PIN")]
    WrongPin {
        /// Tries left; 0 never occurs, that is [`CardError::PinBlocked`].
        tries_left: Option<u8>,
    },
    /// No tries are left.
    #[error("the PIN is blocked")]
    PinBlocked,
    /// One try is left by the card's own count, and nobody said yes to it. Nothing was sent.
    #[error("one PIN try is left, and nobody was asked about it")]
    LastTry,
    /// The PIN cannot be right: nothing was sent and no try was spent.
    #[error("a PIN of this card has {min} to {max} characters")]
    PinLength {
        /// Fewest characters.
        min: u8,
        /// Most characters.
        max: u8,
    },
    /// The PIN cannot be right: nothing was sent and no try was spent.
    #[error("a PIN of this card has digits only")]
    PinDigits,
    /// Reading works, but PIN and signature need the issuer's keys, which nobody supplied.
    #[error("the card's PIN and signature need keys of its issuer or a signing module")]
    NoIssuerKeys,
    /// The issuer's key that was supplied is not the one this card's keys are made from; no PIN
    /// was sent. The administrator has to replace it.
    #[error("the issuer's key in the configuration is not this card's")]
    WrongIssuerKeys,
    /// Nobody typed on the reader's keys in time: nothing was sent and no try was spent.
    #[error("nothing was typed on the reader in time")]
    PadTimedOut,
    /// The person pressed the reader's cancel key: nothing was sent and no try was spent.
    #[error("the entry was cancelled on the reader")]
    PadCancelled,
    /// The card wants its PIN in a way that no reader with keys can send it.
    #[error("this card's PIN cannot be typed on a reader")]
    NoPinPad,
    /// The PIN counts for one signature, and none was entered for this one. Nothing was sent.
    #[error("the PIN has to be entered for each signature of this card")]
    PinNotVerified,
    /// The card in the reader is not the one that was read before.
    #[error("another card is in the reader")]
    AnotherCard,
    /// A file of the card makes no sense.
    #[error("the card's {0} cannot be read")]
    Malformed(&'static str),
    /// The card answered a command with a status nobody expects there.
    #[error("the card answered {status} to instruction {instruction}")]
    Refused {
        /// What was sent.
        instruction: Instruction,
        /// What it said.
        status: StatusWord,
    },
    /// A command did not fit the short form: a fault of this program.
    #[error(transparent)]
    Command(#[from] TooLong),
    /// OpenSSL refused an operation of the secure messaging.
    #[error("secure messaging failed")]
    Cryptography(#[from] openssl::error::ErrorStack),
}
