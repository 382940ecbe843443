//! Writes DER, ITU-T X.690: layout only, just the types the card's files and the test
//! certificates need.

use openssl::asn1::Asn1Object;
use openssl::error::ErrorStack;

// Identifier octets, X.680 clause 8.4.
pub(crate) const BOOLEAN: u8 = 0x01;
pub(crate) const INTEGER: u8 = 0x02;
pub(crate) const BIT_STRING: u8 = 0x03;
pub(crate) const OCTET_STRING: u8 = 0x04;
pub(crate) const OBJECT_IDENTIFIER: u8 = 0x06;
pub(crate) const ENUMERATED: u8 = 0x0A;
pub(crate) const UTF8_STRING: u8 = 0x0C;
pub(crate) const PRINTABLE_STRING: u8 = 0x13;
pub(crate) const SEQUENCE: u8 = 0x30;
pub(crate) const SET: u8 = 0x31;
/// `[0]`, primitive: an implicitly tagged simple type.
pub(crate) const CONTEXT_0: u8 = 0x80;
/// `[1]`, constructed: an explicitly tagged value.
pub(crate) const CONTEXT_1_CONSTRUCTED: u8 = 0xA1;

/// One element with the given identifier octet; at most 65,535 bytes of content.
pub(crate) fn element(tag: u8, content: &[u8]) -> Vec<u8> {
    let mut out = vec![tag];
    let [.., high, low] = content.len().to_be_bytes();
    match (high, low) {
        (0, 0..=0x7F) => out.push(low),
        (0, 0x80..) => out.extend([0x81, low]),
        (1.., _) => out.extend([0x82, high, low]),
    }
    out.extend_from_slice(content);
    out
}

/// A constructed element out of finished ones.
pub(crate) fn constructed<const N: usize>(tag: u8, parts: [Vec<u8>; N]) -> Vec<u8> {
    element(tag, &parts.concat())
}

/// The content of a non-negative INTEGER in the fewest octets (X.690 clause 8.3).
pub(crate) fn unsigned(value: u16) -> Vec<u8> {
    let [high, low] = value.to_be_bytes();
    match (high, low) {
        (0, 0..=0x7F) => vec![low],
        (0, 0x80..) | (1..=0x7F, _) => vec![high, low],
        (0x80.., _) => vec![0, high, low],
    }
}

/// An OBJECT IDENTIFIER from its dotted form.
pub(crate) fn oid(dotted: &str) -> Result<Vec<u8>, ErrorStack> {
    Ok(element(OBJECT_IDENTIFIER, Asn1Object::from_str(dotted)?.as_slice()))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn lengths_and_integers_take_the_fewest_octets() {
        assert_eq!(element(INTEGER, &unsigned(0)), [2, 1, 0]);
        assert_eq!(unsigned(0x80), [0, 0x80]);
        assert_eq!(unsigned(0x0700), [7, 0]);
        assert_eq!(unsigned(0x8000), [0, 0x80, 0]);
        assert_eq!(element(OCTET_STRING, &[0; 127])[..2], [4, 127]);
        assert_eq!(element(OCTET_STRING, &[0; 200])[..3], [4, 0x81, 200]);
        assert_eq!(element(OCTET_STRING, &[0; 256])[..4], [4, 0x82, 1, 0]);
    }

    #[test]
    fn an_object_identifier_is_encoded() {
        assert_eq!(oid("2.5.29.9").unwrap(), [6, 3, 0x55, 0x1D, 9]);
    }
}
