//! What a site wants signed: bytes that a person has to be able to judge.

use openssl::sha::sha256;

/// Bytes to be signed, at most [`Content::MAX`] of them.
#[derive(Clone, PartialEq, Eq)]
pub struct Content(Vec<u8>);

impl Content {
    /// Most bytes: 1 MiB.
    pub const MAX: usize = 1 << 20;

    /// `None` for no bytes at all, and for more than [`Content::MAX`].
    #[must_use]
    pub fn new(bytes: Vec<u8>) -> Option<Self> {
        (1..=Self::MAX).contains(&bytes.len()).then_some(Self(bytes))
    }

    /// The bytes.
    #[must_use]
    pub fn as_bytes(&self) -> &[u8] {
        &self.0
    }

    /// The content as a text, if it is one: UTF-8, with no control character but those that end
    /// lines and the tab in more than one place of sixteen. What has more is data that happens to
    /// be UTF-8; spelt out, nobody could read it.
    #[must_use]
    pub fn text(&self) -> Option<&str> {
        let text = std::str::from_utf8(&self.0).ok()?;
        let odd = |c: &char| c.is_control() && !matches!(c, '\t' | '\n' | '\r');
        (text.chars().filter(odd).count() * 16 <= text.chars().count()).then_some(text)
    }

    /// SHA-256 in hexadecimal digits, for people to compare.
    #[must_use]
    pub fn fingerprint(&self) -> String {
        hex::encode(sha256(&self.0))
    }
}

/// A content may be private, so it is not printed.
impl std::fmt::Debug for Content {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "Content({} bytes)", self.0.len())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn content(bytes: &[u8]) -> Content {
        Content::new(bytes.to_vec()).unwrap()
    }

    #[test]
    fn a_content_has_one_byte_to_one_mebibyte() {
        assert!(Content::new(Vec::new()).is_none());
        assert!(Content::new(vec![0; Content::MAX]).is_some());
        assert!(Content::new(vec![0; Content::MAX + 1]).is_none());
    }

    #[test]
    fn a_text_is_utf_8_that_can_be_read() {
        for text in ["同意書\r\n第一條\t…\n", "a", "Zoë\u{202E}", "0123456789abcdef\u{1B}"]
        {
            assert_eq!(content(text.as_bytes()).text(), Some(text));
        }
        for bytes in [b"\xFF\xFEa".as_slice(), b"\0", b"PK\x03\x04", &[0xE5, 0x90]] {
            assert_eq!(content(bytes).text(), None, "{bytes:?}");
        }
    }

    #[test]
    fn a_fingerprint_is_the_hash_that_everybody_can_compute() {
        let known = "ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad";
        assert_eq!(content(b"abc").fingerprint(), known); // FIPS 180-4's example
    }
}
