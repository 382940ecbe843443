//! The Web eID authentication token, format `web-eid:1.0`.
//!
//! The card signs `hash(origin) ‖ hash(challenge)`, each hashed with the algorithm's own hash, the
//! challenge as the text it is. The origin in it makes a relayed challenge worthless.

use base64::{Engine, prelude::BASE64_STANDARD};
use serde::Serialize;

use super::SigningError;
use super::key::{CardKey, KeyKind};

/// What a card has to sign so that a token holds for one origin and one challenge.
pub struct TokenInput {
    certificate: Vec<u8>,
    key: CardKey,
    /// Two hash values: nobody can choose them so that they are anything else.
    bytes: Vec<u8>,
}

impl TokenInput {
    /// `certificate` is the card's (DER), `origin` without a trailing slash, `challenge` as the
    /// site sent it.
    ///
    /// # Errors
    /// The certificate cannot be read, or its key is of a kind no token is signed with.
    pub fn new(certificate: &[u8], origin: &str, challenge: &str) -> Result<Self, SigningError> {
        let key = CardKey::of(certificate)?;
        let hash = key.kind.own_hash();
        let bytes = [hash.of(origin.as_bytes())?, hash.of(challenge.as_bytes())?].concat();
        Ok(Self { certificate: certificate.to_owned(), key, bytes })
    }

    /// Puts the token together. `card` signs a hash value; its signature is checked with its own
    /// certificate.
    ///
    /// # Errors
    /// `card` failed, or its signature is not its certificate's.
    pub fn sign<E: From<SigningError>>(
        &self,
        card: impl FnOnce(&[u8]) -> Result<Vec<u8>, E>,
    ) -> Result<Token, E> {
        let hash = self.key.kind.own_hash();
        let signature = card(&hash.of(&self.bytes).map_err(SigningError::from)?)?;
        self.key.check(hash, &self.bytes, &signature)?;
        Ok(Token {
            format: "web-eid:1.0",
            unverified_certificate: BASE64_STANDARD.encode(&self.certificate),
            algorithm: algorithm(self.key.kind),
            signature: BASE64_STANDARD.encode(signature),
            app_version: concat!("ankong/", env!("CARGO_PKG_VERSION")),
        })
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

/// RFC 7518 section 3.1.
fn algorithm(kind: KeyKind) -> &'static str {
    match kind {
        KeyKind::Rsa => "RS256",
        KeyKind::P256 => "ES256",
        KeyKind::P384 => "ES384",
    }
}
