//! The national ID number 身分證字號 and the resident numbers 統一證號, with their checksum.

use std::fmt;
use std::str::FromStr;

/// A number whose form and checksum are right.
#[derive(Clone, PartialEq, Eq)]
pub struct NationalId(String);

/// Why a text is no national ID number.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum NotANationalId {
    /// Neither a national ID number nor a resident number, new or old form.
    #[error("a national ID number is a capital letter, then 1, 2, 8, 9 or A to D, then 8 digits")]
    Form,
    /// The form is right and the sum is not.
    #[error("the checksum of the national ID number is wrong; its last digit would be {0}")]
    Checksum(u32),
}

impl FromStr for NationalId {
    type Err = NotANationalId;

    fn from_str(text: &str) -> Result<Self, NotANationalId> {
        let mut characters = text.chars();
        let letter = characters.next().and_then(letter_value).ok_or(NotANationalId::Form)?;
        let second = match characters.next() {
            Some(digit @ ('1' | '2' | '8' | '9')) => digit.to_digit(10),
            // The old resident number: the letter counts as the ones of its value.
            Some(old @ 'A'..='D') => letter_value(old).map(|value| value % 10),
            Some(_) | None => None,
        };
        let mut digits = vec![letter / 10, letter % 10, second.ok_or(NotANationalId::Form)?];
        for character in characters {
            digits.push(character.to_digit(10).ok_or(NotANationalId::Form)?);
        }
        if digits.len() != WEIGHTS.len() {
            return Err(NotANationalId::Form);
        }
        let sum: u32 = digits.iter().zip(WEIGHTS).map(|(digit, weight)| digit * weight).sum();
        match (sum % 10, digits.last()) {
            (0, _) => Ok(Self(text.to_owned())),
            (excess, Some(last)) => Err(NotANationalId::Checksum((last + 10 - excess) % 10)),
            (_, None) => Err(NotANationalId::Form),
        }
    }
}

impl NationalId {
    /// The last four characters, which is all a certificate tells of it.
    #[must_use]
    pub fn tail(&self) -> &str {
        self.0.get(6..).unwrap_or_default()
    }
}

impl fmt::Display for NationalId {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}

impl fmt::Debug for NationalId {
    /// Personal data: all but the last four characters stay out of logs.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "NationalId(……{})", self.tail())
    }
}

/// The number that stands for a letter, 10 to 35.
fn letter_value(letter: char) -> Option<u32> {
    LETTERS.chars().position(|known| known == letter).and_then(|at| u32::try_from(at + 10).ok())
}

/// The letters in the order of their numbers, from 10.
const LETTERS: &str = "ABCDEFGHJKLMNPQRSTUVXYWZIO";

/// Both digits of the letter's number, the eight digits, the check digit.
const WEIGHTS: [u32; 11] = [1, 9, 8, 7, 6, 5, 4, 3, 2, 1, 1];

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn numbers_with_a_right_checksum_are_taken() {
        for good in ["A123456789", "A800000014", "AC01234567"] {
            assert_eq!(good.parse::<NationalId>().unwrap().tail(), &good[6..], "{good}");
        }
    }

    #[test]
    fn a_wrong_checksum_is_told_with_the_right_digit() {
        let error = "A123456780".parse::<NationalId>().unwrap_err();
        assert_eq!(error, NotANationalId::Checksum(9));
    }

    #[test]
    fn every_other_form_is_refused() {
        for bad in [
            "",
            "a123456789",
            "A12345678",
            "A1234567890",
            "A323456789",
            "AE01234567",
            "安123456789",
        ] {
            assert_eq!(bad.parse::<NationalId>(), Err(NotANationalId::Form), "{bad}");
        }
    }

    #[test]
    fn the_letters_have_their_published_values() {
        let published = [
            10, 11, 12, 13, 14, 15, 16, 17, 34, 18, 19, 20, 21, 22, 35, 23, 24, 25, 26, 27, 28, 29,
            32, 30, 31, 33,
        ];
        for (letter, value) in ('A'..='Z').zip(published) {
            assert_eq!(letter_value(letter), Some(value), "{letter}");
        }
    }
}
