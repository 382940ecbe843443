//! Data objects, NIST SP 800-73-4 part 1 clause 4 and appendix A, read by GET DATA.
//!
//! A certificate lies in `53 { 70 <certificate>, 71 <how it is packed>, FE }`, plain or gzip.

use std::io::Read;

use flate2::bufread::GzDecoder;
use x509_parser::prelude::{FromDer, X509Certificate};

use super::CLASS;
use crate::apdu::{CommandApdu, Instruction};
use crate::tlv::{Tag, Tlv};
use crate::{CardError, Channel, StatusWord};

/// The BER-TLV tag by which a command names an object, part 1 table 3; an open set.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct Name(pub(super) [u8; 3]);

/// An object as the card keeps it.
pub(super) struct Object {
    name: Name,
    bytes: Vec<u8>,
}

impl Object {
    /// Reads the whole object; `None` when the card has none of that name.
    pub(super) fn read(channel: &mut Channel<'_>, name: Name) -> Result<Option<Self>, CardError> {
        let command = get_data(name)?.expecting_long(channel.longest_answer());
        let mut answer = channel.send(&command)?;
        if answer.status == StatusWord::WRONG_LENGTH && channel.is_extended() {
            channel.shorten();
            answer = channel.send(&get_data(name)?)?;
        }
        match answer.status {
            StatusWord::OK => Ok(Some(Self { name, bytes: answer.data })),
            StatusWord::FILE_NOT_FOUND | StatusWord::REFERENCED_DATA_NOT_FOUND => Ok(None),
            status => Err(CardError::Refused { instruction: GET_DATA, status }),
        }
    }

    /// Whether the object in the channel begins with the same bytes, as many as one answer holds.
    /// In those of a certificate lie its serial number and its issuer's name.
    pub(super) fn begins_as_in(&self, channel: &mut Channel<'_>) -> Result<bool, CardError> {
        let beginning = channel.send_for_beginning(&get_data(self.name)?)?.data;
        let enough = beginning.len() >= self.bytes.len().min(ENOUGH);
        Ok(enough && self.bytes.starts_with(&beginning))
    }

    /// The certificate inside, DER; `None` when there is none.
    pub(super) fn certificate(&self) -> Option<Vec<u8>> {
        let (outer, _) = Tlv::parse(&self.bytes).ok()?;
        let packed = Some(outer).filter(|found| found.tag == OBJECT)?.child(CERTIFICATE)?.value;
        let der = match outer.child(PACKING).map(|packing| packing.value) {
            Some([packing, ..]) if packing & GZIP != 0 => unpack(packed)?,
            Some(_) | None => packed.to_vec(),
        };
        let whole = X509Certificate::from_der(&der).is_ok_and(|(rest, _)| rest.is_empty());
        whole.then_some(der)
    }
}

fn get_data(name: Name) -> Result<CommandApdu, CardError> {
    let tag_list = [[TAG_LIST, 3].as_slice(), &name.0].concat();
    Ok(CommandApdu::new(CLASS, GET_DATA, 0x3F, 0xFF).with_data(&tag_list)?.expecting(256))
}

/// RFC 1952, as much of it as a certificate may be long.
fn unpack(packed: &[u8]) -> Option<Vec<u8>> {
    let mut der = Vec::new();
    GzDecoder::new(packed).take(LONGEST + 1).read_to_end(&mut der).ok()?;
    (der.len() as u64 <= LONGEST).then_some(der)
}

/// The instruction, part 2 table 2.
const GET_DATA: Instruction = Instruction(0xCB);
/// Tag list, part 2 clause 3.1.2.
const TAG_LIST: u8 = 0x5C;
/// What GET DATA wraps an object in, part 2 table 4.
const OBJECT: Tag = Tag(0x53);
/// Certificate, part 1 table 10.
const CERTIFICATE: Tag = Tag(0x70);
/// CertInfo, part 1 table 10.
const PACKING: Tag = Tag(0x71);
/// The bit that says gzip, in either order in which cards number the bits of that byte.
const GZIP: u8 = 0x81;
/// Bytes of a certificate that is still taken: cards themselves have room for about 2,000.
const LONGEST: u64 = 16 * 1024;
/// Bytes that have to be there before a beginning says anything.
const ENOUGH: usize = 128;

#[cfg(test)]
mod tests {
    use super::*;
    use flate2::Compression;
    use flate2::write::GzEncoder;
    use std::io::Write;

    #[test]
    fn a_certificate_that_unpacks_to_more_than_16_kib_is_none() {
        let packed = |length| {
            let mut encoder = GzEncoder::new(Vec::new(), Compression::best());
            encoder.write_all(&vec![0; length]).unwrap();
            encoder.finish().unwrap()
        };
        assert_eq!(unpack(&packed(16 * 1024)).map(|der| der.len()), Some(16 * 1024));
        assert_eq!(unpack(&packed(16 * 1024 + 1)), None);
        assert_eq!(unpack(&packed(64 * 1024 * 1024)), None);
        assert_eq!(unpack(b"no gzip"), None);
    }
}
