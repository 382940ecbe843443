//! The driver in ankong-card against the virtual card: two writings of one protocol that must
//! agree.

#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::panic,
    clippy::indexing_slicing,
    reason = "a test stops at the first surprise, in its shared functions too"
)]

use ankong_card::algorithm::Digest;
use ankong_card::card::Card;
use ankong_card::moica::{Gen1Key, IssuerKeys};
use ankong_card::{CardError, Channel, LastTry, Pin, TransportError};
use openssl::hash::MessageDigest;
use openssl::sha::sha256;
use openssl::sign::Verifier;
use openssl::x509::X509;
use virtual_card::fault::Faulty;
use virtual_card::gen1::Gen1;
use virtual_card::{CardImage, InProcess};

type Reader = InProcess<Faulty<Gen1>>;

#[test]
fn the_driver_reads_verifies_and_signs() {
    let mut reader = reader("");
    let card = open(&mut reader);
    assert_eq!(card.number().unwrap().expose(), image().card_number);
    verify(card.as_ref(), &mut reader, "123456").unwrap();
    let digest = Digest::Sha256(sha256(b"a text to sign"));
    let signature = card.sign(&mut Channel::new(&mut reader), &digest).unwrap();

    let certificate = X509::from_der(&card.certificates().signing).unwrap();
    let key = certificate.public_key().unwrap();
    let mut verifier = Verifier::new(MessageDigest::sha256(), &key).unwrap();
    assert!(verifier.verify_oneshot(&signature, b"a text to sign").unwrap());
    let issuer = X509::from_pem(image().certificates.issuer.as_bytes()).unwrap();
    assert_eq!(card.certificates().issuers, [issuer.to_der().unwrap()]);
}

#[test]
fn a_wrong_pin_costs_one_try_and_the_third_blocks() {
    let mut reader = reader("");
    let card = open(&mut reader);
    for left in [2, 1] {
        let error = verify(card.as_ref(), &mut reader, "654321").unwrap_err();
        assert!(matches!(error, CardError::WrongPin { tries_left: Some(n) } if n == left));
    }
    for pin in ["654321", "123456"] {
        let error = verify(card.as_ref(), &mut reader, pin).unwrap_err();
        assert!(matches!(error, CardError::PinBlocked));
    }
}

#[test]
fn a_card_pulled_after_the_pin_signs_nothing() {
    let mut reader = reader("pull-after=20");
    let card = open(&mut reader);
    verify(card.as_ref(), &mut reader, "123456").unwrap();
    let digest = Digest::Sha256(sha256(b"a text to sign"));
    let error = card.sign(&mut Channel::new(&mut reader), &digest).unwrap_err();
    assert!(matches!(error, CardError::Transport(TransportError::Removed)));
}

fn reader(fault: &str) -> Reader {
    let fault = (!fault.is_empty()).then(|| fault.parse().unwrap());
    InProcess::new(Faulty::new(Gen1::new(&image()).unwrap(), fault))
}

fn open(reader: &mut Reader) -> Box<dyn Card> {
    let mut key = [0; 16];
    hex::decode_to_slice(image().secure_messaging, &mut key).unwrap();
    let keys = IssuerKeys { gen1: Some(Gen1Key::new(key)), gen2: None };
    ankong_card::card::open(&mut Channel::new(reader), b"CHTMOICA", &keys).ok().unwrap().card
}

fn verify(card: &dyn Card, reader: &mut Reader, pin: &str) -> Result<(), CardError> {
    let pin = Pin::from_bytes(pin.as_bytes()).unwrap();
    card.verify(&mut Channel::new(reader), &pin, LastTry::Keep, &mut |bytes| {
        openssl::rand::rand_bytes(bytes).unwrap();
    })
}

fn image() -> CardImage {
    toml::from_str(include_str!("data/card.toml")).unwrap()
}
