//! Reads DER (ITU-T X.690) in slices, without copying: lists, OCSP answers and CMS are walked field
//! by field, so that every loop has a bound of its own and what is signed stays the bytes that came.
//!
//! Refuses BER: indefinite lengths, lengths that could be shorter, tags of several octets.

use time::{Date, Month, OffsetDateTime, Time};

// Identifier octets, X.680 clause 8.4.
pub(crate) const BOOLEAN: u8 = 0x01;
pub(crate) const INTEGER: u8 = 0x02;
pub(crate) const BIT_STRING: u8 = 0x03;
pub(crate) const OCTET_STRING: u8 = 0x04;
pub(crate) const OBJECT_IDENTIFIER: u8 = 0x06;
pub(crate) const ENUMERATED: u8 = 0x0A;
pub(crate) const UTC_TIME: u8 = 0x17;
pub(crate) const GENERALIZED_TIME: u8 = 0x18;
pub(crate) const SEQUENCE: u8 = 0x30;
pub(crate) const SET: u8 = 0x31;

/// `[n]`, primitive: an implicitly tagged simple type.
pub(crate) const fn context(number: u8) -> u8 {
    0x80 | number
}

/// `[n]`, constructed.
pub(crate) const fn constructed(number: u8) -> u8 {
    0xA0 | number
}

/// The bytes are not the DER that is asked for.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct Malformed;

pub(crate) type Result<T> = std::result::Result<T, Malformed>;

/// One element: its identifier octet, its content, and both with the length between them.
#[derive(Clone, Copy)]
pub(crate) struct Element<'a> {
    pub(crate) tag: u8,
    pub(crate) content: &'a [u8],
    pub(crate) whole: &'a [u8],
}

/// Elements one after the other.
#[derive(Clone, Copy)]
pub(crate) struct Reader<'a> {
    left: &'a [u8],
}

impl<'a> Reader<'a> {
    pub(crate) fn new(bytes: &'a [u8]) -> Self {
        Self { left: bytes }
    }

    /// The content of the one element these bytes are.
    pub(crate) fn only(bytes: &'a [u8], tag: u8) -> Result<Self> {
        let mut reader = Self::new(bytes);
        let content = reader.content(tag)?;
        reader.end()?;
        Ok(Self::new(content))
    }

    pub(crate) fn is_empty(&self) -> bool {
        self.left.is_empty()
    }

    /// Nothing may be left.
    pub(crate) fn end(&self) -> Result<()> {
        if self.is_empty() { Ok(()) } else { Err(Malformed) }
    }

    /// The next element, whatever it is.
    pub(crate) fn element(&mut self) -> Result<Element<'a>> {
        let (tag, header, length) = header(self.left)?;
        let end = header.checked_add(length).ok_or(Malformed)?;
        let (whole, left) = self.left.split_at_checked(end).ok_or(Malformed)?;
        let content = whole.get(header..).ok_or(Malformed)?;
        self.left = left;
        Ok(Element { tag, content, whole })
    }

    /// The content of the next element, which has to have this tag.
    pub(crate) fn content(&mut self, tag: u8) -> Result<&'a [u8]> {
        let element = self.element()?;
        if element.tag == tag { Ok(element.content) } else { Err(Malformed) }
    }

    /// A reader for the content of the next element, which has to have this tag.
    pub(crate) fn inside(&mut self, tag: u8) -> Result<Self> {
        self.content(tag).map(Self::new)
    }

    /// The next element, if it has this tag.
    pub(crate) fn optional(&mut self, tag: u8) -> Result<Option<Element<'a>>> {
        if self.left.first() == Some(&tag) { self.element().map(Some) } else { Ok(None) }
    }

    /// `BOOLEAN DEFAULT FALSE`; an explicit FALSE is no DER.
    pub(crate) fn flag(&mut self) -> Result<bool> {
        match self.optional(BOOLEAN)?.map(|element| element.content) {
            None => Ok(false),
            Some([0xFF]) => Ok(true),
            Some(_) => Err(Malformed),
        }
    }

    /// A BIT STRING of whole octets.
    pub(crate) fn octets_of_bits(&mut self) -> Result<&'a [u8]> {
        match self.content(BIT_STRING)? {
            [0, octets @ ..] => Ok(octets),
            _ => Err(Malformed),
        }
    }

    /// UTCTime or GeneralizedTime in the forms RFC 5280 §4.1.2.5 allows.
    pub(crate) fn time(&mut self) -> Result<OffsetDateTime> {
        let element = self.element()?;
        time(element.tag, element.content)
    }
}

/// Identifier octet, octets of the header, octets of the content.
pub(crate) fn header(bytes: &[u8]) -> Result<(u8, usize, usize)> {
    let (&tag, rest) = bytes.split_first().ok_or(Malformed)?;
    let (&first, rest) = rest.split_first().ok_or(Malformed)?;
    if tag & 0x1F == 0x1F {
        return Err(Malformed);
    }
    if first < 0x80 {
        return Ok((tag, 2, usize::from(first)));
    }
    let count = usize::from(first & 0x7F);
    if !(1..=4).contains(&count) {
        return Err(Malformed);
    }
    let octets = rest.get(..count).ok_or(Malformed)?;
    let length = octets.iter().fold(0_u32, |length, octet| length << 8 | u32::from(*octet));
    let shorter = if count == 1 { 0x80 } else { 1 << (8 * (count - 1)) };
    if u64::from(length) < shorter {
        return Err(Malformed);
    }
    Ok((tag, 2 + count, usize::try_from(length).map_err(|_| Malformed)?))
}

/// The octets of a non-negative INTEGER without leading zeros.
pub(crate) fn unsigned(content: &[u8]) -> Result<&[u8]> {
    match content {
        [0] => Ok(&[]),
        [0, high, ..] if *high >= 0x80 => Ok(content.get(1..).unwrap_or_default()),
        [high, ..] if (0x01..0x80).contains(high) => Ok(content),
        _ => Err(Malformed),
    }
}

/// A time ends in `Z` and has seconds; two digits of year are 1950 to 2049.
pub(crate) fn time(tag: u8, content: &[u8]) -> Result<OffsetDateTime> {
    let digits = content.strip_suffix(b"Z").ok_or(Malformed)?;
    let (year, rest) = match tag {
        UTC_TIME if digits.len() == 12 => {
            let (year, rest) = digits.split_at(2);
            let year = number(year)?;
            (if year < 50 { 2000 + year } else { 1900 + year }, rest)
        }
        GENERALIZED_TIME if digits.len() == 14 => {
            let (year, rest) = digits.split_at(4);
            (number(year)?, rest)
        }
        _ => return Err(Malformed),
    };
    let mut pairs = rest.chunks(2).map(number);
    let mut next = || {
        let pair = pairs.next().ok_or(Malformed)??;
        u8::try_from(pair).map_err(|_| Malformed)
    };
    let month = Month::try_from(next()?).map_err(|_| Malformed)?;
    let date = Date::from_calendar_date(i32::from(year), month, next()?).map_err(|_| Malformed)?;
    let clock = Time::from_hms(next()?, next()?, next()?).map_err(|_| Malformed)?;
    Ok(date.with_time(clock).assume_utc())
}

fn number(digits: &[u8]) -> Result<u16> {
    digits.iter().try_fold(0_u16, |number, digit| match digit {
        b'0'..=b'9' => Ok(number * 10 + u16::from(digit - b'0')),
        _ => Err(Malformed),
    })
}

/// Writes DER, as much of it as a request for a certificate's status needs.
pub(crate) fn write(tag: u8, parts: &[&[u8]]) -> Vec<u8> {
    let length: usize = parts.iter().map(|part| part.len()).sum();
    let octets = length.to_be_bytes();
    let first = octets.iter().position(|octet| *octet != 0).unwrap_or(octets.len() - 1);
    let octets = octets.get(first..).unwrap_or_default();
    let mut out = vec![tag];
    if length >= 0x80 {
        out.push(0x80 | u8::try_from(octets.len()).unwrap_or_default());
    }
    out.extend_from_slice(octets);
    for part in parts {
        out.extend_from_slice(part);
    }
    out
}

#[cfg(test)]
mod tests {
    use super::*;
    use time::macros::datetime;

    #[test]
    fn only_the_shortest_definite_length_is_der() {
        for good in [&[4, 0][..], &[4, 1, 7], &[0x30, 0x80 | 1, 0x80]] {
            assert!(header(good).is_ok(), "{good:02X?}");
        }
        let long = [0x04, 0x82, 0x00, 0x81];
        for bad in [&[4][..], &[0x30, 0x80], &[4, 0x81, 0x7F], &long, &[0x1F, 1], &[4, 0x85]] {
            assert_eq!(header(bad), Err(Malformed), "{bad:02X?}");
        }
        assert!(Reader::new(&[4, 2, 7]).element().is_err());
    }

    #[test]
    fn what_is_written_is_read_again() {
        for length in [0, 1, 0x7F, 0x80, 0xFF, 0x100, 0xFFFF, 0x1_0000] {
            let content = vec![7; length];
            let written = write(OCTET_STRING, &[&content]);
            let mut reader = Reader::new(&written);
            assert_eq!(reader.content(OCTET_STRING).unwrap(), content);
            assert!(reader.is_empty());
        }
    }

    #[test]
    fn times_have_seconds_and_end_in_z() {
        let moment = datetime!(2026-11-21 08:00:59 UTC);
        assert_eq!(time(UTC_TIME, b"261121080059Z"), Ok(moment));
        assert_eq!(time(GENERALIZED_TIME, b"20261121080059Z"), Ok(moment));
        assert_eq!(time(UTC_TIME, b"500101000000Z").unwrap().year(), 1950);
        for bad in [&b"2611210800Z"[..], b"261121080059", b"261321080059Z", b"26112108005xZ"] {
            assert_eq!(time(UTC_TIME, bad), Err(Malformed));
        }
        assert_eq!(time(GENERALIZED_TIME, b"20261121080059.5Z"), Err(Malformed));
    }

    #[test]
    fn integers_are_positive_and_have_no_useless_zeros() {
        assert_eq!(unsigned(&[0x7F]), Ok(&[0x7F][..]));
        assert_eq!(unsigned(&[0, 0x80]), Ok(&[0x80][..]));
        assert_eq!(unsigned(&[0]), Ok(&[][..]));
        for bad in [&[][..], &[0x80], &[0, 0x7F], &[0, 0]] {
            assert_eq!(unsigned(bad), Err(Malformed), "{bad:02X?}");
        }
    }
}
