//! The token's algorithm has to be one that its key makes: the names of Web eID's token format,
//! `RS`, `PS` and `ES` with 256, 384 or 512 (RFC 7518 §3.3 to 3.5), an elliptic name on its own curve.
//!
//! Refuses to let the token choose: `none` and HMAC stop here, and so do keys too weak to trust.

use std::ops::RangeInclusive;

use openssl::{
    nid::Nid,
    pkey::{Id, PKeyRef, Public},
};

use crate::algorithm::{Algorithm, Digest, Scheme};

/// RFC 7518 §3.3: "A key of size 2048 bits or larger MUST be used".
const MINIMUM_BITS: u32 = 2048;
/// Longer keys only cost time.
const MAXIMUM_BITS: u32 = 8192;
/// FIPS 186-5 appendix A.1.1: the public exponent is odd, above 2^16 and below 2^256.
const EXPONENT_BITS: RangeInclusive<i32> = 17..=256;

/// Why the algorithm or the key under it is not accepted.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum AlgorithmError {
    /// The certificate's key is neither RSA nor on P-256, P-384 or P-521.
    #[error("the certificate's key is neither RSA nor on P-256, P-384 or P-521")]
    KeyType,
    /// The token names an algorithm that is unknown, or another than its key's.
    #[error("the token names the algorithm {found:?}, which its key does not make")]
    NotAccepted {
        /// The name in the token.
        found: String,
    },
    /// A short key can be broken; a far too long one only costs time.
    #[error("the RSA key has {bits} bits, not {MINIMUM_BITS} to {MAXIMUM_BITS}")]
    KeySize {
        /// Bits of the modulus.
        bits: u32,
    },
    /// With the exponent 1 anybody can sign; small ones have let forged paddings pass; very large
    /// ones only cost time. The MOICA authorities of the third generation have 65537. What their
    /// cards have is not published, and 65537 is what card makers use.
    #[error("the RSA key's public exponent is not an odd number above 2^16 and below 2^256")]
    Exponent,
    /// OpenSSL cannot read the key.
    #[error("the key cannot be read")]
    Unreadable,
}

impl AlgorithmError {
    /// The stable code of this error; see the crate's `tests/data/README.md`.
    #[must_use]
    pub fn code(&self) -> &'static str {
        match self {
            Self::NotAccepted { .. } => "wrong-algorithm",
            Self::KeyType | Self::KeySize { .. } | Self::Exponent | Self::Unreadable => "weak-key",
        }
    }
}

pub(crate) fn check(name: &str, key: &PKeyRef<Public>) -> Result<Algorithm, AlgorithmError> {
    check_strength(key)?;
    let refused = || AlgorithmError::NotAccepted { found: name.to_owned() };
    let algorithm = named(name).ok_or_else(refused)?;
    if algorithm.scheme.key() != key.id() {
        return Err(refused());
    }
    // RFC 7518 §3.4: ES256 is on P-256, ES384 on P-384, ES512 on P-521.
    if algorithm.scheme == Scheme::Ecdsa && algorithm.digest != curve(key)? {
        return Err(refused());
    }
    Ok(algorithm)
}

/// Also asked of issuers, responders and signers of documents.
pub(crate) fn check_strength(key: &PKeyRef<Public>) -> Result<(), AlgorithmError> {
    match key.id() {
        Id::RSA => check_rsa(key),
        Id::EC => curve(key).map(|_| ()),
        _ => Err(AlgorithmError::KeyType),
    }
}

fn named(name: &str) -> Option<Algorithm> {
    let (scheme, bits) = name.split_at_checked(2)?;
    let scheme = match scheme {
        "RS" => Scheme::Pkcs1,
        "PS" => Scheme::Pss,
        "ES" => Scheme::Ecdsa,
        _ => return None,
    };
    let digest = match bits {
        "256" => Digest::Sha256,
        "384" => Digest::Sha384,
        "512" => Digest::Sha512,
        _ => return None,
    };
    Some(Algorithm { scheme, digest })
}

fn check_rsa(key: &PKeyRef<Public>) -> Result<(), AlgorithmError> {
    let bits = key.bits();
    if !(MINIMUM_BITS..=MAXIMUM_BITS).contains(&bits) {
        return Err(AlgorithmError::KeySize { bits });
    }
    let rsa = key.rsa().map_err(|_| AlgorithmError::Unreadable)?;
    if !rsa.e().is_bit_set(0) || !EXPONENT_BITS.contains(&rsa.e().num_bits()) {
        return Err(AlgorithmError::Exponent);
    }
    Ok(())
}

/// The digest that goes with the key's curve.
fn curve(key: &PKeyRef<Public>) -> Result<Digest, AlgorithmError> {
    let key = key.ec_key().map_err(|_| AlgorithmError::Unreadable)?;
    match key.group().curve_name() {
        Some(Nid::X9_62_PRIME256V1) => Ok(Digest::Sha256),
        Some(Nid::SECP384R1) => Ok(Digest::Sha384),
        Some(Nid::SECP521R1) => Ok(Digest::Sha512),
        Some(_) | None => Err(AlgorithmError::KeyType),
    }
}
