//! EF.PrKD: the private keys, ISO/IEC 7816-15 clause 8.4.

use super::directory::{BIT_STRING, common_attributes, has_bit, objects, one_byte};
use crate::CardError;
use crate::tlv::Tag;

/// A private key that may sign.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct KeyRecord {
    /// Joins it with its certificate.
    pub(super) id: Vec<u8>,
    /// Joins it with its PIN.
    pub(super) password: Option<Vec<u8>>,
    /// What the security environment calls it.
    pub(super) reference: Option<u8>,
    /// Indexes into the card's algorithms; none when the card leaves it open.
    pub(super) algorithms: Vec<u32>,
}

/// The RSA and elliptic keys whose usage is to sign or to sign for good (KeyUsageFlags sign and
/// nonRepudiation). Records that make no sense are left out; a torn list is malformed.
pub(super) fn records(list: &[u8]) -> Result<Vec<KeyRecord>, CardError> {
    let mut found = Vec::new();
    for object in objects(list, "key directory") {
        let object = object?;
        if object.tag != RSA && object.tag != ELLIPTIC {
            continue;
        }
        let Some((common, key)) = common_attributes(&object) else { continue };
        let usage = key.child(BIT_STRING);
        if !usage.is_some_and(|usage| has_bit(&usage, SIGN) || has_bit(&usage, NON_REPUDIATION)) {
            continue;
        }
        let Some(id) = key.child(Tag::OCTET_STRING) else { continue };
        let algorithms = key.child(ALGORITHMS).map_or_else(Vec::new, |listed| {
            let integers = listed.children().map_while(Result::ok).take(MAX_ALGORITHMS);
            integers.filter_map(|integer| integer.unsigned()).collect()
        });
        found.push(KeyRecord {
            id: id.value.to_vec(),
            password: common.child(Tag::OCTET_STRING).map(|id| id.value.to_vec()),
            reference: key.child(Tag::INTEGER).and_then(|reference| one_byte(&reference)),
            algorithms,
        });
    }
    Ok(found)
}

/// The choice in PrivateKeyType.
const RSA: Tag = Tag::SEQUENCE;
const ELLIPTIC: Tag = Tag(0xA0);
/// algReference in CommonKeyAttributes.
const ALGORITHMS: Tag = Tag(0xA1);
/// KeyUsageFlags.
const SIGN: usize = 2;
const NON_REPUDIATION: usize = 9;
/// Algorithms of one key, at most.
const MAX_ALGORITHMS: usize = 16;

#[cfg(test)]
mod tests {
    use super::*;
    use crate::transcript::hex;

    #[test]
    fn only_keys_that_sign_are_taken_with_all_that_using_them_needs() {
        let list = hex(include_str!("../../tests/data/iso7816-15-prkd.hex"));
        let expected = [
            KeyRecord {
                id: vec![0x45],
                password: Some(vec![0x01]),
                reference: Some(0x81),
                algorithms: vec![2, 7],
            },
            KeyRecord { id: vec![0x46], password: None, reference: None, algorithms: vec![] },
        ];
        assert_eq!(records(&list).unwrap(), expected);
        assert!(records(&list[..list.len() - 3]).is_err());
    }
}
