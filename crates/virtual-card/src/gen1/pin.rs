//! The one way this card takes a VERIFY: under secure messaging.
//!
//! Knows nothing of files; that the key file is selected is checked before.

use ankong_card::StatusWord;

use super::secure_messaging::{CIPHERTEXT_LENGTH, IV_LENGTH, SecureMessagingKey};
use crate::Command;
use crate::moica::{PIN_LENGTH, PIN_REFERENCE};
use crate::pin::PinObject;

/// The PIN behind its secure-messaging key.
pub(super) struct SecuredPin {
    pin: PinObject,
    key: SecureMessagingKey,
}

impl SecuredPin {
    pub(super) fn new(pin: PinObject, key: SecureMessagingKey) -> Self {
        Self { pin, key }
    }

    pub(super) fn tries_left(&self) -> u8 {
        self.pin.tries_left()
    }

    pub(super) fn is_verified(&self) -> bool {
        self.pin.is_verified()
    }

    pub(super) fn forget(&mut self) {
        self.pin.forget();
    }

    /// The secure VERIFY, `8C 20 00 01 20 <IV 8> <C 24>`.
    pub(super) fn verify(&mut self, command: &Command<'_>) -> Result<(), StatusWord> {
        self.pin.forget();
        if command.p1 != 0 {
            return Err(StatusWord::INCORRECT_P1_P2);
        }
        if command.p2 != PIN_REFERENCE {
            return Err(StatusWord::REFERENCED_DATA_NOT_FOUND);
        }
        if command.data.len() != IV_LENGTH + CIPHERTEXT_LENGTH {
            return Err(StatusWord::WRONG_LENGTH);
        }
        self.pin.check_not_blocked()?;
        // Whether a broken envelope costs a try on a real card is unknown; here it does not, for
        // no PIN was ever compared.
        let given = command
            .data
            .split_at_checked(IV_LENGTH)
            .and_then(|(iv, ciphertext)| self.key.open(iv, ciphertext))
            .ok_or(StatusWord::SM_OBJECTS_INCORRECT)?;
        self.pin.compare(&given, PIN_LENGTH)
    }

    /// A PIN in clear, whatever it says and whatever is selected: refused, and it costs a try.
    pub(super) fn refuse_clear_text(&mut self) -> StatusWord {
        self.pin.spend().err().unwrap_or(StatusWord::SM_OBJECTS_MISSING)
    }
}
