//! The certificate and private-key directories of a MOICA card: records shaped like those of
//! ISO/IEC 7816-15 clause 8, in files that are not.

use crate::CardError;
use crate::tlv::{Records, Tag, Tlv};

/// More records than any card holds.
const MAX_RECORDS: usize = 16;

/// One certificate in EF 08F2.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct CertificateRecord {
    /// Joins it with its private key; empty when the card gives none.
    pub(super) id: Vec<u8>,
    /// Where it begins in the file, bytes.
    pub(super) offset: u16,
    /// How long it is, bytes.
    pub(super) length: u16,
}

/// One private key.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct KeyRecord {
    /// Joins it with its certificate.
    pub(super) id: Vec<u8>,
    /// What the signature command calls it.
    pub(super) reference: u8,
}

/// Reads the CDF. A record's value is `30 len 04 06 3F00503008F2 02 n <index> 80 n <length>`,
/// or 7FFF for 3F00;
/// records that point elsewhere are left out.
pub(super) fn certificates(cdf: &[u8]) -> Result<Vec<CertificateRecord>, CardError> {
    records(cdf, "certificate directory", |record| {
        let path = find(record, 0, &is_path)?;
        let offset = offset_of(path.child(Tag::INTEGER)?.unsigned()?)?;
        let length = Tlv { tag: Tag::INTEGER, value: path.child(Tag::CONTEXT_0)?.value };
        Some(CertificateRecord {
            id: id_of(record),
            offset,
            length: u16::try_from(length.unsigned()?).ok()?,
        })
    })
}

/// Where in EF 08F2 an index points. ISO/IEC 7816-15 makes it an offset in bytes, but cards write
/// one byte: the number of a slot, or the offset's high byte. The three cannot be confused, for a
/// certificate is longer than 255 bytes and there are four slots; and what is found there must
/// be a certificate of the recorded length.
fn offset_of(index: u32) -> Option<u16> {
    const SLOT: u32 = 0x0700;
    let offset = match index {
        0..=3 => index * SLOT,
        4..=0xFF => index << 8,
        _ => index,
    };
    u16::try_from(offset).ok()
}

/// Reads the PrKDF; records without a key reference are left out.
pub(super) fn private_keys(prkdf: &[u8]) -> Result<Vec<KeyRecord>, CardError> {
    records(prkdf, "key directory", |record| {
        let attributes = common_attributes(record)?;
        let reference = attributes.child(Tag::INTEGER)?.unsigned()?;
        Some(KeyRecord { id: id_of(record), reference: u8::try_from(reference).ok()? })
    })
}

fn records<T>(
    file: &[u8],
    name: &'static str,
    read: impl Fn(&Tlv<'_>) -> Option<T>,
) -> Result<Vec<T>, CardError> {
    let mut found = Vec::new();
    for record in Records::new(file).take(MAX_RECORDS) {
        found.extend(read(&record.map_err(|_| CardError::Malformed(name))?));
    }
    if found.is_empty() { Err(CardError::Malformed(name)) } else { Ok(found) }
}

/// CommonKeyAttributes or CommonCertificateAttributes: the second sequence of a record.
fn common_attributes<'a>(record: &Tlv<'a>) -> Option<Tlv<'a>> {
    record.children().flatten().filter(|child| child.tag == Tag::SEQUENCE).nth(1)
}

fn id_of(record: &Tlv<'_>) -> Vec<u8> {
    common_attributes(record)
        .and_then(|attributes| attributes.child(Tag::OCTET_STRING))
        .map_or_else(Vec::new, |id| id.value.to_vec())
}

/// A sequence whose first element is the path of EF 08F2, from the master file on the first
/// generation, from the application on the second.
fn is_path(tlv: &Tlv<'_>) -> bool {
    const PATHS: [[u8; 6]; 2] =
        [[0x3F, 0x00, 0x50, 0x30, 0x08, 0xF2], [0x7F, 0xFF, 0x50, 0x30, 0x08, 0xF2]];
    let first = tlv.children().flatten().next();
    tlv.tag == Tag::SEQUENCE
        && first.is_some_and(|first| {
            first.tag == Tag::OCTET_STRING && PATHS.iter().any(|path| path == first.value)
        })
}

/// Looks for an object inside others, five levels deep at most; real records need three.
fn find<'a>(tlv: &Tlv<'a>, depth: u8, wanted: &dyn Fn(&Tlv<'a>) -> bool) -> Option<Tlv<'a>> {
    if wanted(tlv) {
        return Some(*tlv);
    }
    let constructed = tlv.tag == Tag::SEQUENCE || tlv.tag == Tag::CONTEXT_1_CONSTRUCTED;
    if !constructed || depth == 5 {
        return None;
    }
    tlv.children().flatten().find_map(|child| find(&child, depth + 1, wanted))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn hex(text: &str) -> Vec<u8> {
        let lines: String = text.lines().filter(|line| !line.starts_with('#')).collect();
        let digits: String = lines.split_whitespace().collect();
        (0..digits.len() / 2)
            .map(|i| u8::from_str_radix(&digits[2 * i..2 * i + 2], 16).unwrap())
            .collect()
    }

    #[test]
    fn certificates_are_found_by_the_directory_not_by_a_fixed_offset() {
        let cdf = hex(include_str!("../../tests/data/gen1-cdf.hex"));
        let expected = [("CACT", 0x0700, 0x0405), ("SIGN", 0x1500, 0x0512)];
        let expected = expected.map(|(id, offset, length)| CertificateRecord {
            id: id.into(),
            offset,
            length,
        });
        assert_eq!(certificates(&cdf).unwrap(), expected);
    }

    #[test]
    fn an_index_is_a_slot_a_high_byte_or_an_offset() {
        let offsets = [0, 3, 0x15, 0x1500, 0x1_0000].map(offset_of);
        assert_eq!(offsets, [Some(0), Some(0x1500), Some(0x1500), Some(0x1500), None]);
    }

    #[test]
    fn keys_carry_their_reference() {
        let prkdf = hex(include_str!("../../tests/data/gen1-prkdf.hex"));
        let expected = [("SIGN", 0x01), ("KEYX", 0x11)];
        let expected = expected.map(|(id, reference)| KeyRecord { id: id.into(), reference });
        assert_eq!(private_keys(&prkdf).unwrap(), expected);
    }

    #[test]
    fn an_empty_or_torn_directory_is_malformed() {
        let torn = hex(include_str!("../../tests/data/gen1-cdf.hex"));
        assert!(certificates(&[0xFF; 16]).is_err());
        assert!(certificates(&torn[..10]).is_err());
    }
}
