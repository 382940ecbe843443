//! The keys of a card and what they sign with: NIST SP 800-73-4 part 1 table 4b, SP 800-78-4
//! table 6-2.

use x509_parser::oid_registry::{OID_EC_P256, OID_NIST_EC_P384};
use x509_parser::prelude::{FromDer, X509Certificate};
use x509_parser::public_key::PublicKey;

use super::object::Name;
use crate::algorithm::{Algorithm, Digest};
use crate::certificate::signs_for_its_holder;
use crate::ecdsa;
use crate::pkcs1;

/// A key by its reference, P2 of GENERAL AUTHENTICATE; an open set.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct Slot(pub(super) u8);

impl Slot {
    /// PIV authentication: usable once the PIN has been verified.
    pub(super) const PIV_AUTHENTICATION: Self = Self(0x9A);
    /// Digital signature: the PIN right before each use.
    pub(super) const DIGITAL_SIGNATURE: Self = Self(0x9C);

    /// The object with the key's certificate, part 1 table 3.
    pub(super) const fn certificate(self) -> Name {
        match self {
            Self::DIGITAL_SIGNATURE => Name([0x5F, 0xC1, 0x0A]),
            Self(_) => Name([0x5F, 0xC1, 0x05]),
        }
    }
}

/// A kind of key this driver signs with.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Key {
    /// RSA, 2048 bits.
    Rsa2048,
    /// ECDSA on P-256.
    P256,
    /// ECDSA on P-384.
    P384,
}

impl Key {
    /// The key in a certificate (DER) whose usage is to sign for its holder; `None` for other
    /// usages and for keys these cards cannot be asked to sign with.
    pub(super) fn that_signs(certificate: &[u8]) -> Option<Self> {
        let (_, certificate) = X509Certificate::from_der(certificate).ok()?;
        if !signs_for_its_holder(&certificate) {
            return None;
        }
        let curve = certificate.public_key().algorithm.parameters.as_ref();
        let curve = curve.and_then(|parameters| parameters.as_oid().ok());
        match certificate.public_key().parsed().ok()? {
            PublicKey::RSA(key) if key.key_size() == 8 * MODULUS => Some(Self::Rsa2048),
            PublicKey::EC(_) if curve.as_ref() == Some(&OID_EC_P256) => Some(Self::P256),
            PublicKey::EC(_) if curve.as_ref() == Some(&OID_NIST_EC_P384) => Some(Self::P384),
            _ => None,
        }
    }

    /// Its algorithm by its JOSE name.
    pub(super) const fn algorithm(self) -> Algorithm {
        match self {
            Self::Rsa2048 => Algorithm::Rs256,
            Self::P256 => Algorithm::Es256,
            Self::P384 => Algorithm::Es384,
        }
    }

    /// P1 of GENERAL AUTHENTICATE, SP 800-78-4 table 6-2.
    pub(super) const fn reference(self) -> u8 {
        match self {
            Self::Rsa2048 => 0x07,
            Self::P256 => 0x11,
            Self::P384 => 0x14,
        }
    }

    /// What the card is given to sign: for RSA the whole padded block; for ECDSA the hash as a
    /// number as wide as the curve, so a longer one is cut (FIPS 186-5 clause 6.4.1).
    pub(super) fn input(self, digest: &Digest) -> Vec<u8> {
        let hash = digest.as_bytes();
        match self.width() {
            None => pkcs1::signature_block(digest, MODULUS),
            Some(width) => {
                let hash = hash.get(..width).unwrap_or(hash);
                let mut input = vec![0; width - hash.len()];
                input.extend_from_slice(hash);
                input
            }
        }
    }

    /// The signature out of the card's answer; `None` when it is none of this key's length.
    pub(super) fn signature(self, answer: Vec<u8>) -> Option<Vec<u8>> {
        match self.width() {
            None => (answer.len() == MODULUS).then_some(answer),
            Some(width) => ecdsa::side_by_side(&answer, width),
        }
    }

    /// Bytes of a number on the curve; RSA has none.
    const fn width(self) -> Option<usize> {
        match self {
            Self::Rsa2048 => None,
            Self::P256 => Some(32),
            Self::P384 => Some(48),
        }
    }
}

/// Bytes of an RSA modulus.
const MODULUS: usize = 256;

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_hash_is_made_as_wide_as_the_curve() {
        let (long, short) = (Digest::Sha384([7; 48]), Digest::Sha256([7; 32]));
        assert_eq!(Key::P256.input(&long), [7; 32]);
        assert_eq!(Key::P384.input(&long), [7; 48]);
        assert_eq!(Key::P384.input(&short), [[0; 16].as_slice(), &[7; 32]].concat());
        assert_eq!(Key::Rsa2048.input(&short).len(), 256);
    }

    #[test]
    fn an_rsa_signature_is_as_long_as_the_modulus() {
        assert_eq!(Key::Rsa2048.signature(vec![1; 255]), None);
        assert_eq!(Key::Rsa2048.signature(vec![1; 256]), Some(vec![1; 256]));
    }
}
