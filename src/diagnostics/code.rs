//! Six characters that stand for an examination, to be read out on the phone: the same ones for the
//! same verdicts, and the verdicts can be had back from them.
//!
//! Five digits to the base 31 and a sum over them. 31 is a prime number, so one wrong character and
//! two exchanged ones both show in the sum.

use std::fmt;
use std::str::FromStr;

use super::examination::Examination;

/// A code.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Code([u8; LENGTH]);

/// The characters are no code.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum NotACode {
    /// A code has six letters and digits, without 0, 1, I, L and O.
    #[error("a code has six letters or digits, and none of 0, 1, I, L, O")]
    Form,
    /// The sum is wrong: somebody misread or misheard one.
    #[error("one of the six characters is wrong; hint: have the code read out again")]
    Sum,
    /// The sum is right, and no examination of this version has the code.
    #[error("this code was made by another version of the program")]
    Version,
}

impl From<&Examination> for Code {
    fn from(examination: &Examination) -> Self {
        let mut number = LAYOUT * Examination::COUNT + examination.number();
        let mut digits = [0; LENGTH];
        for digit in digits.iter_mut().take(LENGTH - 1).rev() {
            *digit = (number % BASE) as u8;
            number /= BASE;
        }
        let [numbers @ .., sum] = &mut digits;
        *sum = sum_of(numbers);
        Self(digits)
    }
}

impl TryFrom<Code> for Examination {
    type Error = NotACode;

    fn try_from(Code(digits): Code) -> Result<Self, NotACode> {
        let [numbers @ .., sum] = digits;
        if sum_of(&numbers) != sum {
            return Err(NotACode::Sum);
        }
        let number = numbers.iter().fold(0, |number, digit| number * BASE + u64::from(*digit));
        let number = number.checked_sub(LAYOUT * Self::COUNT).filter(|n| *n < Self::COUNT);
        number.and_then(Self::at).ok_or(NotACode::Version)
    }
}

/// Small letters, blanks and hyphens do no harm.
impl FromStr for Code {
    type Err = NotACode;

    fn from_str(text: &str) -> Result<Self, NotACode> {
        let said = text.chars().filter(|c| !c.is_whitespace() && *c != '-');
        let digit = |c: char| {
            let place = ALPHABET.iter().position(|known| char::from(*known) == c);
            place.and_then(|place| u8::try_from(place).ok()).ok_or(NotACode::Form)
        };
        let digits: Vec<u8> =
            said.map(|c| digit(c.to_ascii_uppercase())).collect::<Result<_, _>>()?;
        digits.try_into().map(Self).map_err(|_| NotACode::Form)
    }
}

impl fmt::Display for Code {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.0.iter().try_for_each(|digit| {
            let character = ALPHABET.get(usize::from(*digit)).copied().unwrap_or(b'?');
            write!(f, "{}", char::from(character))
        })
    }
}

/// Each digit counts as often as its place says.
fn sum_of(digits: &[u8]) -> u8 {
    let weighted = digits.iter().zip(1..).map(|(digit, weight)| weight * u64::from(*digit));
    (weighted.sum::<u64>() % BASE) as u8
}

const LENGTH: usize = 6;
/// Nothing that looks like another: no 0 and O, no 1, I and L.
const ALPHABET: &[u8; BASE as usize] = b"23456789ABCDEFGHJKMNPQRSTUVWXYZ";
const BASE: u64 = 31;
/// Counted up when the checks change, so that an older code is not taken for another verdict.
const LAYOUT: u64 = 0;
/// This layout and the next one have room.
const _: () = assert!((LAYOUT + 2) * Examination::COUNT <= BASE.pow(5));

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_code_leads_back_to_its_examination() {
        // A stride that is no multiple of any check's digits meets all of their values.
        for number in (0..Examination::COUNT).step_by(997) {
            let examination = Examination::at(number).unwrap();
            let code = Code::from(&examination);
            let read: Code = code.to_string().to_lowercase().parse().unwrap();
            assert_eq!(Examination::try_from(read), Ok(examination), "{code}");
        }
        assert_eq!(Examination::at(Examination::COUNT), None);
    }

    #[test]
    fn a_wrong_or_exchanged_character_shows() {
        let code = Code::from(&Examination::at(Examination::COUNT / 3).unwrap()).to_string();
        let wrong = |text: String| {
            let code: Code = text.parse().unwrap();
            Examination::try_from(code)
        };
        for place in 0..LENGTH {
            for other in ALPHABET.iter().filter(|other| **other != code.as_bytes()[place]) {
                let mut text = code.clone().into_bytes();
                text[place] = *other;
                assert_eq!(wrong(String::from_utf8(text).unwrap()), Err(NotACode::Sum));
            }
            for next in place + 1..LENGTH {
                let mut text = code.clone().into_bytes();
                text.swap(place, next);
                let text = String::from_utf8(text).unwrap();
                assert!(text == code || wrong(text.clone()) == Err(NotACode::Sum), "{text}");
            }
        }
    }

    #[test]
    fn what_is_no_code_is_said() {
        for text in ["", "ABCDE", "ABCDEFG", "ABCDE0", "ABCDEl", "安控安控安控"] {
            assert_eq!(text.parse::<Code>(), Err(NotACode::Form), "{text}");
        }
        assert!("abc-d ef".parse::<Code>().is_ok());
        // ZZZZZ and its sum: the highest number, which no examination has.
        let digits = [30; 5];
        let sum = char::from(ALPHABET[usize::from(sum_of(&digits))]);
        let code: Code = format!("ZZZZZ{sum}").parse().unwrap();
        assert_eq!(Examination::try_from(code), Err(NotACode::Version));
    }
}
