//! BER-TLV data objects, ISO/IEC 7816-4:2020 annex E and X.690 clause 8.1.
//!
//! The bytes come from a card and are hostile: definite lengths only, every length checked against
//! what is there, no recursion, no allocation.

/// A tag as its encoded bytes, `0x30` or `0x7F49`; an open set of at most three bytes.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub struct Tag(pub u32);

impl Tag {
    /// INTEGER.
    pub const INTEGER: Self = Self(0x02);
    /// OCTET STRING.
    pub const OCTET_STRING: Self = Self(0x04);
    /// SEQUENCE.
    pub const SEQUENCE: Self = Self(0x30);
    /// Context tag 0, primitive.
    pub const CONTEXT_0: Self = Self(0x80);
    /// Context tag 1, constructed.
    pub const CONTEXT_1_CONSTRUCTED: Self = Self(0xA1);
}

/// One data object, its value still encoded.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Tlv<'a> {
    /// What it is.
    pub tag: Tag,
    /// What it holds.
    pub value: &'a [u8],
}

/// The bytes are no data object.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum TlvError {
    /// The object ends after the bytes do; the number that is missing, at least.
    #[error("the data object is {0} bytes short")]
    Truncated(usize),
    /// A tag of more than three bytes.
    #[error("a tag of more than three bytes")]
    Tag,
    /// An indefinite length, or one of more than three bytes.
    #[error("an indefinite or oversized length")]
    Length,
}

impl<'a> Tlv<'a> {
    /// Reads the first object; returns it and what follows.
    ///
    /// # Errors
    /// See [`TlvError`].
    pub fn parse(bytes: &'a [u8]) -> Result<(Self, &'a [u8]), TlvError> {
        let (tag, rest) = parse_tag(bytes)?;
        let (length, rest) = parse_length(rest)?;
        match rest.split_at_checked(length) {
            Some((value, rest)) => Ok((Self { tag, value }, rest)),
            None => Err(TlvError::Truncated(length - rest.len())),
        }
    }

    /// Reads the first object as far as it has come: what there is of its value, and nothing of
    /// what may follow. `None` when not even its length has come.
    pub(crate) fn parse_beginning(bytes: &'a [u8]) -> Option<Self> {
        let (tag, rest) = parse_tag(bytes).ok()?;
        let (length, rest) = parse_length(rest).ok()?;
        Some(Self { tag, value: rest.get(..length).unwrap_or(rest) })
    }

    /// The objects inside, in order.
    #[must_use]
    pub fn children(&self) -> Records<'a> {
        Records::new(self.value)
    }

    /// The first object inside with this tag.
    #[must_use]
    pub fn child(&self, tag: Tag) -> Option<Tlv<'a>> {
        self.children().map_while(Result::ok).find(|child| child.tag == tag)
    }

    /// The value as an unsigned number of at most 32 bits, X.690 clause 8.3.
    #[must_use]
    pub fn unsigned(&self) -> Option<u32> {
        match self.value {
            [] => None,
            [first, ..] if *first >= 0x80 => None, // negative
            [0, digits @ ..] | digits if digits.len() <= 4 => {
                Some(digits.iter().fold(0, |n, digit| n << 8 | u32::from(*digit)))
            }
            _ => None,
        }
    }
}

/// Consecutive objects up to the end of the bytes or to padding of `00` or `FF`, the way card
/// files end. After an error nothing more comes.
#[derive(Debug, Clone)]
pub struct Records<'a> {
    rest: &'a [u8],
}

impl<'a> Records<'a> {
    /// Walks over `bytes`.
    #[must_use]
    pub fn new(bytes: &'a [u8]) -> Self {
        Self { rest: bytes }
    }
}

impl<'a> Iterator for Records<'a> {
    type Item = Result<Tlv<'a>, TlvError>;

    fn next(&mut self) -> Option<Self::Item> {
        if matches!(self.rest.first(), None | Some(0x00 | 0xFF)) {
            return None;
        }
        match Tlv::parse(self.rest) {
            Ok((tlv, rest)) => {
                self.rest = rest;
                Some(Ok(tlv))
            }
            Err(error) => {
                self.rest = &[];
                Some(Err(error))
            }
        }
    }
}

/// Whether the objects are followed by padding, or by something that will never become an object,
/// so that nothing is gained by reading on.
pub(crate) fn padding_follows(bytes: &[u8]) -> bool {
    let mut rest = bytes;
    loop {
        match rest.first() {
            None => return false,
            Some(0x00 | 0xFF) => return true,
            Some(_) => match Tlv::parse(rest) {
                Ok((_, next)) => rest = next,
                Err(TlvError::Truncated(_)) => return false,
                Err(TlvError::Tag | TlvError::Length) => return true,
            },
        }
    }
}

/// The beginning of an object: its tag, and how many bytes header and value have. The value need not
/// have come.
pub(crate) fn header(bytes: &[u8]) -> Option<(Tag, usize, usize)> {
    let (tag, rest) = parse_tag(bytes).ok()?;
    let (length, rest) = parse_length(rest).ok()?;
    Some((tag, bytes.len() - rest.len(), length))
}

fn parse_tag(bytes: &[u8]) -> Result<(Tag, &[u8]), TlvError> {
    let (&first, mut rest) = bytes.split_first().ok_or(TlvError::Truncated(1))?;
    let mut tag = u32::from(first);
    if first & 0x1F == 0x1F {
        loop {
            let (&next, after) = rest.split_first().ok_or(TlvError::Truncated(1))?;
            if tag > 0xFFFF {
                return Err(TlvError::Tag);
            }
            tag = tag << 8 | u32::from(next);
            rest = after;
            if next & 0x80 == 0 {
                break;
            }
        }
    }
    Ok((Tag(tag), rest))
}

fn parse_length(bytes: &[u8]) -> Result<(usize, &[u8]), TlvError> {
    let (&first, rest) = bytes.split_first().ok_or(TlvError::Truncated(1))?;
    match first {
        0..=0x7F => Ok((usize::from(first), rest)),
        0x81..=0x83 => {
            let count = usize::from(first & 0x7F);
            let (digits, rest) = rest
                .split_at_checked(count)
                .ok_or_else(|| TlvError::Truncated(count - rest.len()))?;
            Ok((digits.iter().fold(0, |n, digit| n << 8 | usize::from(*digit)), rest))
        }
        _ => Err(TlvError::Length),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    #[test]
    fn long_tags_and_lengths_are_read() {
        let bytes = [0x7F, 0x49, 0x81, 0x02, 0xAA, 0xBB, 0x05];
        let (tlv, rest) = Tlv::parse(&bytes).unwrap();
        assert_eq!((tlv.tag, tlv.value, rest), (Tag(0x7F49), &[0xAA, 0xBB][..], &[0x05][..]));
    }

    #[test]
    fn records_end_at_padding() {
        let records: Vec<_> = Records::new(&[0x04, 1, 7, 0xFF, 0xFF]).collect();
        assert_eq!(records, [Ok(Tlv { tag: Tag::OCTET_STRING, value: &[7] })]);
    }

    #[test]
    fn a_truncated_object_says_how_much_is_missing() {
        assert_eq!(Tlv::parse(&[0x30, 0x05, 1, 2]), Err(TlvError::Truncated(3)));
        assert_eq!(Tlv::parse(&[0x30, 0x80, 0, 0]), Err(TlvError::Length));
        assert_eq!(Tlv::parse(&[0x1F, 0x81, 0x81, 0x81, 0x01, 0]), Err(TlvError::Tag));
    }

    #[test]
    fn integers_are_unsigned_and_bounded() {
        let integer = |value| Tlv { tag: Tag::INTEGER, value }.unsigned();
        assert_eq!(integer(&[0x07, 0x00]), Some(0x700));
        assert_eq!(integer(&[0x00, 0x80]), Some(0x80));
        assert_eq!(integer(&[0x80]), None);
        assert_eq!(integer(&[1, 0, 0, 0, 0]), None);
    }

    proptest! {
        #[test]
        fn no_bytes_make_the_reader_panic_or_read_beyond_them(bytes: Vec<u8>) {
            let read: usize = Records::new(&bytes).flatten().map(|tlv| tlv.value.len()).sum();
            prop_assert!(read <= bytes.len());
        }
    }
}
