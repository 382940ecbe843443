//! Other values in place of a person's: of the same length, the same one for the same value, so
//! that what was equal stays equal. They tell nothing of what they stand for.

use std::collections::BTreeMap;

use crate::card::CardNumber;

/// What stands for a card number; it reads as one.
const CARD_NUMBER: &[u8; CardNumber::LENGTH as usize] = b"TP00000000000000";
/// Moments of X.690 clauses 11.7 and 11.8.
const GENERALIZED_TIME: &[u8; 15] = b"20000101000000Z";
const UTC_TIME: &[u8; 13] = b"000101000000Z";
/// The letter that fills; the last ones of a value tell values apart.
const FILLING: u8 = b'x';
const LETTERS: usize = 26;

/// The values met so far, by their length; a pseudonym counts them.
#[derive(Default)]
pub(super) struct Pseudonyms(BTreeMap<usize, Vec<Vec<u8>>>);

impl Pseudonyms {
    /// Replaces bytes or a text of one-byte characters by letters.
    pub(super) fn replace(&mut self, value: &mut [u8]) {
        if CardNumber::parse(value).is_some() {
            value.copy_from_slice(CARD_NUMBER);
            return;
        }
        let mut number = self.number(value);
        value.fill(FILLING);
        for byte in value.iter_mut().rev() {
            *byte = b'a' + (number % LETTERS) as u8;
            number /= LETTERS;
            if number == 0 {
                break;
            }
        }
    }

    /// Replaces an INTEGER by another one of its sign and length.
    pub(super) fn replace_number(&mut self, value: &mut [u8]) {
        let zero_first = value.first() == Some(&0);
        self.replace(value);
        if let ([first, second, ..], true) = (value, zero_first) {
            *first = 0;
            *second |= 0x80; // else the zero would be one too many, X.690 clause 8.3.2
        }
    }

    /// Replaces a text whose characters have two or four bytes.
    pub(super) fn replace_wide(&mut self, value: &mut [u8], width: usize) {
        self.replace(value);
        for character in value.chunks_mut(width) {
            if let Some((_, high)) = character.split_last_mut() {
                high.fill(0);
            }
        }
    }

    /// Replaces a moment by the first of January 2000.
    pub(super) fn replace_time(&mut self, value: &mut [u8]) {
        if value.len() == UTC_TIME.len() {
            value.copy_from_slice(UTC_TIME);
        } else if value.len() == GENERALIZED_TIME.len() {
            value.copy_from_slice(GENERALIZED_TIME);
        } else {
            self.replace(value);
        }
    }

    fn number(&mut self, value: &[u8]) -> usize {
        let met = self.0.entry(value.len()).or_default();
        met.iter().position(|known| known == value).unwrap_or_else(|| {
            met.push(value.to_vec());
            met.len() - 1
        })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn equal_values_stay_equal_and_others_apart() {
        let mut pseudonyms = Pseudonyms::default();
        let mut of = |text: &str| {
            let mut value = text.as_bytes().to_vec();
            pseudonyms.replace(&mut value);
            String::from_utf8(value).unwrap()
        };
        assert_eq!(
            [of("Wang"), of("Chen"), of("Wang"), of("Lee")],
            ["xxxa", "xxxb", "xxxa", "xxa"]
        );
        assert_eq!(of("TP12345678901234"), "TP00000000000000");
        assert_eq!(of(""), "");
    }

    #[test]
    fn a_number_stays_a_number_of_its_length() {
        let mut pseudonyms = Pseudonyms::default();
        let mut of = |value: &[u8]| {
            let mut value = value.to_vec();
            pseudonyms.replace_number(&mut value);
            value
        };
        assert_eq!(of(&[0, 0x80, 0x12]), [0, b'x' | 0x80, b'a']);
        assert_eq!(of(&[0x12, 0x34]), [b'x', b'a']);
        assert_eq!(of(&[0x12]), [b'a']);
    }
}
