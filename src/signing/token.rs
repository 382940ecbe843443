//! The Web eID authentication token, format `web-eid:1.0`.
//!
//! The card signs `hash(origin) ‖ hash(challenge)`, each hashed with the algorithm's own hash, the
//! challenge as the text it is. The origin in it makes a relayed challenge worthless.

use base64::{Engine, prelude::BASE64_STANDARD};
use openssl::bn::BigNum;
use openssl::ecdsa::EcdsaSig;
use openssl::error::ErrorStack;
use openssl::hash::{MessageDigest, hash};
use openssl::pkey::{Id, PKey, Public};
use openssl::sign::Verifier;
use openssl::x509::X509;
use serde::Serialize;

/// What a card has to sign so that a token holds for one origin and one challenge.
pub struct TokenInput {
    certificate: Vec<u8>,
    key: PKey<Public>,
    algorithm: Algorithm,
    bytes: Vec<u8>,
}

impl TokenInput {
    /// `certificate` is the card's (DER), `origin` without a trailing slash, `challenge` as the
    /// site sent it.
    ///
    /// # Errors
    /// The certificate cannot be read, or its key is of a kind no token is signed with.
    pub fn new(certificate: &[u8], origin: &str, challenge: &str) -> Result<Self, TokenError> {
        let key = X509::from_der(certificate)?.public_key()?;
        let algorithm = Algorithm::of(&key).ok_or(TokenError::Key)?;
        let mut bytes = hash(algorithm.digest(), origin.as_bytes())?.to_vec();
        bytes.extend_from_slice(&hash(algorithm.digest(), challenge.as_bytes())?);
        Ok(Self { certificate: certificate.to_owned(), key, algorithm, bytes })
    }

    /// The hash value that goes to the card: 32 bytes of SHA-256 or 48 of SHA-384.
    ///
    /// # Errors
    /// OpenSSL failed.
    pub fn digest(&self) -> Result<Vec<u8>, TokenError> {
        Ok(hash(self.algorithm.digest(), &self.bytes)?.to_vec())
    }

    /// Puts the token together after checking the card's signature with its own certificate.
    ///
    /// # Errors
    /// See [`TokenError`].
    pub fn token(&self, signature: &[u8]) -> Result<Token, TokenError> {
        let encoded = self.algorithm.for_openssl(signature)?;
        let mut verifier = Verifier::new(self.algorithm.digest(), &self.key)?;
        // A malformed signature is an error of OpenSSL's, a wrong one is not.
        if !verifier.verify_oneshot(&encoded, &self.bytes).unwrap_or(false) {
            return Err(TokenError::Signature);
        }
        Ok(Token {
            format: "web-eid:1.0",
            unverified_certificate: BASE64_STANDARD.encode(&self.certificate),
            algorithm: self.algorithm.name(),
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

/// The card's answer does not make a token.
#[derive(Debug, thiserror::Error)]
pub enum TokenError {
    /// The certificate's key did not make this signature: a wrong key on the card, or a fault.
    #[error("the card's signature does not fit its certificate")]
    Signature,
    /// The key is neither RSA nor on P-256 or P-384.
    #[error("the card's key is of a kind no token is signed with")]
    Key,
    /// OpenSSL could not read the certificate.
    #[error("the card's certificate cannot be used")]
    Certificate(#[from] ErrorStack),
}

/// RFC 7518 section 3.1.
#[derive(Clone, Copy)]
enum Algorithm {
    Rs256,
    Es256,
    Es384,
}

impl Algorithm {
    fn of(key: &PKey<Public>) -> Option<Self> {
        match (key.id(), key.bits()) {
            (Id::RSA, _) => Some(Self::Rs256),
            (Id::EC, 256) => Some(Self::Es256),
            (Id::EC, 384) => Some(Self::Es384),
            _ => None,
        }
    }

    fn name(self) -> &'static str {
        match self {
            Self::Rs256 => "RS256",
            Self::Es256 => "ES256",
            Self::Es384 => "ES384",
        }
    }

    fn digest(self) -> MessageDigest {
        match self {
            Self::Rs256 | Self::Es256 => MessageDigest::sha256(),
            Self::Es384 => MessageDigest::sha384(),
        }
    }

    /// OpenSSL wants ECDSA's two integers in DER; tokens have them side by side.
    fn for_openssl(self, signature: &[u8]) -> Result<Vec<u8>, ErrorStack> {
        match self {
            Self::Rs256 => Ok(signature.to_vec()),
            Self::Es256 | Self::Es384 => {
                let (r, s) = signature.split_at(signature.len() / 2);
                let (r, s) = (BigNum::from_slice(r)?, BigNum::from_slice(s)?);
                EcdsaSig::from_private_components(r, s)?.to_der()
            }
        }
    }
}
