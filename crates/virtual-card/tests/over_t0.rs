//! Every family of card over T=0, where commands and answers go one way at a time.

#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::panic,
    clippy::indexing_slicing,
    reason = "a test stops at the first surprise, in its shared functions too"
)]

use ankong_card::algorithm::Digest;
use ankong_card::card::{Card, open};
use ankong_card::{CardError, Channel, LastTry, Pin, Protocol, Transport};
use ankong_hostile::{PIN, Subject, issuer_keys};
use openssl::sha::sha256;
use virtual_card::{Card as _, InProcess, OverT0};

type Plastic = Box<dyn virtual_card::Card + Send>;

#[test]
fn a_card_of_every_family_signs_over_t0_what_it_signs_over_t1() {
    for subject in Subject::ALL {
        let (over_t1, _) = used(InProcess::new(subject.card()));
        let (over_t0, reader) = used(InProcess::new(OverT0::new(subject.card())));
        assert_eq!(over_t0.certificates, over_t1.certificates, "{subject:?}");
        assert_eq!(over_t0.signature.len(), over_t1.signature.len(), "{subject:?}");
        if over_t0.signature.len() == 256 {
            assert_eq!(over_t0.signature, over_t1.signature, "{subject:?}"); // RSA, the same always
        }
        println!("{subject:?}: {} commands over T=0, {} over T=1", over_t0.sent, over_t1.sent);
        assert_eq!(reader.into_card().tries_left(), Some(3), "{subject:?}");
    }
}

#[test]
fn a_wrong_pin_is_sent_once_over_t0_too() {
    for subject in Subject::ALL {
        let mut reader = InProcess::new(OverT0::new(subject.card()));
        let card = read(&mut reader);
        let error = verify(card.as_ref(), &mut reader, "654321").unwrap_err();
        assert!(
            matches!(error, CardError::WrongPin { tries_left: Some(2) }),
            "{subject:?}: {error}"
        );
    }
}

#[test]
fn what_is_no_tpdu_is_no_command() {
    let mut card = OverT0::new(Subject::Piv.card());
    assert_eq!(card.atr(), [0x3B, 0x05, 0x80, 0x73, 0xC0, 0x01, 0x80]);
    let select = "00 A4 04 00 09 A0 00 00 03 08 00 00 10 00";
    for (tpdu, answer) in [
        ("00 A4 04 00", "67 00"),
        (&*format!("{select} 00"), "67 00"), // with Le
        (select, "61 13"),
        ("00 C0 00 00 20", "6C 13"), // too much, and nothing is lost
        ("00 C0 00 00 02", "61 11 61 11"),
        ("00 C0 00 00 11", "4F 06 00 00 10 00 01 00 79 07 4F 05 A0 00 00 03 08 90 00"),
        ("00 C0 00 00 02", "69 85"),
        ("00 20 00 80 00", "63 C3"),
    ] {
        let bytes = hex::decode(tpdu.replace(' ', "")).unwrap();
        let expected = hex::decode(answer.replace(' ', "")).unwrap();
        assert_eq!(card.answer(&bytes).unwrap(), expected, "{tpdu}");
    }
}

struct Used {
    certificates: Vec<u8>,
    signature: Vec<u8>,
    sent: u32,
}

/// Read, and one signature.
fn used<C: virtual_card::Card>(mut reader: InProcess<C>) -> (Used, InProcess<C>) {
    let card = read(&mut reader);
    let mut channel = Channel::new(&mut reader);
    let pin = Pin::from_bytes(PIN.as_bytes()).unwrap();
    card.verify(&mut channel, &pin, LastTry::Keep, &mut |bytes| bytes.fill(7)).unwrap();
    let signature = card.sign(&mut channel, &Digest::Sha256(sha256(b"a text to sign"))).unwrap();
    let (certificates, sent) = (card.certificates().signing.clone(), channel.commands());
    (Used { certificates, signature, sent }, reader)
}

fn read(reader: &mut dyn Transport) -> Box<dyn Card> {
    let opened = open(&mut Channel::new(reader), &[], &issuer_keys());
    opened.unwrap_or_else(|failed| panic!("{failed}, {:?}", failed.declined)).card
}

fn verify(
    card: &dyn Card,
    reader: &mut InProcess<OverT0<Plastic>>,
    pin: &str,
) -> Result<(), CardError> {
    assert_eq!(reader.protocol(), Protocol::T0);
    let pin = Pin::from_bytes(pin.as_bytes()).unwrap();
    card.verify(&mut Channel::new(reader), &pin, LastTry::Keep, &mut |bytes| bytes.fill(7))
}
