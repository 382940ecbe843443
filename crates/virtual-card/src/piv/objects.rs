//! The data objects, NIST SP 800-73-4 part 1 clauses 3 and 4 and appendix A, and GET DATA.

use ankong_card::StatusWord;
use ankong_card::tlv::{Tag, Tlv};
use openssl::sha::sha256;

use super::INCORRECT_DATA;
use crate::Command;
use crate::der::{constructed, element};

/// The application's name, part 1 clause 2.2 …
pub(super) const APPLICATION: [u8; 11] =
    [0xA0, 0x00, 0x00, 0x03, 0x08, 0x00, 0x00, 0x10, 0x00, 0x01, 0x00];
/// … of which so many bytes are NIST's registration.
pub(super) const PROVIDER: usize = 5;

/// The tags by which GET DATA names the objects, part 1 table 3.
pub(super) const CERTIFICATE_9A: &[u8] = &[0x5F, 0xC1, 0x05];
pub(super) const CERTIFICATE_9C: &[u8] = &[0x5F, 0xC1, 0x0A];
pub(super) const CERTIFICATE_9D: &[u8] = &[0x5F, 0xC1, 0x0B];
const CARDHOLDER: &[u8] = &[0x5F, 0xC1, 0x02];
const DISCOVERY: &[u8] = &[0x7E];

/// Name and content of every object.
pub(super) struct Objects(Vec<(&'static [u8], Vec<u8>)>);

impl Objects {
    /// Those that belong on every card: the discovery object and who the card is.
    pub(super) fn new(card_number: &str) -> Self {
        Self(vec![(DISCOVERY, discovery()), (CARDHOLDER, cardholder(card_number))])
    }

    /// Adds a certificate container, part 1 table 10.
    pub(super) fn add_certificate(&mut self, name: &'static [u8], content: &[u8], packed: bool) {
        let container = constructed(
            0x53,
            [element(0x70, content), element(0x71, &[u8::from(packed)]), element(0xFE, &[])],
        );
        self.0.push((name, container));
    }

    /// `00 CB 3F FF <5C tag list> Le`, part 2 clause 3.1.2.
    pub(super) fn get(&self, command: &Command<'_>, data: &[u8]) -> Result<Vec<u8>, StatusWord> {
        if command.p1_p2() != 0x3FFF {
            return Err(StatusWord::INCORRECT_P1_P2);
        }
        if command.le.is_none() {
            return Err(StatusWord::WRONG_LENGTH);
        }
        match Tlv::parse(data) {
            Ok((Tlv { tag: TAG_LIST, value }, [])) => {
                let object = self.0.iter().find(|(name, _)| *name == value);
                object.map(|(_, content)| content.clone()).ok_or(StatusWord::FILE_NOT_FOUND)
            }
            Ok(_) | Err(_) => Err(INCORRECT_DATA),
        }
    }
}

/// What SELECT answers, part 2 table 3.
pub(super) fn property_template() -> Vec<u8> {
    let (provider, extension) = APPLICATION.split_at(PROVIDER);
    let authority = constructed(0x79, [element(0x4F, provider)]);
    constructed(0x61, [element(0x4F, extension), authority])
}

/// Discovery object, part 1 clause 3.3.2: the application PIN is all there is.
fn discovery() -> Vec<u8> {
    // Tag 5F2F has two bytes.
    let policy = [0x5F, 0x2F, 0x02, 0x40, 0x00].to_vec();
    constructed(0x7E, [element(0x4F, &APPLICATION), policy])
}

/// Card holder unique identifier, part 1 clause 3.1.2: no federal agency's card; a GUID made of
/// the card number; no signature, for nobody vouches for a virtual card.
fn cardholder(card_number: &str) -> Vec<u8> {
    let digest = sha256(card_number.as_bytes());
    let mut guid = digest.get(..16).unwrap_or_default().to_vec();
    // A UUID of version 8 and the variant of RFC 9562, its clause 4.
    for (at, keep, set) in [(6, 0x0F, 0x80), (8, 0x3F, 0x80)] {
        if let Some(byte) = guid.get_mut(at) {
            *byte = *byte & keep | set;
        }
    }
    constructed(
        0x53,
        [
            element(0x30, &NOT_FEDERAL),
            element(0x34, &guid),
            element(0x35, b"20991231"),
            element(0x3E, &[]),
            element(0xFE, &[]),
        ],
    )
}

/// Tag list, part 2 clause 3.1.2.
const TAG_LIST: Tag = Tag(0x5C);
/// The FASC-N of a card of no federal agency: agency, system and credential are all nines. A digit
/// takes five bits, low bit first, the last for odd parity.
const NOT_FEDERAL: [u8; 25] = [
    0xD4, 0xE7, 0x39, 0xDA, 0x73, 0x9C, 0xED, 0x39, 0xCE, 0x73, 0x9D, 0x83, 0x68, 0x58, 0x21, 0x08,
    0x42, 0x10, 0x84, 0x21, 0xC8, 0x42, 0x10, 0xC3, 0xEB,
];

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_property_template_names_application_and_authority() {
        assert_eq!(
            property_template(),
            [0x61, 0x11, 0x4F, 6, 0, 0, 0x10, 0, 1, 0, 0x79, 7, 0x4F, 5, 0xA0, 0, 0, 3, 8]
        );
    }
}
