//! The card's files, read command by command and parsed by x509-parser, and the images that make
//! no card.

#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::panic,
    clippy::indexing_slicing,
    reason = "a test stops at the first surprise, in its shared functions too"
)]

use ankong_card::Transport;
use openssl::x509::X509;
use virtual_card::gen1::Gen1;
use virtual_card::{CardImage, InProcess, UnusableImage};
use x509_parser::der_parser::ber::{BerObject, BerObjectContent};
use x509_parser::der_parser::der::parse_der;

#[test]
fn the_certificate_records_lead_to_the_certificates() {
    let image = image();
    let mut card = InProcess::new(Gen1::new(&image).unwrap());
    let records = read(&mut card, 0x4104);
    let slots = read(&mut card, 0x08F2);
    let slots_of_image = &image.certificates;
    let expected = [
        ("ROOTCACert", 0, &slots_of_image.root),
        ("CACert", 1, &slots_of_image.issuer),
        ("KEYX", 2, &slots_of_image.encryption),
        ("SIGN", 3, &slots_of_image.signature),
    ];
    let parsed = records_of(&records);
    assert_eq!(parsed.len(), 4);
    for (record, (id, slot, pem)) in parsed.iter().zip(expected) {
        let parts = record.as_sequence().unwrap();
        assert_eq!(parts[1].as_sequence().unwrap()[0].as_slice().unwrap(), id.as_bytes());
        let value = inside_context_1(&parts[2]);
        let path = value.as_sequence().unwrap()[0].as_sequence().unwrap().clone();
        assert_eq!(path[0].as_slice().unwrap(), [0x3F, 0x00, 0x50, 0x30, 0x08, 0xF2]);
        assert_eq!(path[1].as_u32().unwrap(), slot);
        let [high, low] = path[2].as_slice().unwrap() else { panic!("a length of two octets") };
        let length = usize::from(u16::from_be_bytes([*high, *low]));
        let certificate = &slots[slot as usize * 0x0700..][..length];
        assert_eq!(certificate, der(pem), "{id}");
    }
}

#[test]
fn the_key_records_name_the_references_that_sign() {
    let image = image();
    let mut card = InProcess::new(Gen1::new(&image).unwrap());
    for file in [0x4100, 0x4101] {
        let records = read(&mut card, file);
        let keys: Vec<_> = records_of(&records)
            .iter()
            .map(|record| {
                let parts = record.as_sequence().unwrap();
                let key = parts[1].as_sequence().unwrap();
                let rsa = inside_context_1(&parts[2]);
                let rsa = rsa.as_sequence().unwrap();
                let path = rsa[0].as_sequence().unwrap()[0].as_slice().unwrap();
                assert_eq!(path, [0x3F, 0x00, 0x50, 0x30, 0x08, 0x10]);
                assert_eq!(rsa[1].as_u32().unwrap(), 2048);
                let id = String::from_utf8(key[0].as_slice().unwrap().to_vec()).unwrap();
                (id, key[2].as_u32().unwrap())
            })
            .collect();
        assert_eq!(keys, [("SIGN".to_owned(), 1), ("KEYX".to_owned(), 5)]);
    }
    let token = read(&mut card, 0x5032);
    let (_, token) = parse_der(&token).unwrap();
    let serial = token.as_sequence().unwrap()[1].as_slice().unwrap();
    assert_eq!(serial, image.card_number.as_bytes());
}

#[test]
fn what_cannot_be_on_a_card_is_refused() {
    let image = image();
    let refusal = |change: &dyn Fn(&mut CardImage)| {
        let mut changed = image.clone();
        change(&mut changed);
        Gen1::new(&changed).err().unwrap()
    };
    assert!(matches!(refusal(&|i| i.tries = 4), UnusableImage::Tries(4)));
    assert!(matches!(refusal(&|i| i.pin = "1".to_owned()), UnusableImage::Pin(_)));
    assert!(matches!(refusal(&|i| i.card_number.clear()), UnusableImage::CardNumber));
    let short = refusal(&|i| i.secure_messaging.truncate(30));
    assert!(matches!(short, UnusableImage::SecureMessaging(_)));
    let swapped = refusal(&|i| std::mem::swap(&mut i.keys.signature, &mut i.keys.encryption));
    assert!(matches!(swapped, UnusableImage::ForeignCertificate { what: "signature" }));
    let no_pem = refusal(&|i| i.certificates.root.clear());
    assert!(matches!(no_pem, UnusableImage::Pem { what: "root", .. }));
}

fn image() -> CardImage {
    toml::from_str(include_str!("data/card.toml")).unwrap()
}

fn der(pem: &str) -> Vec<u8> {
    X509::from_pem(pem.as_bytes()).unwrap().to_der().unwrap()
}

/// A file of the application 5030, read to its end in pieces of 200 bytes.
fn read(card: &mut InProcess<Gen1>, file: u16) -> Vec<u8> {
    for id in [0x3F00, 0x5030, file] {
        let [high, low] = id.to_be_bytes();
        let answer = card.transmit(&[0x80, 0xA4, 0, 0, 2, high, low]).unwrap();
        assert_eq!(answer, [0x90, 0], "{id:04X}");
    }
    let mut content = Vec::new();
    loop {
        let [high, low] = (content.len() as u16).to_be_bytes();
        let mut answer = card.transmit(&[0x80, 0xB0, high, low, 200]).unwrap();
        let status = answer.split_off(answer.len() - 2);
        content.append(&mut answer);
        match status[..] {
            [0x90, 0] => {}
            [0x6B, 0] => return content,
            _ => panic!("{status:02X?}"),
        }
    }
}

/// The DER records up to the padding.
fn records_of(mut bytes: &[u8]) -> Vec<BerObject<'_>> {
    let mut records = Vec::new();
    while bytes.first().is_some_and(|byte| *byte != 0xFF) {
        let (rest, record) = parse_der(bytes).unwrap();
        records.push(record);
        bytes = rest;
    }
    assert!(bytes.iter().all(|byte| *byte == 0xFF));
    records
}

/// The value in an explicit `[1]`.
fn inside_context_1<'a>(object: &BerObject<'a>) -> BerObject<'a> {
    let BerObjectContent::Unknown(any) = &object.content else { panic!("{object:?}") };
    assert_eq!(any.tag().0, 1);
    parse_der(any.data).unwrap().1
}
