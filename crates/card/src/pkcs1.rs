//! EMSA-PKCS1-v1_5, RFC 8017 section 9.2: the block a card raises to its private exponent.

use crate::algorithm::Digest;

/// DigestInfo before the hash value, RFC 8017 section 9.2 note 1.
const SHA256_PREFIX: [u8; 19] = [
    0x30, 0x31, 0x30, 0x0D, 0x06, 0x09, 0x60, 0x86, 0x48, 0x01, 0x65, 0x03, 0x04, 0x02, 0x01, 0x05,
    0x00, 0x04, 0x20,
];
const SHA384_PREFIX: [u8; 19] = [
    0x30, 0x41, 0x30, 0x0D, 0x06, 0x09, 0x60, 0x86, 0x48, 0x01, 0x65, 0x03, 0x04, 0x02, 0x02, 0x05,
    0x00, 0x04, 0x30,
];
const SHA512_PREFIX: [u8; 19] = [
    0x30, 0x51, 0x30, 0x0D, 0x06, 0x09, 0x60, 0x86, 0x48, 0x01, 0x65, 0x03, 0x04, 0x02, 0x03, 0x05,
    0x00, 0x04, 0x40,
];

/// The DigestInfo of a hash value, for cards and modules that pad by themselves.
#[must_use]
pub fn digest_info(digest: &Digest) -> Vec<u8> {
    let prefix = match digest {
        Digest::Sha256(_) => SHA256_PREFIX,
        Digest::Sha384(_) => SHA384_PREFIX,
        Digest::Sha512(_) => SHA512_PREFIX,
    };
    [&prefix, digest.as_bytes()].concat()
}

/// `00 01 FF … FF 00 DigestInfo`, as long as the modulus, in bytes; no modulus here is below 256.
#[must_use]
pub(crate) fn signature_block(digest: &Digest, modulus: usize) -> Vec<u8> {
    let info = digest_info(digest);
    let filling = modulus.saturating_sub(info.len() + 3);
    let mut block = vec![0x00, 0x01];
    block.resize(2 + filling, 0xFF);
    block.push(0x00);
    block.extend(info);
    block
}

#[cfg(test)]
mod tests {
    use super::*;
    use openssl::sha::{sha256, sha384, sha512};
    use openssl::{hash::MessageDigest, pkey::PKey, rsa::Padding, rsa::Rsa, sign::Verifier};

    #[test]
    fn openssl_accepts_what_a_raw_key_operation_makes_of_the_block() {
        let rsa = Rsa::generate(2048).unwrap();
        let key = PKey::from_rsa(rsa.clone()).unwrap();
        for (digest, name) in [
            (Digest::Sha256(sha256(b"message")), MessageDigest::sha256()),
            (Digest::Sha384(sha384(b"message")), MessageDigest::sha384()),
            (Digest::Sha512(sha512(b"message")), MessageDigest::sha512()),
        ] {
            let (block, mut signature) = (signature_block(&digest, 256), [0; 256]);
            rsa.private_encrypt(&block, &mut signature, Padding::NONE).unwrap();
            let mut verifier = Verifier::new(name, &key).unwrap();
            assert!(verifier.verify_oneshot(&signature, b"message").unwrap(), "{digest:?}");
        }
    }
}
