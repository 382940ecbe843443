//! ECDSA signatures: from the DER that a card answers (SEC 1 clause C.8) to the two integers side
//! by side (RFC 7518 section 3.4).

use crate::tlv::{Tag, Tlv};

/// Two times `width` bytes; `None` when the card wrote something else.
pub(crate) fn side_by_side(der: &[u8], width: usize) -> Option<Vec<u8>> {
    let (sequence, []) = Tlv::parse(der).ok()? else { return None };
    let (r, rest) = Tlv::parse(sequence.value).ok()?;
    let (s, []) = Tlv::parse(rest).ok()? else { return None };
    if sequence.tag != Tag::SEQUENCE {
        return None;
    }
    Some([integer(&r, width)?, integer(&s, width)?].concat())
}

/// A positive INTEGER, filled with zeros from the left.
fn integer(tlv: &Tlv<'_>, width: usize) -> Option<Vec<u8>> {
    if tlv.tag != Tag::INTEGER || tlv.value.first().is_none_or(|first| *first >= 0x80) {
        return None;
    }
    let zeros = tlv.value.iter().take_while(|byte| **byte == 0).count();
    let digits = tlv.value.get(zeros..).filter(|digits| !digits.is_empty())?;
    let mut bytes = vec![0; width.checked_sub(digits.len())?];
    bytes.extend_from_slice(digits);
    Some(bytes)
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    #[test]
    fn integers_are_stripped_of_their_sign_and_filled_up() {
        let der = [0x30, 0x08, 0x02, 0x02, 0x00, 0x80, 0x02, 0x02, 0x01, 0x02];
        assert_eq!(side_by_side(&der, 4), Some(vec![0, 0, 0, 0x80, 0, 0, 1, 2]));
    }

    #[test]
    fn what_is_no_signature_is_none() {
        let wrong: [&[u8]; 8] = [
            &[],
            &[0x30, 0],
            &[0x31, 0x06, 0x02, 1, 1, 0x02, 1, 1],
            &[0x30, 0x03, 0x02, 1, 1],
            &[0x30, 0x06, 0x02, 1, 0x80, 0x02, 1, 1], // negative
            &[0x30, 0x06, 0x02, 1, 0x00, 0x02, 1, 1], // zero
            &[0x30, 0x06, 0x04, 1, 1, 0x02, 1, 1],
            &[0x30, 0x09, 0x02, 1, 1, 0x02, 1, 1, 0x02, 1, 1],
        ];
        for der in wrong {
            assert_eq!(side_by_side(der, 32), None, "{der:02X?}");
        }
        assert_eq!(side_by_side(&[0x30, 0x08, 0x02, 3, 1, 2, 3, 0x02, 1, 1], 2), None, "too wide");
    }

    proptest! {
        #[test]
        fn any_bytes_make_both_halves_or_nothing(bytes: Vec<u8>) {
            prop_assert!(side_by_side(&bytes, 32).is_none_or(|both| both.len() == 64));
        }
    }
}
