//! The signature over `SHA-256(origin) ‖ SHA-256(challenge)` (Web eID token format, "signature
//! value"), by RSASSA-PKCS1-v1_5 with SHA-256 (RFC 8017 §8.2).
//!
//! Refuses to know what origin the page says it has: the site's own, configured one is used.

use openssl::{
    hash::MessageDigest,
    pkey::{PKeyRef, Public},
    sha::sha256,
    sign::Verifier,
};

use crate::{error::VerifyError, origin::Origin};

pub(crate) fn check(
    signature: &[u8],
    origin: &Origin,
    challenge: &str,
    key: &PKeyRef<Public>,
) -> Result<(), VerifyError> {
    let mut verifier = Verifier::new(MessageDigest::sha256(), key)?;
    verifier.update(&sha256(origin.as_str().as_bytes()))?;
    verifier.update(&sha256(challenge.as_bytes()))?;
    if verifier.verify(signature)? { Ok(()) } else { Err(VerifyError::Signature) }
}
