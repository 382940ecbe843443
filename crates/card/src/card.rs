//! What every supported card can do, whatever its family.

use std::fmt;

use crate::algorithm::{Algorithm, Digest};
use crate::certificate::Certificates;
use crate::moica::{self, IssuerKeys};
use crate::{CardError, Channel, LastTry, Pin, atr, foreign, iso7816_15, piv};

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

    /// What the signature key signs with.
    fn algorithm(&self) -> Algorithm;

    /// PIN tries left, where the card tells without spending one. Sends at most two commands.
    ///
    /// # Errors
    /// The channel failed.
    fn tries_left(&self, _channel: &mut Channel<'_>) -> Result<Option<u8>, CardError> {
        Ok(None)
    }

    /// Whether this program can verify the PIN and sign, or only read.
    fn can_sign(&self) -> bool;

    /// Makes sure it is still the same card, asks for the tries left where that costs none, then
    /// sends the PIN exactly once.
    ///
    /// # Errors
    /// [`CardError::PinLength`], [`CardError::PinDigits`], [`CardError::NoIssuerKeys`],
    /// [`CardError::WrongIssuerKeys`], [`CardError::AnotherCard`] and [`CardError::LastTry`] mean
    /// that the PIN was not sent; [`CardError::WrongPin`] is the card's verdict, and
    /// [`CardError::PinBlocked`] too, before or after it saw the PIN. After any other error the PIN
    /// may or may not have reached the card.
    fn verify(
        &self,
        channel: &mut Channel<'_>,
        pin: &Pin,
        last_try: LastTry,
        random: &mut dyn FnMut(&mut [u8]),
    ) -> Result<(), CardError>;

    /// Whether the PIN can be typed on a reader that has keys: it travels in the clear, and a reader
    /// cannot encipher it.
    fn takes_pin_pad(&self) -> bool {
        false
    }

    /// Like [`Card::verify`], with the PIN typed on the reader's keys.
    ///
    /// # Errors
    /// As [`Card::verify`]; [`CardError::PadCancelled`] and [`CardError::PadTimedOut`] mean that
    /// no PIN was sent.
    fn verify_on_pad(
        &self,
        _channel: &mut Channel<'_>,
        _last_try: LastTry,
    ) -> Result<(), CardError> {
        Err(CardError::NoPinPad)
    }

    /// Signs a digest with the signature key; [`Card::verify`] came before, in one transaction. An
    /// ECDSA signature is the pair of integers side by side (RFC 7518 section 3.4), whatever the
    /// card itself writes.
    ///
    /// # Errors
    /// The channel failed or the card refused.
    fn sign(&self, channel: &mut Channel<'_>, digest: &Digest) -> Result<Vec<u8>, CardError>;
}

/// Finds the driver for the card in the channel, by what it answers, and reads it. The ATR is a
/// hint about which driver to ask first, and no more: one and the same ATR is on different cards.
/// A card that no driver takes is named, if it is one that people have beside the right one.
///
/// # Errors
/// Why no driver took the card; what each of them said is in there.
pub fn open(channel: &mut Channel<'_>, atr: &[u8], keys: &IssuerKeys) -> Result<Opened, NotOpened> {
    channel.extend_if(atr::says_extended_length(atr));
    let mut declined = Vec::new();
    for family in Family::order_for(atr) {
        let attempt = match family {
            Family::MoicaGen1 => moica::gen1::open(channel, keys),
            Family::MoicaGen2 => moica::gen2::open(channel, keys),
            Family::Iso7816Part15 => iso7816_15::open(channel),
            Family::Piv => piv::open(channel),
        };
        match attempt {
            Ok(Some(card)) => return Ok(Opened { card, declined }),
            Ok(None) => declined.push((family, CardError::Unknown)),
            // The way to the card is broken, or the card is known: no other driver helps.
            Err(error @ (CardError::Transport(_) | CardError::Unsupported(_))) => {
                return Err(NotOpened { error, declined });
            }
            Err(error) => declined.push((family, error)),
        }
    }
    let error = match foreign::name(channel, atr) {
        Ok(Some(name)) => CardError::Unsupported(name),
        Ok(None) => CardError::Unknown,
        Err(error) => error.into(),
    };
    Err(NotOpened { error, declined })
}

/// A card with its driver.
pub struct Opened {
    /// The card.
    pub card: Box<dyn Card>,
    /// Drivers that were asked before, and why they did not take it.
    pub declined: Vec<(Family, CardError)>,
}

/// No driver took the card.
#[derive(Debug, thiserror::Error)]
#[error("{error}")]
pub struct NotOpened {
    /// The reason to act on.
    #[source]
    pub error: CardError,
    /// What each driver said before.
    pub declined: Vec<(Family, CardError)>,
}

/// A kind of card, and its driver.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Family {
    /// 自然人憑證, first generation.
    MoicaGen1,
    /// 自然人憑證, second generation.
    MoicaGen2,
    /// ISO/IEC 7816-15.
    Iso7816Part15,
    /// NIST SP 800-73-4.
    Piv,
}

impl Family {
    /// Its name for people.
    #[must_use]
    pub const fn name(self) -> &'static str {
        match self {
            Self::MoicaGen1 => "MOICA, first generation",
            Self::MoicaGen2 => "MOICA, second generation",
            Self::Iso7816Part15 => "ISO 7816-15",
            Self::Piv => "PIV",
        }
    }

    /// Every family, likely ones first: a driver that declines costs a command or two.
    fn order_for(atr: &[u8]) -> [Self; 4] {
        let says = |text: &[u8]| atr.windows(text.len()).any(|part| part == text);
        if says(b"CHTMOICA") {
            [Self::MoicaGen1, Self::MoicaGen2, Self::Piv, Self::Iso7816Part15]
        } else if says(b"CHTGPKI") {
            [Self::MoicaGen2, Self::MoicaGen1, Self::Piv, Self::Iso7816Part15]
        } else {
            [Self::Piv, Self::Iso7816Part15, Self::MoicaGen2, Self::MoicaGen1]
        }
    }
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
