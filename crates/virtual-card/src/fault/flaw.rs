//! What is wrong with a card before any command reaches it.

use std::fmt;
use std::str::FromStr;

use crate::CardImage;

/// A thing wrong with a card.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Flaw {
    /// The signature certificate on the card ends in its middle.
    TruncatedCertificate,
    /// No PIN tries are left.
    BlockedPin,
}

/// The text names no flaw.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[error("the flaws are truncated-certificate and blocked-pin")]
pub struct NotAFlaw;

impl Flaw {
    /// Makes a card of this image have the flaw.
    pub fn spoil(self, image: &mut CardImage) {
        match self {
            Self::TruncatedCertificate => image.truncated_certificate = true,
            Self::BlockedPin => image.tries = 0,
        }
    }

    fn text(self) -> &'static str {
        match self {
            Self::TruncatedCertificate => "truncated-certificate",
            Self::BlockedPin => "blocked-pin",
        }
    }
}

impl FromStr for Flaw {
    type Err = NotAFlaw;

    fn from_str(text: &str) -> Result<Self, NotAFlaw> {
        let all = [Self::TruncatedCertificate, Self::BlockedPin];
        all.into_iter().find(|flaw| flaw.text() == text).ok_or(NotAFlaw)
    }
}

impl fmt::Display for Flaw {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.text())
    }
}
