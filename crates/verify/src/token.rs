//! The authentication token of Web eID, format version 1.0
//! (<https://github.com/web-eid/web-eid-system-architecture-doc>, "Web eID authentication token
//! format"): JSON with the certificate, the algorithm's name and the signature.
//!
//! Fields this version does not know are passed over, as the Web eID libraries do: `appVersion`
//! and `unverifiedSigningCertificates` are in use, and nothing unsigned is ever believed.
//! Refuses to know what the fields prove.

use base64::{Engine, prelude::BASE64_STANDARD};
use serde::Deserialize;

/// Most bytes a token may have. One with a 4096-bit key needs about 4 KiB.
pub(crate) const MAX_TOKEN: usize = 16 * 1024;

/// Why a token cannot be read.
#[derive(Debug, thiserror::Error)]
pub enum TokenError {
    /// Too long to be a token.
    #[error("the token has {size} bytes, more than {limit}")]
    TooLarge {
        /// Bytes that came.
        size: usize,
        /// Bytes allowed.
        limit: usize,
    },
    /// Not JSON, or a field is missing or there twice.
    #[error("the token is not the JSON of the web-eid format, at line {line}, column {column}")]
    NotJson {
        /// Where, from 1. What is there is not repeated: it may name a person.
        line: usize,
        /// Where in the line.
        column: usize,
    },
    /// The format's name is not `web-eid:1` or `web-eid:1.x`.
    #[error("the token has format {found:?}; web-eid:1 and its minor versions are understood")]
    Format {
        /// What the token calls itself.
        found: String,
    },
    /// It is a signed document. A document says what somebody signed once, not who is there now.
    #[error("a signed document (CMS) is no token: it does not sign anybody in")]
    Cms,
    /// A field is not base64.
    #[error("the token's field {field} is not base64")]
    NotBase64 {
        /// The field's name.
        field: &'static str,
    },
}

impl TokenError {
    /// The stable code of this error; see the crate's `tests/data/README.md`.
    #[must_use]
    pub fn code(&self) -> &'static str {
        match self {
            Self::TooLarge { .. } => "token-too-large",
            Self::NotJson { .. } | Self::NotBase64 { .. } => "token-unreadable",
            Self::Format { .. } => "token-format",
            Self::Cms => "cms-as-login",
        }
    }
}

/// A token as it came: nothing in it has been checked but its form.
pub(crate) struct UnverifiedToken {
    pub(crate) certificate: Vec<u8>,
    pub(crate) algorithm: String,
    pub(crate) signature: Vec<u8>,
}

impl UnverifiedToken {
    pub(crate) fn parse(json: &[u8]) -> Result<Self, TokenError> {
        if json.len() > MAX_TOKEN {
            return Err(TokenError::TooLarge { size: json.len(), limit: MAX_TOKEN });
        }
        let wire: Wire = serde_json::from_slice(json).map_err(|error| {
            let not_json = TokenError::NotJson { line: error.line(), column: error.column() };
            if looks_like_cms(json) { TokenError::Cms } else { not_json }
        })?;
        if !is_version_one(&wire.format) {
            return Err(TokenError::Format { found: wire.format });
        }
        Ok(Self {
            certificate: decode("unverifiedCertificate", &wire.unverified_certificate)?,
            signature: decode("signature", &wire.signature)?,
            algorithm: wire.algorithm,
        })
    }
}

#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
struct Wire {
    format: String,
    unverified_certificate: String,
    algorithm: String,
    signature: String,
}

/// What `/v1/sign` answers, the base64 of a CMS, or its DER: a mix-up worth its own name in a log.
fn looks_like_cms(bytes: &[u8]) -> bool {
    #[derive(Deserialize)]
    struct Signed {
        #[serde(rename = "cms")]
        _cms: serde::de::IgnoredAny,
    }
    let text = bytes.trim_ascii().strip_prefix(b"\"").unwrap_or(bytes);
    bytes.starts_with(&[0x30, 0x82])
        || bytes.starts_with(&[0x30, 0x83])
        || text.starts_with(b"MII")
        || serde_json::from_slice::<Signed>(bytes).is_ok()
}

fn is_version_one(format: &str) -> bool {
    match format.strip_prefix("web-eid:1") {
        Some("") => true,
        Some(rest) => rest
            .strip_prefix('.')
            .is_some_and(|minor| !minor.is_empty() && minor.bytes().all(|b| b.is_ascii_digit())),
        None => false,
    }
}

fn decode(field: &'static str, text: &str) -> Result<Vec<u8>, TokenError> {
    BASE64_STANDARD.decode(text).map_err(|_| TokenError::NotBase64 { field })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_version_one_is_understood() {
        assert!(["web-eid:1", "web-eid:1.0", "web-eid:1.1"].into_iter().all(is_version_one));
        let others = ["web-eid:10", "web-eid:2.0", "web-eid:1.", "web-eid:1.x", "web-eid", ""];
        assert!(!others.into_iter().any(is_version_one));
    }

    #[test]
    fn a_field_that_is_there_twice_is_refused() {
        let twice = br#"{"format":"web-eid:1.0","format":"web-eid:1.0","unverifiedCertificate":"","algorithm":"RS256","signature":""}"#;
        assert!(matches!(UnverifiedToken::parse(twice), Err(TokenError::NotJson { .. })));
    }
}
