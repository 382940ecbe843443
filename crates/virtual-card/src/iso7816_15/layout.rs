//! What the files of the card say, ISO/IEC 7816-15:2016 clause 8, as bytes.
//! Knows no keys, only their kinds and sizes.

use openssl::error::ErrorStack;

use super::files::{Directory, Elementary};
use super::signing::Kind;
use crate::der::{self, constructed, element};

/// What a person's card shows to everybody.
pub(super) struct PublicContent<'a> {
    pub(super) serial_number: &'a str,
    pub(super) kind: Kind,
    /// DER, in the order of [`CERTIFICATES`].
    pub(super) certificates: [&'a [u8]; 4],
}

/// The tree from 3F00 down.
pub(super) fn directory(content: &PublicContent<'_>) -> Result<Directory, ErrorStack> {
    let mut files = vec![
        file(0x5031, 0x11, padded(object_directory(), 0x40)),
        file(0x5032, 0x12, token_description(content)?),
        file(PIN_DIRECTORY, 0, padded(pin_record(), 0x80)),
        file(KEY_DIRECTORY, 0, padded(key_record(content.kind), 0x80)),
        file(CERTIFICATE_DIRECTORY, 0, padded(certificate_records(), 0x140)),
    ];
    let certificates = CERTIFICATES.iter().zip(content.certificates);
    files.extend(certificates.map(|(place, der)| file(place.file, place.short, der.to_vec())));
    let application = Directory { id: 0x5015, name: &NAME, directories: Vec::new(), files };
    Ok(Directory {
        id: 0x3F00,
        name: &[],
        directories: vec![application],
        files: vec![file(0x2F00, 0x1E, padded(application_template(), 0x40))],
    })
}

/// Reference of the PIN: local to the application, number 1 (ISO/IEC 7816-4 table 93).
pub(super) const PIN_REFERENCE: u8 = 0x81;
/// Bytes of a PIN as the card compares it.
pub(super) const PIN_LENGTH: usize = 8;
/// Reference of the signature key.
pub(super) const KEY_REFERENCE: u8 = 0x01;
/// Room for one certificate.
pub(super) const CERTIFICATE_ROOM: u16 = 0x1000;

/// Where a certificate stands, and what its record says.
struct Place {
    file: u16,
    short: u8,
    label: &'static str,
    id: u8,
    authority: bool,
}

const CERTIFICATES: [Place; 4] = [
    Place { file: 0x4301, short: 0, label: "root authority", id: 3, authority: true },
    Place { file: 0x4302, short: 0, label: "issuing authority", id: 4, authority: true },
    Place { file: 0x4303, short: 0, label: "encryption", id: 2, authority: false },
    Place { file: 0x4304, short: 0x04, label: "signature", id: SIGNATURE_ID, authority: false },
];

/// EF.DIR: the application template of ISO/IEC 7816-4 clause 12.2.3.
fn application_template() -> Vec<u8> {
    let label = element(0x50, "virtual card".as_bytes());
    constructed(0x61, [element(0x4F, &NAME), label, element(0x51, &[0x3F, 0x00, 0x50, 0x15])])
}

/// EF.OD, clause 8.3: where the directories of keys, certificates and PINs lie.
fn object_directory() -> Vec<u8> {
    let entry = |tag: u8, file: u16| element(tag, &path(&[0x3F00, 0x5015, file]));
    [entry(0xA0, KEY_DIRECTORY), entry(0xA4, CERTIFICATE_DIRECTORY), entry(0xA8, PIN_DIRECTORY)]
        .concat()
}

/// EF.CIAInfo, clause 8.10: version 2, serial number, maker, label, read-only with login, and the
/// one algorithm of the card.
fn token_description(content: &PublicContent<'_>) -> Result<Vec<u8>, ErrorStack> {
    let (mechanism, parameters, object) = match content.kind {
        Kind::Rsa(_) => (CKM_RSA_PKCS, element(0x05, &[]), der::oid("1.2.840.113549.1.1.1")?),
        Kind::P256 => (CKM_ECDSA, der::oid("1.2.840.10045.3.1.7")?, der::oid(EC_PUBLIC_KEY)?),
        Kind::P384 => (CKM_ECDSA, der::oid("1.3.132.0.34")?, der::oid(EC_PUBLIC_KEY)?),
    };
    let algorithm = constructed(
        der::SEQUENCE,
        [
            element(der::INTEGER, &[ALGORITHM_INDEX]),
            element(der::INTEGER, &der::unsigned(mechanism)),
            parameters,
            element(der::BIT_STRING, &[6, 0x40]), // compute-signature
            object,
            element(der::INTEGER, &[content.kind.algorithm_reference()]),
        ],
    );
    Ok(constructed(
        der::SEQUENCE,
        [
            element(der::INTEGER, &[1]),
            element(der::OCTET_STRING, content.serial_number.as_bytes()),
            element(der::UTF8_STRING, "virtual card".as_bytes()),
            element(der::CONTEXT_0, "virtual ISO 7816-15 card".as_bytes()),
            element(der::BIT_STRING, &[6, 0xC0]), // readonly, loginRequired
            element(0xA2, &algorithm),
        ],
    ))
}

/// EF.AOD, clause 8.9: one password object.
fn pin_record() -> Vec<u8> {
    let attributes = constructed(
        der::SEQUENCE,
        [
            // case-sensitive, local, change-disabled, unblock-disabled, initialized, needs-padding
            element(der::BIT_STRING, &[2, 0xFC]),
            element(der::ENUMERATED, &[2]),             // UTF-8
            element(der::INTEGER, &[6]),                // shortest
            element(der::INTEGER, &[PIN_LENGTH as u8]), // stored
            element(der::INTEGER, &[8]),                // longest
            element(der::CONTEXT_0, &der::unsigned(u16::from(PIN_REFERENCE))),
            element(der::OCTET_STRING, &[0xFF]), // padding
            path(&[0x3F00, 0x5015]),
        ],
    );
    constructed(
        der::SEQUENCE,
        [
            object("PIN", &[element(der::BIT_STRING, &[7, 0x80])]), // private
            constructed(der::SEQUENCE, [element(der::OCTET_STRING, &[PIN_ID])]),
            element(der::CONTEXT_1_CONSTRUCTED, &attributes),
        ],
    )
}

/// EF.PrKD, clause 8.4: one private key, whose use asks for the PIN each time.
fn key_record(kind: Kind) -> Vec<u8> {
    let consent = [
        element(der::BIT_STRING, &[7, 0x80]), // private
        element(der::OCTET_STRING, &[PIN_ID]),
        element(der::INTEGER, &[1]), // userConsent: one use per PIN
    ];
    let key = constructed(
        der::SEQUENCE,
        [
            element(der::OCTET_STRING, &[SIGNATURE_ID]),
            element(der::BIT_STRING, &[5, 0x20]), // sign
            element(der::BIT_STRING, &[3, 0xB8]), // sensitive, always, never extractable, local
            element(der::INTEGER, &[KEY_REFERENCE]),
            element(der::CONTEXT_1_CONSTRUCTED, &element(der::INTEGER, &[ALGORITHM_INDEX])),
        ],
    );
    let place = path(&[0x3F00, 0x5015]);
    let (tag, specific) = match kind {
        Kind::Rsa(bits) => {
            let bits = element(der::INTEGER, &der::unsigned(bits));
            (der::SEQUENCE, constructed(der::SEQUENCE, [place, bits]))
        }
        Kind::P256 | Kind::P384 => (0xA0, constructed(der::SEQUENCE, [place])),
    };
    let specific = element(der::CONTEXT_1_CONSTRUCTED, &specific);
    constructed(tag, [object("signature", &consent), key, specific])
}

/// EF.CD, clause 8.7: X.509 certificates by the path of their file.
fn certificate_records() -> Vec<u8> {
    let records = CERTIFICATES.iter().map(|place| {
        let mut attributes = element(der::OCTET_STRING, &[place.id]);
        if place.authority {
            attributes.extend(element(der::BOOLEAN, &[0xFF]));
        }
        let value = constructed(der::SEQUENCE, [path(&[0x3F00, 0x5015, place.file])]);
        let attributes = element(der::SEQUENCE, &attributes);
        let value = element(der::CONTEXT_1_CONSTRUCTED, &value);
        constructed(der::SEQUENCE, [object(place.label, &[]), attributes, value])
    });
    records.collect::<Vec<_>>().concat()
}

/// CommonObjectAttributes, clause 8.2.2: a label and what follows it.
fn object(label: &str, more: &[Vec<u8>]) -> Vec<u8> {
    let label = element(der::UTF8_STRING, label.as_bytes());
    element(der::SEQUENCE, &[label, more.concat()].concat())
}

/// Path, clause 8.2.5.
fn path(identifiers: &[u16]) -> Vec<u8> {
    let bytes: Vec<u8> = identifiers.iter().flat_map(|id| id.to_be_bytes()).collect();
    constructed(der::SEQUENCE, [element(der::OCTET_STRING, &bytes)])
}

fn file(id: u16, short: u8, content: Vec<u8>) -> Elementary {
    Elementary { id, short, content }
}

/// Fills up with zeroes, as a file made with room to grow has them.
fn padded(mut bytes: Vec<u8>, size: usize) -> Vec<u8> {
    bytes.resize(bytes.len().max(size), 0x00);
    bytes
}

/// The application's name: the PKCS RID and "PKCS-15".
const NAME: [u8; 12] = *b"\xA0\x00\x00\x00\x63PKCS-15";
const PIN_DIRECTORY: u16 = 0x4401;
const KEY_DIRECTORY: u16 = 0x4402;
const CERTIFICATE_DIRECTORY: u16 = 0x4404;
const PIN_ID: u8 = 1;
const SIGNATURE_ID: u8 = 1;
/// By which the key's record points to the algorithm.
const ALGORITHM_INDEX: u8 = 1;
/// Mechanisms by their PKCS #11 numbers: a DigestInfo to pad, and a hash value.
const CKM_RSA_PKCS: u16 = 0x0001;
const CKM_ECDSA: u16 = 0x1041;
const EC_PUBLIC_KEY: &str = "1.2.840.10045.2.1";
