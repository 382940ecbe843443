//! The token's algorithm has to be the one its key is made for. MOICA cards hold RSA keys, so
//! that is `RS256` (RFC 7518 §3.3) and nothing else.
//!
//! Refuses to let the token choose: `none`, HMAC and elliptic names stop here.

use std::ops::RangeInclusive;

use openssl::pkey::{Id, PKeyRef, Public};

/// The one algorithm accepted.
const RS256: &str = "RS256";
/// RFC 7518 §3.3: "A key of size 2048 bits or larger MUST be used".
const MINIMUM_BITS: u32 = 2048;
/// Longer keys only cost time.
const MAXIMUM_BITS: u32 = 8192;
/// FIPS 186-5 appendix A.1.1: the public exponent is odd, above 2^16 and below 2^256.
const EXPONENT_BITS: RangeInclusive<i32> = 17..=256;

/// Why the algorithm or the key under it is not accepted.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum AlgorithmError {
    /// The certificate's key is not an RSA key.
    #[error("the certificate's key is not RSA")]
    NotRsa,
    /// The token names another algorithm than the key's.
    #[error("the token names the algorithm {found:?}; an RSA key signs with RS256")]
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
    #[error("the RSA key cannot be read")]
    Unreadable,
}

pub(crate) fn check(algorithm: &str, key: &PKeyRef<Public>) -> Result<(), AlgorithmError> {
    if key.id() != Id::RSA {
        return Err(AlgorithmError::NotRsa);
    }
    if algorithm != RS256 {
        return Err(AlgorithmError::NotAccepted { found: algorithm.to_owned() });
    }
    check_strength(key)
}

/// Also asked of the issuers' keys; one that is not RSA passes.
pub(crate) fn check_strength(key: &PKeyRef<Public>) -> Result<(), AlgorithmError> {
    if key.id() != Id::RSA {
        return Ok(());
    }
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
