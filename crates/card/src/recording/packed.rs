//! A certificate that was packed with gzip (RFC 1952): unpacked, redacted, and packed to the same
//! number of bytes again.

use std::io::{Read, Write};

use flate2::bufread::GzDecoder;
use flate2::{Compression, GzBuilder};

use super::content::redact_unpacked;
use super::pseudonyms::Pseudonyms;

/// Whether the bytes begin as gzip does, section 2.3.1.
pub(super) fn is_packed(value: &[u8]) -> bool {
    value.starts_with(&[0x1F, 0x8B])
}

/// Replaces what is somebody's. Where the bytes cannot be unpacked, or not be packed to their old
/// length, all of them.
pub(super) fn redact(value: &mut [u8], pseudonyms: &mut Pseudonyms) {
    let repacked = unpack(value).and_then(|mut content| {
        redact_unpacked(&mut content, pseudonyms);
        pack(&content, value.len())
    });
    match repacked {
        Some(repacked) => value.copy_from_slice(&repacked),
        None => pseudonyms.replace(value),
    }
}

fn unpack(value: &[u8]) -> Option<Vec<u8>> {
    let mut content = Vec::new();
    GzDecoder::new(value).take(LONGEST + 1).read_to_end(&mut content).ok()?;
    (content.len() as u64 <= LONGEST).then_some(content)
}

/// Letters pack better than what they stand for; a file name as long as the difference makes up
/// for it.
fn pack(content: &[u8], length: usize) -> Option<Vec<u8>> {
    let packed = pack_named(content, GzBuilder::new())?;
    let left = length.checked_sub(packed.len())?;
    let Some(name) = left.checked_sub(1) else { return Some(packed) }; // a zero ends the name
    pack_named(content, GzBuilder::new().filename(vec![b'x'; name]))
}

fn pack_named(content: &[u8], builder: GzBuilder) -> Option<Vec<u8>> {
    let mut encoder = builder.write(Vec::new(), Compression::best());
    encoder.write_all(content).ok()?;
    encoder.finish().ok()
}

/// Bytes of a certificate: as many as the driver takes.
const LONGEST: u64 = 16 * 1024;

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_packed_keeps_its_length_and_loses_its_person() {
        let name = b"a name that nobody has but one person in the world".to_vec();
        let certificate = [&[0x30, 52, 0x0C, 50], name.as_slice()].concat();
        let mut value = pack_named(&certificate, GzBuilder::new()).unwrap();
        let length = value.len();
        redact(&mut value, &mut Pseudonyms::default());
        assert_eq!(value.len(), length);
        let content = unpack(&value).unwrap();
        assert_eq!(content.get(..4), certificate.get(..4));
        assert!(content.ends_with(b"xxxa"), "{content:?}");
    }

    #[test]
    fn what_cannot_be_unpacked_is_replaced_whole() {
        let mut value = [&[0x1F, 0x8B][..], b"torn"].concat();
        redact(&mut value, &mut Pseudonyms::default());
        assert_eq!(value, b"xxxxxa");
    }
}
