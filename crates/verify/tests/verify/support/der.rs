//! Writes DER, so that what is read by this crate was written by something else.

use openssl::asn1::Asn1Object;
use time::OffsetDateTime;

pub(crate) fn der(tag: u8, parts: &[&[u8]]) -> Vec<u8> {
    let content = parts.concat();
    let length = u32::try_from(content.len()).unwrap().to_be_bytes();
    let header = match content.len() {
        0..=0x7F => vec![tag, length[3]],
        0x80..=0xFF => vec![tag, 0x81, length[3]],
        0x100..=0xFFFF => [&[tag, 0x82], &length[2..]].concat(),
        0x1_0000..=0xFF_FFFF => [&[tag, 0x83], &length[1..]].concat(),
        _ => [&[tag, 0x84], &length[..]].concat(),
    };
    [header, content].concat()
}

pub(crate) fn sequence(parts: &[Vec<u8>]) -> Vec<u8> {
    der(0x30, &[&parts.concat()])
}

pub(crate) fn oid(dotted: &str) -> Vec<u8> {
    der(0x06, &[Asn1Object::from_str(dotted).unwrap().as_slice()])
}

/// A non-negative INTEGER from its octets.
pub(crate) fn integer(octets: &[u8]) -> Vec<u8> {
    let sign: &[u8] = if octets.first().is_none_or(|first| *first >= 0x80) { &[0] } else { &[] };
    der(0x02, &[sign, octets])
}

/// `Extension`
pub(crate) fn extension(dotted: &str, critical: bool, value: &[u8]) -> Vec<u8> {
    let critical = if critical { vec![0x01, 0x01, 0xFF] } else { Vec::new() };
    sequence(&[oid(dotted), critical, der(0x04, &[value])])
}

pub(crate) fn utc_time(time: OffsetDateTime) -> Vec<u8> {
    der(0x17, &[&digits(time).as_bytes()[2..]])
}

pub(crate) fn generalized_time(time: OffsetDateTime) -> Vec<u8> {
    der(0x18, &[digits(time).as_bytes()])
}

fn digits(time: OffsetDateTime) -> String {
    let (year, month, day) = (time.year(), u8::from(time.month()), time.day());
    let (hour, minute, second) = time.to_hms();
    format!("{year:04}{month:02}{day:02}{hour:02}{minute:02}{second:02}Z")
}
