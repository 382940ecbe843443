//! What every supported card can do, whatever its family.

use std::fmt;

use crate::certificate::Certificates;
use crate::moica::{Gen1, IssuerKeys};
use crate::{CardError, Channel, Pin};

/// A card that has been read. It holds what was read, not the way to the card: that is passed in
/// for each operation.
pub trait Card: Send + Sync {
    /// Which kind of card it is.
    fn family(&self) -> Family;

    /// The number printed on the card, where the family has one.
    fn number(&self) -> Option<&CardNumber>;

    /// What was read without a PIN.
    fn certificates(&self) -> &Certificates;

    /// What a complete PIN is.
    fn pin_rule(&self) -> PinRule;

    /// Whether this program can verify the PIN and sign, or only read.
    fn can_sign(&self) -> bool;

    /// Makes sure it is still the same card, then sends the PIN exactly once.
    ///
    /// # Errors
    /// [`CardError::PinLength`], [`CardError::NoIssuerKeys`] and [`CardError::AnotherCard`] mean
    /// that nothing was sent; [`CardError::WrongPin`] and [`CardError::PinBlocked`] are the card's
    /// verdict. After any other error the PIN may or may not have reached the card.
    fn verify(
        &self,
        channel: &mut Channel<'_>,
        pin: &Pin,
        random: &mut dyn FnMut(&mut [u8]),
    ) -> Result<(), CardError>;

    /// Signs a digest with the signature key; [`Card::verify`] came before, in one transaction.
    ///
    /// # Errors
    /// The channel failed or the card refused.
    fn sign(&self, channel: &mut Channel<'_>, digest: &Digest) -> Result<Vec<u8>, CardError>;
}

/// Finds the driver for the card in the channel, by what it answers, and reads it.
///
/// # Errors
/// [`CardError::Unknown`] when no driver takes it; otherwise what the driver reports.
pub fn open(channel: &mut Channel<'_>, keys: &IssuerKeys) -> Result<Box<dyn Card>, CardError> {
    match Gen1::open(channel, keys)? {
        Some(card) => Ok(Box::new(card)),
        None => Err(CardError::Unknown),
    }
}

/// A kind of card.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Family {
    /// 自然人憑證, first generation.
    MoicaGen1,
}

/// 卡號: 16 characters, two to four letters and then digits. It identifies a person, so it prints
/// its first two characters only.
#[derive(Clone, PartialEq, Eq)]
pub struct CardNumber(String);

impl CardNumber {
    /// Characters in a card number.
    pub const LENGTH: u16 = 16;

    /// Takes the number over from the card's bytes, if that is what they are.
    #[must_use]
    pub fn parse(bytes: &[u8]) -> Option<Self> {
        let letters = bytes.iter().take_while(|byte| byte.is_ascii_uppercase()).count();
        let digits = bytes.iter().skip(letters).filter(|byte| byte.is_ascii_digit()).count();
        let whole = bytes.len() == usize::from(Self::LENGTH) && letters + digits == bytes.len();
        (whole && (2..=4).contains(&letters))
            .then(|| Self(String::from_utf8_lossy(bytes).into_owned()))
    }

    /// The whole number, for a person or a door that may see it.
    #[must_use]
    pub fn expose(&self) -> &str {
        &self.0
    }
}

impl fmt::Debug for CardNumber {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "CardNumber({}…)", self.0.get(..2).unwrap_or_default())
    }
}

/// A hash value to sign.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Digest {
    /// SHA-256, FIPS 180-4.
    Sha256([u8; 32]),
}

/// How many characters a PIN has.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct PinRule {
    /// Fewest.
    pub min: u8,
    /// Most.
    pub max: u8,
}

impl PinRule {
    /// Whether the PIN's length is allowed.
    #[must_use]
    pub fn admits(self, pin: &Pin) -> bool {
        (usize::from(self.min)..=usize::from(self.max)).contains(&pin.expose().len())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_card_number_has_letters_then_digits_and_does_not_print_itself() {
        let number = CardNumber::parse(b"TP12345678901234").unwrap();
        assert_eq!(format!("{number:?}"), "CardNumber(TP…)");
        assert!(CardNumber::parse(b"TPTP123456789012").is_some());
        for wrong in [&b"TP1234567890123"[..], b"T123456789012345", b"TP1234567890123a", &[0; 16]] {
            assert!(CardNumber::parse(wrong).is_none());
        }
    }
}
