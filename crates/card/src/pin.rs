//! A PIN on its way to the card.
//!
//! It is wiped when dropped and has neither `Debug`, `Display`, `Clone` nor serialization, so it
//! cannot reach a log by accident.

use zeroize::Zeroizing;

use crate::apdu::Instruction;
use crate::{CardError, StatusWord};

/// The longest PIN any supported card family takes, in bytes.
const CAPACITY: usize = 16;

/// A PIN as the person typed it: 1 to 16 printable ASCII characters. The buffer has a fixed size
/// and place: neither growing nor moving the value leaves a copy behind.
pub struct Pin {
    bytes: Box<Zeroizing<[u8; CAPACITY]>>,
    length: usize,
}

/// The characters do not make a PIN.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum NotAPin {
    /// Nothing, or more than 16 characters.
    #[error("a PIN has 1 to 16 characters")]
    Length,
    /// Something no card keyboard can type.
    #[error("a PIN has printable ASCII characters only")]
    Character,
}

impl Pin {
    /// Takes the PIN over from a buffer; the caller wipes the buffer.
    ///
    /// # Errors
    /// See [`NotAPin`]; the limits of one card family are checked by its driver.
    pub fn from_bytes(typed: &[u8]) -> Result<Self, NotAPin> {
        if typed.is_empty() || typed.len() > CAPACITY {
            return Err(NotAPin::Length);
        }
        if !typed.iter().all(u8::is_ascii_graphic) {
            return Err(NotAPin::Character);
        }
        let mut pin = Self { bytes: Box::default(), length: typed.len() };
        for (to, from) in pin.bytes.iter_mut().zip(typed) {
            *to = *from;
        }
        Ok(pin)
    }

    /// The characters, for the driver that puts them into a command.
    #[must_use]
    pub fn expose(&self) -> &[u8] {
        self.bytes.get(..self.length).unwrap_or_default()
    }
}

/// What may become of the last try a card has left; the person it belongs to decides.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum LastTry {
    /// Nobody was asked: the card keeps it.
    Keep,
    /// The person said yes to risking it.
    Risk,
}

/// Lets a PIN go to a card that says so many tries are left, `None` when it does not say.
///
/// # Errors
/// [`CardError::LastTry`] and [`CardError::PinBlocked`]: the PIN stays here.
pub(crate) fn may_go(tries_left: Option<u8>, last_try: LastTry) -> Result<(), CardError> {
    match (tries_left, last_try) {
        (Some(0), _) => Err(CardError::PinBlocked),
        (Some(1), LastTry::Keep) => Err(CardError::LastTry),
        (Some(_) | None, _) => Ok(()),
    }
}

/// The tries left by the answer to a VERIFY without data, ISO/IEC 7816-4:2020 clause 11.6.6. 9000
/// says that the PIN has been verified, and nothing about tries.
pub(crate) fn tries_told(status: StatusWord) -> Option<u8> {
    match status {
        StatusWord::AUTHENTICATION_METHOD_BLOCKED => Some(0),
        told => told.tries_left(),
    }
}

/// What the answer to VERIFY means (ISO/IEC 7816-4:2020 clause 11.6.6).
pub(crate) fn verdict(status: StatusWord) -> Result<(), CardError> {
    match status {
        StatusWord::OK => Ok(()),
        StatusWord::AUTHENTICATION_METHOD_BLOCKED => Err(CardError::PinBlocked),
        StatusWord::VERIFICATION_FAILED => Err(CardError::WrongPin { tries_left: None }),
        status => Err(match status.tries_left() {
            Some(0) => CardError::PinBlocked,
            Some(tries) => CardError::WrongPin { tries_left: Some(tries) },
            None => CardError::Refused { instruction: Instruction::VERIFY, status },
        }),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_last_try_goes_only_with_a_yes_and_a_blocked_card_gets_no_pin() {
        for (left, keep, risk) in [
            (None, true, true),
            (Some(2), true, true),
            (Some(1), false, true),
            (Some(0), false, false),
        ] {
            assert_eq!(may_go(left, LastTry::Keep).is_ok(), keep, "{left:?}");
            assert_eq!(may_go(left, LastTry::Risk).is_ok(), risk, "{left:?}");
        }
    }

    #[test]
    fn letters_are_allowed_and_spaces_are_not() {
        assert_eq!(Pin::from_bytes(b"A1b2C3").ok().unwrap().expose(), b"A1b2C3");
        assert_eq!(Pin::from_bytes(b"12 456").err(), Some(NotAPin::Character));
        assert_eq!(Pin::from_bytes(b"").err(), Some(NotAPin::Length));
        assert_eq!(Pin::from_bytes(&[b'1'; 17]).err(), Some(NotAPin::Length));
    }
}
