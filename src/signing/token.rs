//! The Web eID authentication token, format `web-eid:1.0`.
//!
//! The card signs `hash(origin) ‖ hash(challenge)`, each hashed with the algorithm's own hash, the
//! challenge as the text it is. The origin in it makes a relayed challenge worthless.

use base64::{Engine, prelude::BASE64_STANDARD};
use openssl::{hash::MessageDigest, sha::sha256, sign::Verifier, x509::X509};
use serde::Serialize;

/// RSASSA-PKCS1-v1_5 with SHA-256, RFC 7518 section 3.3.
const RS256: &str = "RS256";

/// What a card has to sign so that a token holds for one origin and one challenge.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct TokenInput([u8; 64]);

impl TokenInput {
    /// `origin` without a trailing slash, `challenge` as the site sent it.
    #[must_use]
    pub fn new(origin: &str, challenge: &str) -> Self {
        let mut bytes = [0; 64];
        let (left, right) = bytes.split_at_mut(32);
        left.copy_from_slice(&sha256(origin.as_bytes()));
        right.copy_from_slice(&sha256(challenge.as_bytes()));
        Self(bytes)
    }

    /// The SHA-256 value that goes to the card.
    #[must_use]
    pub fn digest(&self) -> [u8; 32] {
        sha256(&self.0)
    }
}

/// A finished token; serializes to what a site verifies.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
#[serde(rename_all = "camelCase")]
pub struct Token {
    format: &'static str,
    unverified_certificate: String,
    algorithm: &'static str,
    signature: String,
    app_version: &'static str,
}

/// The card's answer does not make a token.
#[derive(Debug, thiserror::Error)]
pub enum TokenError {
    /// The certificate's key did not make this signature: a wrong key on the card, or a fault.
    #[error("the card's signature does not fit its certificate")]
    Signature,
    /// OpenSSL could not read the certificate.
    #[error("the card's certificate cannot be used")]
    Certificate(#[from] openssl::error::ErrorStack),
}

impl Token {
    /// Puts the token together after checking the signature with the card's own certificate (DER).
    ///
    /// # Errors
    /// See [`TokenError`].
    pub fn new(
        input: &TokenInput,
        certificate: &[u8],
        signature: &[u8],
    ) -> Result<Self, TokenError> {
        let key = X509::from_der(certificate)?.public_key()?;
        let mut verifier = Verifier::new(MessageDigest::sha256(), &key)?;
        if !verifier.verify_oneshot(signature, &input.0)? {
            return Err(TokenError::Signature);
        }
        Ok(Self {
            format: "web-eid:1.0",
            unverified_certificate: BASE64_STANDARD.encode(certificate),
            algorithm: RS256,
            signature: BASE64_STANDARD.encode(signature),
            app_version: concat!("ankong/", env!("CARGO_PKG_VERSION")),
        })
    }
}
