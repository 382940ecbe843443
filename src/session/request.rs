//! A request to prove who someone is, parsed: a value of this type needs no second look.

use super::origin::Origin;

/// Longest purpose, in characters.
const MAX_PURPOSE: usize = 80;
/// Length of a challenge in characters of base64: 256 bits are 44.
const CHALLENGE: std::ops::RangeInclusive<usize> = 44..=128;

/// Prove to `origin` who is at this computer.
#[derive(Clone, PartialEq, Eq)]
pub struct AuthenticationRequest {
    origin: Origin,
    challenge: String,
    purpose: String,
    id_tail: Option<String>,
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
}

impl AuthenticationRequest {
    /// Checks every field.
    ///
    /// # Errors
    /// See [`BadRequest`].
    pub fn new(
        origin: Origin,
        challenge: String,
        purpose: String,
        id_tail: Option<String>,
    ) -> Result<Self, BadRequest> {
        if !is_base64(&challenge) || !CHALLENGE.contains(&challenge.len()) {
            return Err(BadRequest::Challenge);
        }
        let length = purpose.chars().count();
        let blank = purpose.trim().is_empty();
        if blank || length > MAX_PURPOSE || purpose.chars().any(char::is_control) {
            return Err(BadRequest::Purpose);
        }
        if id_tail.as_ref().is_some_and(|tail| !is_id_tail(tail)) {
            return Err(BadRequest::IdTail);
        }
        Ok(Self { origin, challenge, purpose, id_tail })
    }

    /// Who asks.
    #[must_use]
    pub fn origin(&self) -> &Origin {
        &self.origin
    }

    /// The site's challenge, as text.
    #[must_use]
    pub fn challenge(&self) -> &str {
        &self.challenge
    }

    /// For what.
    #[must_use]
    pub fn purpose(&self) -> &str {
        &self.purpose
    }

    /// The last four characters the member typed, if the site sent them.
    #[must_use]
    pub fn id_tail(&self) -> Option<&str> {
        self.id_tail.as_deref()
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

    fn request(challenge: &str, purpose: &str, tail: Option<&str>) -> Result<(), BadRequest> {
        let origin = Origin::parse("https://id.taipei").unwrap();
        let tail = tail.map(str::to_owned);
        AuthenticationRequest::new(origin, challenge.into(), purpose.into(), tail).map(|_| ())
    }

    #[test]
    fn each_bad_field_is_named() {
        let challenge = "A".repeat(43) + "=";
        assert_eq!(request(&challenge, "升級為金質會員", Some("6789")), Ok(()));
        for bad in ["", &"A".repeat(40), &"A".repeat(132), &("A".repeat(43) + "!"), &"A".repeat(45)]
        {
            assert_eq!(request(bad, "x", None), Err(BadRequest::Challenge), "{bad}");
        }
        for bad in ["", "\u{3000}", &"字".repeat(81), "a\nb", "a\u{0}"] {
            assert_eq!(request(&challenge, bad, None), Err(BadRequest::Purpose), "{bad}");
        }
        for bad in ["", "678", "67890", "678a", "６789"] {
            assert_eq!(request(&challenge, "x", Some(bad)), Err(BadRequest::IdTail), "{bad}");
        }
    }
}
