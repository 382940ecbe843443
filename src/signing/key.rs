//! A card's key as its certificate shows it: what it signs with, and whether it made a signature.

use openssl::bn::BigNum;
use openssl::ecdsa::EcdsaSig;
use openssl::error::ErrorStack;
use openssl::pkey::{Id, PKey, Public};
use openssl::sign::Verifier;
use openssl::x509::X509;

use super::SigningError;
use super::hash::Hash;

/// The public half of a card's signature key.
pub(super) struct CardKey {
    public: PKey<Public>,
    pub(super) kind: KeyKind,
}

/// A kind of key that cards sign with.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum KeyKind {
    /// RSASSA-PKCS1-v1_5, RFC 8017 section 8.2.
    Rsa,
    /// ECDSA on P-256.
    P256,
    /// ECDSA on P-384.
    P384,
}

impl CardKey {
    /// Reads the key out of a certificate (DER).
    pub(super) fn of(certificate: &[u8]) -> Result<Self, SigningError> {
        let public = X509::from_der(certificate)?.public_key()?;
        let kind = match (public.id(), public.bits()) {
            (Id::RSA, _) => KeyKind::Rsa,
            (Id::EC, 256) => KeyKind::P256,
            (Id::EC, 384) => KeyKind::P384,
            _ => return Err(SigningError::Key),
        };
        Ok(Self { public, kind })
    }

    /// Makes sure that this key made `signature` over `bytes`; gives the form that X.509 and CMS
    /// have for it. Cards answer ECDSA's two integers side by side (RFC 7518 section 3.4), DER
    /// has them in a SEQUENCE (RFC 3279 section 2.2.3).
    pub(super) fn check(
        &self,
        hash: Hash,
        bytes: &[u8],
        signature: &[u8],
    ) -> Result<Vec<u8>, SigningError> {
        let encoded = match self.kind {
            KeyKind::Rsa => signature.to_vec(),
            KeyKind::P256 | KeyKind::P384 => in_sequence(signature)?,
        };
        let mut verifier = Verifier::new(hash.of_openssl(), &self.public)?;
        // A malformed signature is an error of OpenSSL's, a wrong one is not.
        if verifier.verify_oneshot(&encoded, bytes).unwrap_or(false) {
            Ok(encoded)
        } else {
            Err(SigningError::Signature)
        }
    }
}

impl KeyKind {
    /// The hash it signs tokens with, RFC 7518 section 3.1.
    pub(super) fn own_hash(self) -> Hash {
        match self {
            Self::Rsa | Self::P256 => Hash::Sha256,
            Self::P384 => Hash::Sha384,
        }
    }

    /// Whether it signs with this hash. A card is given an elliptic curve's own hash only: NIST SP
    /// 800-78-4 table 3-7 knows no other pair, and cards differ in what they make of a longer one.
    pub(super) fn signs(self, hash: Hash) -> bool {
        match self {
            Self::Rsa => true,
            Self::P256 | Self::P384 => hash == self.own_hash(),
        }
    }
}

fn in_sequence(signature: &[u8]) -> Result<Vec<u8>, ErrorStack> {
    let (r, s) = signature.split_at(signature.len() / 2);
    let (r, s) = (BigNum::from_slice(r)?, BigNum::from_slice(s)?);
    EcdsaSig::from_private_components(r, s)?.to_der()
}
