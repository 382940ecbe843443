//! What the files of both generations say, as bytes.
//!
//! The records are shaped like PKCS #15 v1.1 objects (clauses 6.2 to 6.9), but the application is
//! not one: EF(DIR) 5031 and EF 5015 do not exist. Knows no keys, only their names and sizes.

use super::files::{Content, Directory, Elementary, FileId};
use super::signing::KeyReference;
use crate::der::{self, constructed, element};

/// What a person's card shows to everybody.
pub(crate) struct PublicContent<'a> {
    pub(crate) card_number: &'a str,
    /// DER, in the order of [`SLOTS`].
    pub(crate) certificates: [&'a [u8]; 4],
    /// The size of both keys.
    pub(crate) modulus_bits: u16,
    /// The identifier the tree begins with, which is also where the records' paths begin.
    pub(crate) root: FileId,
}

impl PublicContent<'_> {
    /// The path of a file in the application, as an OCTET STRING.
    fn path(&self, file: FileId) -> Vec<u8> {
        let steps = [self.root, APPLICATION, file].map(|id| id.0.to_be_bytes());
        element(der::OCTET_STRING, steps.as_flattened())
    }
}

/// Bytes from one certificate to the next in EF 08F2.
pub(crate) const SLOT_SIZE: u16 = 0x0700;

/// The tree from the root down.
pub(crate) fn directory(content: &PublicContent<'_>) -> Directory {
    let card = vec![
        transparent(0x0903, content.card_number.as_bytes().to_vec()),
        transparent(0x0905, OS_VERSION.to_vec()),
    ];
    let application = vec![
        transparent(0x5032, padded(token_description(content.card_number), 0x80)),
        transparent(0x4100, padded(private_keys(content), 0x100)),
        transparent(0x4101, padded(public_keys(content), 0x100)),
        transparent(0x4104, padded(certificate_records(content), 0x200)),
        // Data objects: this card has none, so no record comes before the padding.
        transparent(0x4107, padded(Vec::new(), 0x80)),
        transparent(CERTIFICATES.0, certificate_slots(&content.certificates)),
        // Whether 0810 is a file or a directory on a real card cannot be told from outside.
        Elementary { id: KEYS, content: Content::Keys },
    ];
    Directory {
        id: content.root,
        directories: vec![
            Directory { id: FileId(0x0900), directories: Vec::new(), files: card },
            Directory { id: APPLICATION, directories: Vec::new(), files: application },
        ],
        files: Vec::new(),
    }
}

/// What stands in one certificate slot, in slot order.
struct Slot {
    label: &'static str,
    id: &'static [u8],
    authority: bool,
}

const SLOTS: [Slot; 4] = [
    Slot { label: "ROOTCACert", id: b"ROOTCACert", authority: true },
    Slot { label: "CACert", id: b"CACert", authority: true },
    Slot { label: "cert2", id: b"KEYX", authority: false },
    Slot { label: "cert1", id: b"SIGN", authority: false },
];

/// TokenInfo, clause 6.9: version 1, serial number, manufacturer, label, no flags.
fn token_description(card_number: &str) -> Vec<u8> {
    constructed(
        der::SEQUENCE,
        [
            element(der::INTEGER, &[0]),
            element(der::OCTET_STRING, card_number.as_bytes()),
            element(der::UTF8_STRING, "virtual card".as_bytes()),
            element(der::CONTEXT_0, "virtual MOICA card".as_bytes()),
            element(der::BIT_STRING, &[0]),
        ],
    )
}

/// PrivateRSAKey records, clause 6.3. KeyUsageFlags: sign; decrypt and unwrap.
fn private_keys(content: &PublicContent<'_>) -> Vec<u8> {
    [
        key_record("k1", b"SIGN", &[5, 0x20], KeyReference::SIGN, content),
        key_record("k2", b"KEYX", &[2, 0x44], KeyReference::KEY_EXCHANGE, content),
    ]
    .concat()
}

/// PublicRSAKey records, clause 6.4. KeyUsageFlags: verify; encrypt and wrap.
fn public_keys(content: &PublicContent<'_>) -> Vec<u8> {
    [
        key_record("k1", b"SIGN", &[1, 0x02], KeyReference::SIGN, content),
        key_record("k2", b"KEYX", &[3, 0x88], KeyReference::KEY_EXCHANGE, content),
    ]
    .concat()
}

fn key_record(
    label: &str,
    id: &[u8],
    usage: &[u8],
    reference: KeyReference,
    content: &PublicContent<'_>,
) -> Vec<u8> {
    let object = constructed(der::SEQUENCE, [element(der::UTF8_STRING, label.as_bytes())]);
    let key = constructed(
        der::SEQUENCE,
        [
            element(der::OCTET_STRING, id),
            element(der::BIT_STRING, usage),
            element(der::INTEGER, &der::unsigned(u16::from(reference.0))),
        ],
    );
    let path = constructed(der::SEQUENCE, [content.path(KEYS)]);
    let bits = element(der::INTEGER, &der::unsigned(content.modulus_bits));
    let rsa = constructed(der::SEQUENCE, [path, bits]);
    constructed(der::SEQUENCE, [object, key, element(der::CONTEXT_1_CONSTRUCTED, &rsa)])
}

/// X.509 certificate records, clause 6.6, in slot order. The path's index is one byte, as on
/// the cards seen: the number of the certificate's slot in EF 08F2; `[0]` is its length.
fn certificate_records(content: &PublicContent<'_>) -> Vec<u8> {
    let records =
        SLOTS.iter().zip(content.certificates).zip(0..).map(|((slot, certificate), number)| {
            let object =
                constructed(der::SEQUENCE, [element(der::UTF8_STRING, slot.label.as_bytes())]);
            let mut attributes = element(der::OCTET_STRING, slot.id);
            if slot.authority {
                attributes.extend(element(der::BOOLEAN, &[0xFF]));
            }
            let value = constructed(
                der::SEQUENCE,
                [
                    content.path(CERTIFICATES),
                    element(der::INTEGER, &der::unsigned(number)),
                    element(der::CONTEXT_0, &der::unsigned(certificate.len() as u16)),
                ],
            );
            let x509 = element(der::SEQUENCE, &value);
            constructed(
                der::SEQUENCE,
                [
                    object,
                    element(der::SEQUENCE, &attributes),
                    element(der::CONTEXT_1_CONSTRUCTED, &x509),
                ],
            )
        });
    records.collect::<Vec<_>>().concat()
}

/// EF 08F2: the certificates, each at the beginning of its slot.
fn certificate_slots(certificates: &[&[u8]; 4]) -> Vec<u8> {
    let slots = certificates.iter().map(|certificate| padded(certificate.to_vec(), SLOT_SIZE));
    slots.collect::<Vec<_>>().concat()
}

fn transparent(id: u16, bytes: Vec<u8>) -> Elementary {
    Elementary { id: FileId(id), content: Content::Transparent(bytes) }
}

/// Fills up with FF, as the records' end is found on this card; content longer than `size` stays.
fn padded(mut bytes: Vec<u8>, size: u16) -> Vec<u8> {
    bytes.resize(bytes.len().max(usize::from(size)), 0xFF);
    bytes
}

/// The text by which the card's operating system is recognised, 20 bytes.
const OS_VERSION: &[u8; 20] = b"CHT V32N VIRTUAL    ";

const APPLICATION: FileId = FileId(0x5030);
const KEYS: FileId = FileId(0x0810);
const CERTIFICATES: FileId = FileId(0x08F2);
