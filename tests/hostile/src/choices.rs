//! Arbitrary bytes as a sequence of decisions. When they run out, nothing more is decided.

/// The bytes that are left.
pub struct Choices<'a>(&'a [u8]);

impl<'a> Choices<'a> {
    /// Decides by `bytes`, first one first.
    #[must_use]
    pub fn new(bytes: &'a [u8]) -> Self {
        Self(bytes)
    }

    /// The next byte.
    pub fn byte(&mut self) -> Option<u8> {
        let (first, rest) = self.0.split_first()?;
        self.0 = rest;
        Some(*first)
    }

    /// The next number of two bytes.
    pub fn number(&mut self) -> Option<u16> {
        let (first, rest) = self.0.split_first_chunk()?;
        self.0 = rest;
        Some(u16::from_be_bytes(*first))
    }

    /// The next `length` bytes, or as many as there are.
    pub fn bytes(&mut self, length: usize) -> &'a [u8] {
        let (first, rest) = self.0.split_at(length.min(self.0.len()));
        self.0 = rest;
        first
    }

    /// Changes `bytes` in one place: what stood there goes, something else comes. `None` when
    /// nothing more is decided.
    pub fn edit(&mut self, bytes: &mut Vec<u8>) -> Option<()> {
        let at = usize::from(self.number()?).min(bytes.len());
        let (goes, comes) = (usize::from(self.byte()?), usize::from(self.byte()?));
        let end = (at + goes).min(bytes.len());
        bytes.splice(at..end, self.bytes(comes).iter().copied());
        Some(())
    }
}
