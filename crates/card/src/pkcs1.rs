//! EMSA-PKCS1-v1_5, RFC 8017 section 9.2: the block a card raises to its private exponent.

use crate::card::Digest;

/// DigestInfo before the hash value of SHA-256, RFC 8017 section 9.2 note 1.
const SHA256_PREFIX: [u8; 19] = [
    0x30, 0x31, 0x30, 0x0D, 0x06, 0x09, 0x60, 0x86, 0x48, 0x01, 0x65, 0x03, 0x04, 0x02, 0x01, 0x05,
    0x00, 0x04, 0x20,
];

/// `00 01 FF … FF 00 DigestInfo` for a modulus of `N` bytes; no modulus here is below 256.
#[must_use]
pub(crate) fn signature_block<const N: usize>(digest: &Digest) -> [u8; N] {
    let Digest::Sha256(hash) = digest;
    let mut block = [0xFF; N];
    let tail = SHA256_PREFIX.iter().chain(hash);
    for (to, from) in block.iter_mut().rev().zip(tail.rev()) {
        *to = *from;
    }
    let separator = N.saturating_sub(SHA256_PREFIX.len() + hash.len() + 1);
    for (at, value) in [(0, 0x00), (1, 0x01), (separator, 0x00)] {
        if let Some(byte) = block.get_mut(at) {
            *byte = value;
        }
    }
    block
}

#[cfg(test)]
mod tests {
    use super::*;
    use openssl::{hash::MessageDigest, pkey::PKey, rsa::Padding, rsa::Rsa, sign::Verifier};

    #[test]
    fn openssl_accepts_what_a_raw_key_operation_makes_of_the_block() {
        let rsa = Rsa::generate(2048).unwrap();
        let digest = Digest::Sha256(openssl::sha::sha256(b"message"));
        let mut signature = [0; 256];
        rsa.private_encrypt(&signature_block::<256>(&digest), &mut signature, Padding::NONE)
            .unwrap();
        let key = PKey::from_rsa(rsa).unwrap();
        let mut verifier = Verifier::new(MessageDigest::sha256(), &key).unwrap();
        assert!(verifier.verify_oneshot(&signature, b"message").unwrap());
    }
}
