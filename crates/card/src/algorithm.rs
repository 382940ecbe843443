//! What a card's key signs with, and the hash that goes in.

use x509_parser::prelude::{FromDer, X509Certificate};
use x509_parser::public_key::PublicKey;

/// A signature algorithm by its JOSE name, RFC 7518 section 3.1.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Algorithm {
    /// RSASSA-PKCS1-v1_5 with SHA-256.
    Rs256,
    /// ECDSA on P-256 with SHA-256.
    Es256,
    /// ECDSA on P-384 with SHA-384.
    Es384,
}

impl Algorithm {
    /// The algorithm for the key in a certificate (DER); `None` for kinds of key no driver uses.
    #[must_use]
    pub fn of_certificate(certificate: &[u8]) -> Option<Self> {
        let (_, certificate) = X509Certificate::from_der(certificate).ok()?;
        match certificate.public_key().parsed().ok()? {
            PublicKey::RSA(_) => Some(Self::Rs256),
            PublicKey::EC(point) => match point.key_size() {
                256 => Some(Self::Es256),
                384 => Some(Self::Es384),
                _ => None,
            },
            _ => None,
        }
    }

    /// The JOSE name.
    #[must_use]
    pub const fn name(self) -> &'static str {
        match self {
            Self::Rs256 => "RS256",
            Self::Es256 => "ES256",
            Self::Es384 => "ES384",
        }
    }
}

/// A hash value to sign.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Digest {
    /// SHA-256, FIPS 180-4.
    Sha256([u8; 32]),
    /// SHA-384, FIPS 180-4.
    Sha384([u8; 48]),
    /// SHA-512, FIPS 180-4.
    Sha512([u8; 64]),
}

impl Digest {
    /// The bytes.
    #[must_use]
    pub fn as_bytes(&self) -> &[u8] {
        match self {
            Self::Sha256(hash) => hash,
            Self::Sha384(hash) => hash,
            Self::Sha512(hash) => hash,
        }
    }
}

/// Not 32, 48 or 64 bytes.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[error("a hash of {0} bytes is none that is signed here")]
pub struct NotADigest(pub usize);

impl TryFrom<&[u8]> for Digest {
    type Error = NotADigest;

    fn try_from(hash: &[u8]) -> Result<Self, NotADigest> {
        if let Ok(hash) = hash.try_into() {
            Ok(Self::Sha256(hash))
        } else if let Ok(hash) = hash.try_into() {
            Ok(Self::Sha384(hash))
        } else {
            hash.try_into().map(Self::Sha512).map_err(|_| NotADigest(hash.len()))
        }
    }
}
