//! A national ID as the portal keeps it, which is as its member typed it: HMAC-SHA-256 (RFC 2104) under a key of its own.
//!
//! There are few enough numbers to try them all, so a bare hash would hide nothing.

use ankong_verify::NationalId;
use openssl::{error::ErrorStack, hash::MessageDigest, pkey::PKey, sign::Signer};

use crate::key_file::Key;

/// Sets this use of HMAC apart from any other under the same key.
const LABEL: &[u8] = b"ankong portal national id 1\0";
/// The other use: a value by which the key is known again.
const CHECK_LABEL: &[u8] = b"ankong portal national id key check 1\0";

pub(crate) fn mac(key: &Key, id: &NationalId) -> Result<Vec<u8>, ErrorStack> {
    hmac(key, &[LABEL, id.expose().as_bytes()])
}

/// Kept in the data base, so that another key is noticed there. It tells nothing about the key.
pub(crate) fn check_value(key: &Key) -> Result<Vec<u8>, ErrorStack> {
    hmac(key, &[CHECK_LABEL])
}

fn hmac(key: &Key, parts: &[&[u8]]) -> Result<Vec<u8>, ErrorStack> {
    let key = PKey::hmac(key.as_ref())?;
    let mut signer = Signer::new(MessageDigest::sha256(), &key)?;
    parts.iter().try_for_each(|part| signer.update(part))?;
    signer.sign_to_vec()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_mac_depends_on_key_and_number() {
        let [one, two] = [[1; 32], [2; 32]].map(Key::new);
        let [a, b] = ["A123456789", "A800000014"].map(|id| NationalId::parse(id).unwrap());
        let of = |key, id| mac(key, id).unwrap();
        assert_eq!(of(&one, &a), of(&one, &a));
        assert_ne!(of(&one, &a), of(&one, &b));
        assert_ne!(of(&one, &a), of(&two, &a));
    }
}
