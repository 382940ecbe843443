//! How long a code is, and a code of that length.

use openssl::{error::ErrorStack, rand::rand_bytes};
use serde::Deserialize;

/// From 4 to 6. With five tries a code and five codes an hour, somebody who guesses at one account is right
/// within an hour once in 400 times with four digits, and once in 40 000 times with six.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Deserialize)]
#[serde(try_from = "u8")]
pub struct CodeDigits(u8);

/// A number of digits no code has.
#[derive(Debug, thiserror::Error)]
#[error("a code has 4 to 6 digits, not {0}")]
pub struct NotCodeDigits(u8);

impl TryFrom<u8> for CodeDigits {
    type Error = NotCodeDigits;

    fn try_from(digits: u8) -> Result<Self, NotCodeDigits> {
        if (4..=6).contains(&digits) { Ok(Self(digits)) } else { Err(NotCodeDigits(digits)) }
    }
}

impl Default for CodeDigits {
    fn default() -> Self {
        Self(6)
    }
}

impl CodeDigits {
    pub(crate) fn count(self) -> u8 {
        self.0
    }

    /// Each as likely as any other.
    pub(crate) fn random_code(self) -> Result<String, ErrorStack> {
        let codes = 10_u32.pow(self.0.into());
        // As many numbers as are whole times of the codes in 32 bits.
        let fair = u32::MAX - u32::MAX % codes;
        loop {
            let mut bytes = [0; 4];
            rand_bytes(&mut bytes)?;
            let number = u32::from_be_bytes(bytes);
            if number < fair {
                return Ok(format!("{:0width$}", number % codes, width = self.0.into()));
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::collections::BTreeSet;

    #[test]
    fn a_code_has_as_many_digits_as_it_should_and_the_first_may_be_nought() {
        for digits in 4..=6_u8 {
            let of = CodeDigits::try_from(digits).unwrap();
            let codes: Vec<_> = (0..500).map(|_| of.random_code().unwrap()).collect();
            let is_code = |code: &String| {
                code.len() == usize::from(digits) && code.bytes().all(|c| c.is_ascii_digit())
            };
            assert!(codes.iter().all(is_code), "{codes:?}");
            let first: BTreeSet<_> = codes.iter().map(|code| &code[..1]).collect();
            assert_eq!(first.len(), 10);
        }
        for digits in [0, 3, 7] {
            assert!(CodeDigits::try_from(digits).is_err());
        }
    }
}
