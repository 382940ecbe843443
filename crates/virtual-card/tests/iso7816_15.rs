//! The ISO 7816-15 driver against the virtual card, over every kind of key.

#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::panic,
    clippy::indexing_slicing,
    reason = "a test stops at the first surprise, in its shared functions too"
)]

use std::sync::LazyLock;

use ankong_card::algorithm::{Algorithm, Digest};
use ankong_card::card::{Card, Family, PinRule};
use ankong_card::moica::IssuerKeys;
use ankong_card::{CardError, Channel, LastTry, Pin, Transport};
use openssl::bn::BigNum;
use openssl::ecdsa::EcdsaSig;
use openssl::pkey::{PKey, Public};
use openssl::sha::{sha256, sha384};
use openssl::sign::Verifier;
use openssl::x509::X509;
use openssl::{hash::MessageDigest, nid::Nid};
use time::{Duration, OffsetDateTime};
use virtual_card::iso7816_15::Iso7816Part15;
use virtual_card::issue::{Authority, Ca, CardholderRequest, KeyKind};
use virtual_card::{CardImage, InProcess, Profile, UnusableImage};

type Reader = InProcess<Iso7816Part15>;

const TEXT: &[u8] = b"a text to sign";

static AUTHORITY: LazyLock<Authority> =
    LazyLock::new(|| Authority::in_memory(OffsetDateTime::now_utc()).unwrap());
static ELLIPTIC: LazyLock<CardImage> = LazyLock::new(|| issue(KeyKind::P256));

#[test]
fn every_kind_of_key_is_read_and_signs_what_openssl_verifies() {
    let kinds = [
        (KeyKind::Rsa2048, Algorithm::Rs256),
        (KeyKind::Rsa3072, Algorithm::Rs256),
        (KeyKind::Rsa4096, Algorithm::Rs256),
        (KeyKind::P256, Algorithm::Es256),
        (KeyKind::P384, Algorithm::Es384),
    ];
    for (kind, algorithm) in kinds {
        let image = issue(kind);
        let mut reader = reader(&image);
        let (card, _) = open(&mut reader);
        assert_eq!((card.family(), card.algorithm()), (Family::Iso7816Part15, algorithm));
        assert_eq!(card.pin_rule(), PinRule { min: 6, max: 8 });
        assert!(card.can_sign());
        assert_eq!(card.certificates().signing, der(&image.certificates.signature));
        let issuers = [der(&image.certificates.issuer)]; // the root is left out
        assert_eq!(card.certificates().issuers, issuers);

        virtual_card::Card::reset(reader.card_mut());
        verify(card.as_ref(), &mut reader, "123456").0.unwrap();
        let (signature, _) = sign(card.as_ref(), &mut reader);
        let key = X509::from_der(&card.certificates().signing).unwrap().public_key().unwrap();
        assert!(is_signature(&key, &signature.unwrap()), "{kind:?}");
    }
}

#[test]
fn reading_verifying_and_signing_take_this_many_commands() {
    for (kind, opening, signing) in
        [(KeyKind::Rsa2048, 24, 2), (KeyKind::Rsa4096, 25, 3), (KeyKind::P256, 23, 2)]
    {
        let mut reader = reader(&issue(kind));
        let (card, cold) = open(&mut reader);
        virtual_card::Card::reset(reader.card_mut());
        let (verified, verifying) = verify(card.as_ref(), &mut reader, "123456");
        let (signed, signing_took) = sign(card.as_ref(), &mut reader);
        assert!(verified.is_ok() && signed.is_ok());
        assert!(cold <= opening, "{kind:?}: {cold} commands to read");
        // SELECT, READ BINARY to be sure of the card, VERIFY for the tries left, VERIFY.
        assert_eq!((verifying, signing_took), (4, signing), "{kind:?}");
    }
}

#[test]
fn a_wrong_pin_costs_one_try_and_the_third_blocks() {
    let mut reader = reader(&ELLIPTIC);
    let (card, _) = open(&mut reader);
    for left in [2, 1] {
        let error = verify(card.as_ref(), &mut reader, "654321").0.unwrap_err();
        assert!(matches!(error, CardError::WrongPin { tries_left: Some(n) } if n == left));
        assert_eq!(tries(card.as_ref(), &mut reader), Some(left));
    }
    for pin in ["654321", "123456"] {
        let error = verify(card.as_ref(), &mut reader, pin).0.unwrap_err();
        assert!(matches!(error, CardError::PinBlocked));
    }
    assert_eq!(tries(card.as_ref(), &mut reader), Some(0));
}

#[test]
fn a_pin_of_the_wrong_length_never_reaches_the_card() {
    let mut reader = reader(&ELLIPTIC);
    let (card, _) = open(&mut reader);
    let (error, commands) = verify(card.as_ref(), &mut reader, "12345");
    assert!(matches!(error.unwrap_err(), CardError::PinLength { min: 6, max: 8 }));
    assert_eq!(commands, 0);
}

#[test]
fn asking_for_the_tries_left_costs_none() {
    let mut reader = reader(&CardImage { tries: 2, ..ELLIPTIC.clone() });
    let (card, _) = open(&mut reader);
    for _ in 0..4 {
        assert_eq!(tries(card.as_ref(), &mut reader), Some(2));
    }
}

#[test]
fn the_last_try_is_left_alone_until_somebody_says_yes_to_it() {
    let mut reader = reader(&CardImage { tries: 1, ..ELLIPTIC.clone() });
    let (card, _) = open(&mut reader);
    let pin = Pin::from_bytes(b"123456").unwrap();
    let mut verify = |last_try| {
        let verified = card.verify(&mut Channel::new(&mut reader), &pin, last_try, &mut |_| ());
        (verified, virtual_card::Card::tries_left(reader.card_mut()))
    };
    let (kept, left) = verify(LastTry::Keep);
    assert!(matches!(kept, Err(CardError::LastTry)) && left == Some(1), "{kept:?}, {left:?}");
    let (risked, left) = verify(LastTry::Risk);
    assert!(risked.is_ok() && left == Some(3), "{risked:?}, {left:?}");
}

#[test]
fn another_card_gets_no_pin() {
    let (card, _) = open(&mut reader(&ELLIPTIC));
    let mut other = reader(&issue(KeyKind::P256));
    let error = verify(card.as_ref(), &mut other, "123456").0.unwrap_err();
    assert!(matches!(error, CardError::AnotherCard));
    assert_eq!(virtual_card::Card::tries_left(other.card_mut()), Some(3));
    let mut gen1 = InProcess::new(
        toml::from_str::<CardImage>(include_str!("data/card.toml")).unwrap().insertable().unwrap(),
    );
    let error = verify(card.as_ref(), &mut gen1, "123456").0.unwrap_err();
    assert!(matches!(error, CardError::AnotherCard));
}

#[test]
fn the_pin_is_good_for_one_signature() {
    let mut reader = reader(&ELLIPTIC);
    let (card, _) = open(&mut reader);
    verify(card.as_ref(), &mut reader, "123456").0.unwrap();
    sign(card.as_ref(), &mut reader).0.unwrap();
    let error = sign(card.as_ref(), &mut reader).0.unwrap_err();
    assert_eq!(error.to_string(), "the card answered 6982 to instruction 2A");
}

#[test]
fn what_cannot_be_on_such_a_card_is_refused() {
    let refusal = |change: &dyn Fn(&mut CardImage)| {
        let mut changed = ELLIPTIC.clone();
        change(&mut changed);
        Iso7816Part15::new(&changed).err().unwrap()
    };
    assert!(matches!(refusal(&|i| i.profile = Profile::Piv), UnusableImage::Profile));
    let small = openssl::rsa::Rsa::generate(1024).unwrap();
    let small = PKey::from_rsa(small).unwrap().private_key_to_pem_pkcs8().unwrap();
    let foreign = refusal(&|i| i.keys.signature = String::from_utf8(small.clone()).unwrap());
    assert!(matches!(foreign, UnusableImage::ForeignCertificate { what: "signature" }));
}

fn issue(key: KeyKind) -> CardImage {
    let now = OffsetDateTime::now_utc();
    let request = CardholderRequest {
        name: "王小明".to_owned(),
        national_id: "A123456789".parse().unwrap(),
        pin: "123456".try_into().unwrap(),
        profile: Profile::Iso7816Part15,
        key,
        ca: Ca::G2,
        not_before: now - Duration::DAY,
        not_after: now + Duration::DAY,
    };
    AUTHORITY.issue(&request).unwrap()
}

fn reader(image: &CardImage) -> Reader {
    InProcess::new(Iso7816Part15::new(image).unwrap())
}

fn open(reader: &mut Reader) -> (Box<dyn Card>, u32) {
    let mut channel = Channel::new(reader);
    let keys = IssuerKeys::default();
    let opened = ankong_card::card::open(&mut channel, &[0x3B, 0x00], &keys).ok().unwrap();
    (opened.card, channel.commands())
}

fn verify(card: &dyn Card, reader: &mut dyn Transport, pin: &str) -> (Result<(), CardError>, u32) {
    let mut channel = Channel::new(reader);
    let pin = Pin::from_bytes(pin.as_bytes()).unwrap();
    (card.verify(&mut channel, &pin, LastTry::Risk, &mut |_| ()), channel.commands())
}

fn sign(card: &dyn Card, reader: &mut Reader) -> (Result<Vec<u8>, CardError>, u32) {
    let digest = match card.algorithm() {
        Algorithm::Es384 => Digest::Sha384(sha384(TEXT)),
        Algorithm::Rs256 | Algorithm::Es256 => Digest::Sha256(sha256(TEXT)),
    };
    let mut channel = Channel::new(reader);
    (card.sign(&mut channel, &digest), channel.commands())
}

fn tries(card: &dyn Card, reader: &mut Reader) -> Option<u8> {
    card.tries_left(&mut Channel::new(reader)).unwrap()
}

fn is_signature(key: &PKey<Public>, signature: &[u8]) -> bool {
    let Ok(elliptic) = key.ec_key() else {
        let mut verifier = Verifier::new(MessageDigest::sha256(), key).unwrap();
        return verifier.verify_oneshot(signature, TEXT).unwrap();
    };
    let (r, s) = signature.split_at(signature.len() / 2);
    let number = |bytes| BigNum::from_slice(bytes).unwrap();
    let pair = EcdsaSig::from_private_components(number(r), number(s)).unwrap();
    match elliptic.group().curve_name() {
        Some(Nid::SECP384R1) => pair.verify(&sha384(TEXT), &elliptic).unwrap(),
        _ => pair.verify(&sha256(TEXT), &elliptic).unwrap(),
    }
}

fn der(pem: &str) -> Vec<u8> {
    X509::from_pem(pem.as_bytes()).unwrap().to_der().unwrap()
}
