//! The card's PIN: three tries, and the one way it takes a VERIFY.
//!
//! Knows nothing of files; that the key file is selected is checked before.

use ankong_card::StatusWord;
use openssl::memcmp;
use zeroize::{Zeroize, ZeroizeOnDrop};

use super::secure_messaging::{CIPHERTEXT_LENGTH, IV_LENGTH, PIN_LENGTH, SecureMessagingKey};
use crate::Command;

/// A PIN such a card takes: 6 to 8 printable ASCII characters.
#[derive(Zeroize, ZeroizeOnDrop)]
pub struct CardPin(String);

/// The characters make no PIN of this card.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[error("the card's PIN has 6 to 8 printable ASCII characters; choose another one")]
pub struct NotACardPin;

impl TryFrom<&str> for CardPin {
    type Error = NotACardPin;

    fn try_from(text: &str) -> Result<Self, NotACardPin> {
        if (6..=8).contains(&text.len()) && text.bytes().all(|byte| byte.is_ascii_graphic()) {
            Ok(Self(text.to_owned()))
        } else {
            Err(NotACardPin)
        }
    }
}

impl CardPin {
    /// The characters.
    #[must_use]
    pub fn expose(&self) -> &str {
        &self.0
    }

    /// FF-padded to the 10 bytes that the card compares.
    fn padded(&self) -> [u8; PIN_LENGTH] {
        let mut bytes = [0xFF; PIN_LENGTH];
        for (to, from) in bytes.iter_mut().zip(self.0.bytes()) {
            *to = from;
        }
        bytes
    }
}

/// Tries of a card whose PIN was last verified or has just been set.
pub(crate) const MAX_TRIES: u8 = 3;

/// The PIN, its tries and whether it has been verified since the last reset.
pub(super) struct PinObject {
    pin: CardPin,
    key: SecureMessagingKey,
    tries: u8,
    verified: bool,
}

impl PinObject {
    pub(super) fn new(pin: CardPin, tries: u8, key: SecureMessagingKey) -> Self {
        Self { pin, key, tries: tries.min(MAX_TRIES), verified: false }
    }

    pub(super) fn tries_left(&self) -> u8 {
        self.tries
    }

    pub(super) fn is_verified(&self) -> bool {
        self.verified
    }

    pub(super) fn forget(&mut self) {
        self.verified = false;
    }

    /// The secure VERIFY, `8C 20 00 01 20 <IV 8> <C 24>`.
    pub(super) fn verify(&mut self, command: &Command<'_>) -> Result<(), StatusWord> {
        self.verified = false;
        if command.p1 != 0 {
            return Err(StatusWord::INCORRECT_P1_P2);
        }
        if command.p2 != PIN_REFERENCE {
            return Err(StatusWord::REFERENCED_DATA_NOT_FOUND);
        }
        if command.data.len() != IV_LENGTH + CIPHERTEXT_LENGTH {
            return Err(StatusWord::WRONG_LENGTH);
        }
        if self.tries == 0 {
            return Err(StatusWord::AUTHENTICATION_METHOD_BLOCKED);
        }
        // Whether a broken envelope costs a try on a real card is unknown; here it does not, for
        // no PIN was ever compared.
        let given = command
            .data
            .split_at_checked(IV_LENGTH)
            .and_then(|(iv, ciphertext)| self.key.open(iv, ciphertext))
            .ok_or(StatusWord::SM_OBJECTS_INCORRECT)?;
        self.tries -= 1; // before comparing, so that cutting the power saves no try
        if given.len() == PIN_LENGTH && memcmp::eq(&given, &self.pin.padded()) {
            self.tries = MAX_TRIES;
            self.verified = true;
            Ok(())
        } else {
            Err(self.wrong())
        }
    }

    /// A PIN in clear, whatever it says and whatever is selected: refused, and it costs a try.
    pub(super) fn refuse_clear_text(&mut self) -> StatusWord {
        self.verified = false;
        if self.tries == 0 {
            return StatusWord::AUTHENTICATION_METHOD_BLOCKED;
        }
        self.tries -= 1;
        StatusWord::SM_OBJECTS_MISSING
    }

    fn wrong(&self) -> StatusWord {
        match self.tries {
            0 => StatusWord::AUTHENTICATION_METHOD_BLOCKED,
            left => StatusWord::with_tries_left(left),
        }
    }
}

/// The reference of the one PIN, in P2.
const PIN_REFERENCE: u8 = 0x01;

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_pin_has_six_to_eight_printable_characters() {
        for good in ["123456", "A1b2C3d4"] {
            assert!(CardPin::try_from(good).is_ok(), "{good}");
        }
        for bad in ["12345", "123456789", "12 456", "密碼密碼密碼"] {
            assert_eq!(CardPin::try_from(bad).err(), Some(NotACardPin), "{bad}");
        }
    }
}
