//! The signature algorithms that are accepted anywhere: in tokens, certificates, lists, OCSP answers and CMS.
//!
//! Refuses MD5, SHA-1 and keys another algorithm is meant for.

use openssl::{
    bn::BigNum,
    ecdsa::EcdsaSig,
    error::ErrorStack,
    hash::MessageDigest,
    pkey::{HasPublic, Id, PKeyRef},
    rsa::Padding,
    sign::{RsaPssSaltlen, Verifier},
};

/// SHA-2 (FIPS 180-4).
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Digest {
    Sha256,
    Sha384,
    Sha512,
}

impl Digest {
    pub(crate) fn openssl(self) -> MessageDigest {
        match self {
            Self::Sha256 => MessageDigest::sha256(),
            Self::Sha384 => MessageDigest::sha384(),
            Self::Sha512 => MessageDigest::sha512(),
        }
    }

    /// By the content of its object identifier: 2.16.840.1.101.3.4.2.1 to 3 (RFC 5754 §2).
    pub(crate) fn of_oid(oid: &[u8]) -> Option<Self> {
        match oid {
            [0x60, 0x86, 0x48, 0x01, 0x65, 0x03, 0x04, 0x02, 1] => Some(Self::Sha256),
            [0x60, 0x86, 0x48, 0x01, 0x65, 0x03, 0x04, 0x02, 2] => Some(Self::Sha384),
            [0x60, 0x86, 0x48, 0x01, 0x65, 0x03, 0x04, 0x02, 3] => Some(Self::Sha512),
            _ => None,
        }
    }

    pub(crate) fn hash(self, parts: &[&[u8]]) -> Result<Vec<u8>, ErrorStack> {
        let mut hasher = openssl::hash::Hasher::new(self.openssl())?;
        for part in parts {
            hasher.update(part)?;
        }
        Ok(hasher.finish()?.to_vec())
    }
}

/// How a digest becomes a signature.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Scheme {
    /// RSASSA-PKCS1-v1_5, RFC 8017 §8.2.
    Pkcs1,
    /// RSASSA-PSS, RFC 8017 §8.1, with the digest for MGF1 too and a salt of its length.
    Pss,
    /// FIPS 186-5 §6.
    Ecdsa,
}

impl Scheme {
    /// The type of key that makes such signatures.
    pub(crate) fn key(self) -> Id {
        match self {
            Self::Pkcs1 | Self::Pss => Id::RSA,
            Self::Ecdsa => Id::EC,
        }
    }
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct Algorithm {
    pub(crate) scheme: Scheme,
    pub(crate) digest: Digest,
}

impl Algorithm {
    /// By the content of its object identifier: sha256/384/512WithRSAEncryption (RFC 8017 A.2.4),
    /// ecdsa-with-SHA256/384/512 (RFC 5758 §3.2).
    pub(crate) fn of_oid(oid: &[u8]) -> Option<Self> {
        let (scheme, number) = match oid {
            [0x2A, 0x86, 0x48, 0x86, 0xF7, 0x0D, 0x01, 0x01, number @ 11..=13] => {
                (Scheme::Pkcs1, number - 11)
            }
            [0x2A, 0x86, 0x48, 0xCE, 0x3D, 0x04, 0x03, number @ 2..=4] => {
                (Scheme::Ecdsa, number - 2)
            }
            _ => return None,
        };
        let digest = match number {
            0 => Digest::Sha256,
            1 => Digest::Sha384,
            _ => Digest::Sha512,
        };
        Some(Self { scheme, digest })
    }

    /// What checks a signature of `key` over bytes still to come, or nothing where the key is of
    /// another kind.
    pub(crate) fn verifier<'k>(
        self,
        key: &'k PKeyRef<impl HasPublic>,
    ) -> Result<Option<Verifier<'k>>, ErrorStack> {
        if key.id() != self.scheme.key() {
            return Ok(None);
        }
        let digest = self.digest.openssl();
        let mut verifier = Verifier::new(digest, key)?;
        if self.scheme == Scheme::Pss {
            verifier.set_rsa_padding(Padding::PKCS1_PSS)?;
            verifier.set_rsa_mgf1_md(digest)?;
            verifier.set_rsa_pss_saltlen(RsaPssSaltlen::DIGEST_LENGTH)?;
        }
        Ok(Some(verifier))
    }

    /// Whether `signature` (ECDSA's in DER) is one of `key` over `message`.
    pub(crate) fn verifies(
        self,
        key: &PKeyRef<impl HasPublic>,
        signature: &[u8],
        message: &[u8],
    ) -> Result<bool, ErrorStack> {
        let Some(mut verifier) = self.verifier(key)? else {
            return Ok(false);
        };
        Ok(quietly(|| verifier.verify_oneshot(signature, message)))
    }
}

/// A signature that does not fit leaves errors in the thread's queue of OpenSSL, where the next TLS
/// connection on this thread would take them for its own and end. So the queue is emptied. One that
/// is malformed is an error of OpenSSL's; here it is a signature that does not fit.
pub(crate) fn quietly(check: impl FnOnce() -> Result<bool, ErrorStack>) -> bool {
    let fits = check().unwrap_or(false);
    ErrorStack::get();
    fits
}

/// ECDSA's two integers side by side (RFC 7518 §3.4), each as long as the curve's order, in the DER
/// that OpenSSL wants.
pub(crate) fn ecdsa_der(side_by_side: &[u8]) -> Result<Vec<u8>, ErrorStack> {
    let (r, s) = side_by_side.split_at(side_by_side.len() / 2);
    EcdsaSig::from_private_components(BigNum::from_slice(r)?, BigNum::from_slice(s)?)?.to_der()
}
