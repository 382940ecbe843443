//! A card's PIN and its tries. Knows nothing of how the PIN travels.

use ankong_card::StatusWord;
use openssl::memcmp;
use zeroize::{Zeroize, ZeroizeOnDrop, Zeroizing};

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

    /// FF-padded to the length that the card compares.
    fn padded(&self, length: usize) -> Zeroizing<Vec<u8>> {
        let mut bytes = Zeroizing::new(Vec::with_capacity(length.max(self.0.len())));
        bytes.extend(self.0.bytes());
        bytes.resize(length, 0xFF);
        bytes
    }
}

/// Tries of a card whose PIN was last verified or has just been set.
pub const MAX_TRIES: u8 = 3;

/// The PIN, its tries and whether it has been verified since the last reset.
pub(crate) struct PinObject {
    pin: CardPin,
    tries: u8,
    verified: bool,
}

impl PinObject {
    pub(crate) fn new(pin: CardPin, tries: u8) -> Self {
        Self { pin, tries: tries.min(MAX_TRIES), verified: false }
    }

    pub(crate) fn tries_left(&self) -> u8 {
        self.tries
    }

    pub(crate) fn is_verified(&self) -> bool {
        self.verified
    }

    pub(crate) fn forget(&mut self) {
        self.verified = false;
    }

    /// 6983 once no tries are left.
    pub(crate) fn check_not_blocked(&self) -> Result<(), StatusWord> {
        match self.tries {
            0 => Err(StatusWord::AUTHENTICATION_METHOD_BLOCKED),
            _ => Ok(()),
        }
    }

    /// What an empty VERIFY answers where the card has one (ISO/IEC 7816-4:2020 clause 11.6.6):
    /// nothing to do, or the tries left.
    pub(crate) fn verdict(&self) -> Result<(), StatusWord> {
        if self.verified { Ok(()) } else { Err(self.refusal()) }
    }

    /// Compares what was sent with the PIN, FF-padded to `length` bytes. Costs a try unless right.
    pub(crate) fn compare(&mut self, given: &[u8], length: usize) -> Result<(), StatusWord> {
        self.spend()?; // before comparing, so that cutting the power saves no try
        let right = self.pin.padded(length);
        if given.len() == right.len() && memcmp::eq(given, &right) {
            self.tries = MAX_TRIES;
            self.verified = true;
            Ok(())
        } else {
            Err(self.refusal())
        }
    }

    /// Takes a try away.
    pub(crate) fn spend(&mut self) -> Result<(), StatusWord> {
        self.verified = false;
        self.check_not_blocked()?;
        self.tries -= 1;
        Ok(())
    }

    fn refusal(&self) -> StatusWord {
        match self.tries {
            0 => StatusWord::AUTHENTICATION_METHOD_BLOCKED,
            left => StatusWord::with_tries_left(left),
        }
    }
}

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
