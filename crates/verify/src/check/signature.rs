//! The signature over `hash(origin) ‖ hash(challenge)` (Web eID token format, "signature value"),
//! each hashed with the digest of the token's algorithm.
//!
//! Refuses to know what origin the page says it has: the site's own, configured one is used.

use openssl::pkey::{PKeyRef, Public};

use crate::{
    algorithm::{Algorithm, Scheme, ecdsa_der},
    error::VerifyError,
    origin::Origin,
};

pub(crate) fn check(
    signature: &[u8],
    algorithm: Algorithm,
    origin: &Origin,
    challenge: &str,
    key: &PKeyRef<Public>,
) -> Result<(), VerifyError> {
    let origin = algorithm.digest.hash(&[origin.as_str().as_bytes()])?;
    let challenge = algorithm.digest.hash(&[challenge.as_bytes()])?;
    let signed = [origin, challenge].concat();
    let fits = match algorithm.scheme {
        Scheme::Pkcs1 | Scheme::Pss => algorithm.verifies(key, signature, &signed)?,
        // Both integers are as long as the order of the curve: 32, 48 or 66 octets.
        Scheme::Ecdsa if signature.len() == 2 * key.bits().div_ceil(8) as usize => {
            algorithm.verifies(key, &ecdsa_der(signature)?, &signed)?
        }
        Scheme::Ecdsa => false,
    };
    if fits { Ok(()) } else { Err(VerifyError::Signature) }
}
