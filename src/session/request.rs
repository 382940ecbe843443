//! A request, parsed: a value of this type needs no second look.

use std::sync::Arc;

use base64::{Engine, prelude::BASE64_STANDARD};

use super::content::Content;
use super::origin::Origin;
use crate::signing::Hash;

/// Longest purpose, in characters.
const MAX_PURPOSE: usize = 80;
/// Length of a challenge in characters of base64: 256 bits are 44.
const CHALLENGE: std::ops::RangeInclusive<usize> = 44..=128;

/// `origin` asks the person at this computer for something that their card can give.
#[derive(Clone, PartialEq, Eq)]
pub struct Request {
    origin: Origin,
    purpose: String,
    call: Call,
}

/// What is asked for.
#[derive(Clone, PartialEq, Eq)]
pub enum Call {
    /// A proof of who is at this computer.
    Authenticate {
        /// The site's challenge, signed as the text it is.
        challenge: String,
        /// The last four characters of the national ID the member typed, if the site sent them.
        id_tail: Option<String>,
    },
    /// A signature under a content.
    Sign {
        /// What is signed.
        content: Arc<Content>,
        /// The hash the site wants it signed with.
        hash: Hash,
        /// Whether the answer leaves the content out.
        detached: bool,
    },
    /// The card's certificates.
    Certificates,
}

/// Why a request is none. Each names the field, so that a site's developer finds it.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum BadRequest {
    /// `challenge` is not 44 to 128 characters of base64.
    #[error("challenge must be base64 of 44 to 128 characters")]
    Challenge,
    /// `purpose` is blank, too long or has control characters.
    #[error("purpose must be 1 to 80 characters, not blank, without control characters")]
    Purpose,
    /// `idTail` is not four digits.
    #[error("idTail must be the last four digits of a national ID")]
    IdTail,
    /// `content` is not base64, or of nothing.
    #[error("content must be base64 of at least one byte")]
    Content,
    /// `content` is too long.
    #[error("content must be base64 of at most 1,048,576 bytes")]
    ContentTooLarge,
    /// `hash` is none that is known.
    #[error("hash must be SHA-256, SHA-384 or SHA-512")]
    Hash,
}

impl Request {
    /// A request for a proof.
    ///
    /// # Errors
    /// See [`BadRequest`].
    pub fn authenticate(
        origin: Origin,
        challenge: String,
        purpose: String,
        id_tail: Option<String>,
    ) -> Result<Self, BadRequest> {
        if !is_base64(&challenge) || !CHALLENGE.contains(&challenge.len()) {
            return Err(BadRequest::Challenge);
        }
        if id_tail.as_ref().is_some_and(|tail| !is_id_tail(tail)) {
            return Err(BadRequest::IdTail);
        }
        Self::new(origin, purpose, Call::Authenticate { challenge, id_tail })
    }

    /// A request for a signature under `content` (base64) with the hash of that name.
    ///
    /// # Errors
    /// See [`BadRequest`].
    pub fn sign(
        origin: Origin,
        content: &str,
        hash: &str,
        detached: bool,
        purpose: String,
    ) -> Result<Self, BadRequest> {
        let content = BASE64_STANDARD.decode(content).map_err(|_| BadRequest::Content)?;
        if content.len() > Content::MAX {
            return Err(BadRequest::ContentTooLarge);
        }
        let content = Arc::new(Content::new(content).ok_or(BadRequest::Content)?);
        let hash = Hash::named(hash).ok_or(BadRequest::Hash)?;
        Self::new(origin, purpose, Call::Sign { content, hash, detached })
    }

    /// A request for the certificates.
    ///
    /// # Errors
    /// [`BadRequest::Purpose`].
    pub fn certificates(origin: Origin, purpose: String) -> Result<Self, BadRequest> {
        Self::new(origin, purpose, Call::Certificates)
    }

    fn new(origin: Origin, purpose: String, call: Call) -> Result<Self, BadRequest> {
        let length = purpose.chars().count();
        let blank = purpose.trim().is_empty();
        if blank || length > MAX_PURPOSE || purpose.chars().any(char::is_control) {
            return Err(BadRequest::Purpose);
        }
        Ok(Self { origin, purpose, call })
    }

    /// Who asks.
    #[must_use]
    pub fn origin(&self) -> &Origin {
        &self.origin
    }

    /// For what, in the site's words.
    #[must_use]
    pub fn purpose(&self) -> &str {
        &self.purpose
    }

    /// What is asked for.
    #[must_use]
    pub fn call(&self) -> &Call {
        &self.call
    }
}

impl Call {
    /// Whether the card has to sign; else it is not even asked.
    pub(super) fn needs_signature(&self) -> bool {
        match self {
            Self::Authenticate { .. } | Self::Sign { .. } => true,
            Self::Certificates => false,
        }
    }
}

/// RFC 4648 section 4, padded. The challenge is signed as text, so it is looked at, not decoded.
fn is_base64(text: &str) -> bool {
    let digits = text.trim_end_matches('=');
    text.len().is_multiple_of(4)
        && text.len() - digits.len() <= 2
        && digits.bytes().all(|b| b.is_ascii_alphanumeric() || b == b'+' || b == b'/')
}

fn is_id_tail(text: &str) -> bool {
    text.len() == 4 && text.bytes().all(|b| b.is_ascii_digit())
}

#[cfg(test)]
mod tests {
    use super::*;

    fn origin() -> Origin {
        Origin::parse("https://id.taipei").unwrap()
    }

    fn authenticate(challenge: &str, purpose: &str, tail: Option<&str>) -> Result<(), BadRequest> {
        let tail = tail.map(str::to_owned);
        Request::authenticate(origin(), challenge.into(), purpose.into(), tail).map(|_| ())
    }

    fn sign(content: &str, hash: &str) -> Result<(), BadRequest> {
        Request::sign(origin(), content, hash, false, "簽署同意書".into()).map(|_| ())
    }

    #[test]
    fn each_bad_field_is_named() {
        let challenge = "A".repeat(43) + "=";
        assert_eq!(authenticate(&challenge, "升級為金質會員", Some("6789")), Ok(()));
        for bad in ["", &"A".repeat(40), &"A".repeat(132), &("A".repeat(43) + "!"), &"A".repeat(45)]
        {
            assert_eq!(authenticate(bad, "x", None), Err(BadRequest::Challenge), "{bad}");
        }
        for bad in ["", "\u{3000}", &"字".repeat(81), "a\nb", "a\u{0}"] {
            assert_eq!(authenticate(&challenge, bad, None), Err(BadRequest::Purpose), "{bad}");
            let certificates = Request::certificates(origin(), bad.into());
            assert_eq!(certificates.err(), Some(BadRequest::Purpose), "{bad}");
        }
        for bad in ["", "678", "67890", "678a", "６789"] {
            assert_eq!(authenticate(&challenge, "x", Some(bad)), Err(BadRequest::IdTail), "{bad}");
        }
    }

    #[test]
    fn a_content_is_whole_base64_of_one_byte_to_one_mebibyte() {
        assert_eq!(sign("YQ==", "SHA-256"), Ok(()));
        for bad in ["", "=", "YQ", "YQ=", "YR==", "Y Q==", "YQ==\n", "_-8="] {
            assert_eq!(sign(bad, "SHA-256"), Err(BadRequest::Content), "{bad}");
        }
        let largest = BASE64_STANDARD.encode(vec![0; Content::MAX]);
        assert_eq!(sign(&largest, "SHA-512"), Ok(()));
        let larger = BASE64_STANDARD.encode(vec![0; Content::MAX + 1]);
        assert_eq!(sign(&larger, "SHA-256"), Err(BadRequest::ContentTooLarge));
        for bad in ["", "sha-256", "SHA256", "SHA-1", "MD5", "SHA-256 "] {
            assert_eq!(sign("YQ==", bad), Err(BadRequest::Hash), "{bad}");
        }
    }
}
