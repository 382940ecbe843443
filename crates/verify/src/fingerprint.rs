//! The SHA-256 of a certificate, by which an operator says which one is meant.

use std::{fmt, str::FromStr};

use openssl::sha::sha256;

/// SHA-256 over a certificate's DER.
#[derive(Clone, Copy, PartialEq, Eq, Hash)]
pub struct Fingerprint([u8; 32]);

/// The text is not a SHA-256 fingerprint.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[error("a fingerprint is 64 hexadecimal digits, with or without colons between the octets")]
pub struct NotAFingerprint;

impl Fingerprint {
    /// From its octets.
    #[must_use]
    pub const fn new(octets: [u8; 32]) -> Self {
        Self(octets)
    }

    /// Of this certificate (DER).
    #[must_use]
    pub fn of(der: &[u8]) -> Self {
        Self(sha256(der))
    }

    /// Its octets.
    #[must_use]
    pub const fn as_bytes(&self) -> &[u8; 32] {
        &self.0
    }
}

impl FromStr for Fingerprint {
    type Err = NotAFingerprint;

    fn from_str(text: &str) -> Result<Self, NotAFingerprint> {
        let digits = match text.split(':').collect::<Vec<_>>() {
            octets if octets.len() == 32 && octets.iter().all(|octet| octet.len() == 2) => {
                octets.concat()
            }
            _ => text.to_owned(),
        };
        let mut octets = [0; 32];
        hex::decode_to_slice(digits, &mut octets).map_err(|_| NotAFingerprint)?;
        Ok(Self(octets))
    }
}

impl fmt::Display for Fingerprint {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&hex::encode(self.0))
    }
}

impl fmt::Debug for Fingerprint {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        fmt::Display::fmt(self, f)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn both_usual_forms_are_read_and_no_other() {
        let plain = "57df6f20e04c588e85f35be8832f5d4e78958336ae3b18fb7c9bae0dfead4044";
        let octets: Vec<_> = (0..32).map(|at| plain[2 * at..2 * at + 2].to_uppercase()).collect();
        let read: Fingerprint = plain.parse().unwrap();
        assert_eq!(octets.join(":").parse(), Ok(read));
        assert_eq!(read.to_string(), plain);
        for bad in
            ["", &plain[1..], &format!("{plain}00"), &plain.replace('5', "g"), &octets.join(" ")]
        {
            assert_eq!(bad.parse::<Fingerprint>(), Err(NotAFingerprint), "{bad}");
        }
    }
}
