//! The number of a national identity card (身分證字號) or a resident certificate (居留證統一證號):
//! one letter, nine characters, the last a check digit.
//!
//! Refuses to know whether a person with this number exists, and whose it is: no card proves more of
//! it than the last four.

use std::fmt;

use zeroize::{Zeroize, ZeroizeOnDrop};

/// A well-formed number with a matching check digit. It is wiped when dropped, and no `Debug` or
/// `Display` shows it.
#[derive(Clone, PartialEq, Eq, Zeroize, ZeroizeOnDrop)]
pub struct NationalId(String);

/// Why a text is not a national ID.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum NationalIdError {
    /// Not a letter, then one of `1289ABCD`, then eight digits.
    #[error("not the shape of a national identity number")]
    Shape,
    /// The last digit does not fit the others: most likely a slip of the fingers.
    #[error("the check digit of the national identity number does not match")]
    CheckDigit,
}

impl NationalId {
    /// Reads a number; blanks around it and small letters are forgiven.
    ///
    /// # Errors
    /// The shape or the check digit is wrong.
    pub fn parse(text: &str) -> Result<Self, NationalIdError> {
        let id = Self(text.trim().to_ascii_uppercase());
        let [first, second, digits @ ..] = id.0.as_bytes() else {
            return Err(NationalIdError::Shape);
        };
        let shaped = matches!(second, b'1' | b'2' | b'8' | b'9' | b'A'..=b'D')
            && digits.len() == 8
            && digits.iter().all(u8::is_ascii_digit);
        let first = letter_value(*first).filter(|_| shaped).ok_or(NationalIdError::Shape)?;

        // Old resident certificates: the second letter counts as the ones digit of its value.
        let second = letter_value(*second).map_or_else(|| digit(*second), |value| value % 10);
        let weights = [7, 6, 5, 4, 3, 2, 1, 1];
        let rest: u32 = digits.iter().zip(weights).map(|(d, weight)| digit(*d) * weight).sum();
        let sum = first / 10 + first % 10 * 9 + second * 8 + rest;
        if !sum.is_multiple_of(10) {
            return Err(NationalIdError::CheckDigit);
        }
        Ok(id)
    }

    /// All ten characters.
    #[must_use]
    pub fn expose(&self) -> &str {
        &self.0
    }

    /// The last four digits, which a MOICA certificate carries.
    #[must_use]
    pub fn last_four(&self) -> &str {
        self.0.get(6..).unwrap_or_default()
    }
}

impl fmt::Debug for NationalId {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("NationalId(…)")
    }
}

fn digit(byte: u8) -> u32 {
    u32::from(byte - b'0')
}

/// The two-digit value of the place letter; I, O, W, X, Y and Z came late and stand out of order.
fn letter_value(letter: u8) -> Option<u32> {
    const IN_ORDER: &[u8] = b"ABCDEFGHJKLMNPQRSTUVXYWZIO";
    let position = IN_ORDER.iter().position(|other| *other == letter)?;
    u32::try_from(position + 10).ok()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn citizens_and_residents_pass() {
        for text in ["A123456789", "A800000014", "a123456789", " A123456789\n"] {
            assert_eq!(NationalId::parse(text).map(|_| ()), Ok(()), "{text}");
        }
    }

    #[test]
    fn an_old_resident_number_counts_its_second_letter_by_the_ones_digit() {
        // A → 10, C → 12: 1 + 0·9 + 2·8 + (1·7+2·6+3·5+4·4+5·3+6·2+7·1) = 101, so 9 completes it.
        assert!(NationalId::parse("AC12345679").is_ok());
        assert_eq!(NationalId::parse("AC12345678").unwrap_err(), NationalIdError::CheckDigit);
    }

    #[test]
    fn every_place_letter_has_the_value_of_the_table() {
        let table = [
            10, 11, 12, 13, 14, 15, 16, 17, 34, 18, 19, 20, 21, 22, 35, 23, 24, 25, 26, 27, 28, 29,
            32, 30, 31, 33,
        ];
        for (letter, value) in (b'A'..=b'Z').zip(table) {
            assert_eq!(letter_value(letter), Some(value), "{}", char::from(letter));
        }
    }

    #[test]
    fn one_wrong_digit_is_noticed() {
        for wrong in ["A123456788", "A223456789", "B123456789"] {
            assert_eq!(NationalId::parse(wrong).unwrap_err(), NationalIdError::CheckDigit);
        }
    }

    #[test]
    fn other_shapes_are_refused() {
        let shapes =
            ["", "A", "A12345678", "A1234567890", "1123456789", "A323456789", "A12345678X"];
        for text in shapes.into_iter().chain(["Ａ123456789", "AE12345678", "A1２3456789"]) {
            assert_eq!(NationalId::parse(text).unwrap_err(), NationalIdError::Shape, "{text}");
        }
    }

    #[test]
    fn the_last_four_are_all_that_is_easily_shown() {
        let id = NationalId::parse("A123456789").unwrap();
        assert_eq!(id.last_four(), "6789");
        assert_eq!(format!("{id:?}"), "NationalId(…)");
    }
}
