//! The PIV driver in ankong-card against the virtual PIV card, and that card's own strictness.

#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::panic,
    clippy::indexing_slicing,
    reason = "a test stops at the first surprise, in its shared functions too"
)]

use std::sync::LazyLock;

use ankong_card::algorithm::{Algorithm, Digest};
use ankong_card::card::{Card, Family};
use ankong_card::moica::IssuerKeys;
use ankong_card::{CardError, Channel, LastTry, Pin, Transport, TransportError};
use openssl::bn::BigNum;
use openssl::ecdsa::EcdsaSig;
use openssl::hash::MessageDigest;
use openssl::sha::{sha256, sha384};
use openssl::sign::Verifier;
use openssl::x509::X509;
use time::{Duration, OffsetDateTime};
use virtual_card::fault::Faulty;
use virtual_card::issue::{Authority, Ca, CardholderRequest, KeyKind};
use virtual_card::piv::Piv;
use virtual_card::{Card as _, CardImage, CardPin, InProcess, PivLayout, PivSlot, Profile};

type Reader = InProcess<Faulty<Piv>>;

const TEXT: &[u8] = b"a text to sign";

static AUTHORITY: LazyLock<Authority> = LazyLock::new(|| Authority::in_memory(now()).unwrap());
static RSA: LazyLock<CardImage> = LazyLock::new(|| issue(KeyKind::Rsa2048));
static P256: LazyLock<CardImage> = LazyLock::new(|| issue(KeyKind::P256));
static P384: LazyLock<CardImage> = LazyLock::new(|| issue(KeyKind::P384));

#[test]
fn every_kind_of_key_signs_and_openssl_agrees() {
    for (image, algorithm) in
        [(&*RSA, Algorithm::Rs256), (&*P256, Algorithm::Es256), (&*P384, Algorithm::Es384)]
    {
        for layout in layouts() {
            let mut reader = reader(&CardImage { piv: Some(layout), ..image.clone() }, "");
            let card = open(&mut reader);
            assert_eq!((card.family(), card.algorithm()), (Family::Piv, algorithm));
            let expected = X509::from_pem(image.certificates.signature.as_bytes()).unwrap();
            assert_eq!(card.certificates().signing, expected.to_der().unwrap(), "{layout:?}");
            verify(card.as_ref(), &mut reader, "123456").unwrap();
            check_signature(card.as_ref(), &mut reader);
        }
    }
}

#[test]
fn an_rsa_card_takes_eleven_commands_cold_and_six_warm_and_one_more_to_read_a_long_certificate() {
    let der = |image: &CardImage| {
        X509::from_pem(image.certificates.signature.as_bytes()).unwrap().to_der().unwrap().len()
    };
    let short = issue_by(Ca::G2, KeyKind::Rsa2048);
    assert!(der(&short) <= 1011 && (1012..=1267).contains(&der(&RSA)));
    assert_eq!(count(&short), (11, 6));
    assert_eq!(count(&RSA), (12, 6));
}

#[test]
fn a_p256_card_takes_nine_commands_cold_and_four_warm() {
    assert_eq!(count(&P256), (9, 4));
}

#[test]
fn the_last_try_is_left_alone_until_somebody_says_yes_to_it() {
    let mut reader = reader(&CardImage { tries: 1, ..P256.clone() }, "");
    let card = open(&mut reader);
    let pin = Pin::from_bytes(b"123456").unwrap();
    let mut verify = |last_try| {
        let verified = card.verify(&mut Channel::new(&mut reader), &pin, last_try, &mut |_| {});
        (verified, reader.card_mut().tries_left())
    };
    let (kept, left) = verify(LastTry::Keep);
    assert!(matches!(kept, Err(CardError::LastTry)) && left == Some(1), "{kept:?}, {left:?}");
    let (risked, left) = verify(LastTry::Risk);
    assert!(risked.is_ok() && left == Some(3), "{risked:?}, {left:?}");
}

#[test]
fn a_blocked_card_is_sent_no_pin() {
    let fault = "answer:9000=20:2"; // a PIN would be the second VERIFY
    let mut reader = reader(&CardImage { tries: 0, ..P256.clone() }, fault);
    let card = open(&mut reader);
    let error = verify(card.as_ref(), &mut reader, "123456").unwrap_err();
    assert!(matches!(error, CardError::PinBlocked), "{error}");
}

#[test]
fn a_wrong_pin_costs_one_try_and_the_third_blocks() {
    let mut reader = reader(&P256, "");
    let card = open(&mut reader);
    assert_eq!(tries_left(card.as_ref(), &mut reader), Some(3));
    for left in [2, 1] {
        let error = verify(card.as_ref(), &mut reader, "654321").unwrap_err();
        assert!(matches!(error, CardError::WrongPin { tries_left: Some(n) } if n == left));
        assert_eq!(tries_left(card.as_ref(), &mut reader), Some(left), "asking costs nothing");
    }
    for pin in ["654321", "123456"] {
        let error = verify(card.as_ref(), &mut reader, pin).unwrap_err();
        assert!(matches!(error, CardError::PinBlocked));
        assert_eq!(tries_left(card.as_ref(), &mut reader), Some(0));
    }
}

#[test]
fn a_pin_that_cannot_be_right_is_not_sent() {
    let mut reader = reader(&P256, "");
    let card = open(&mut reader);
    for pin in ["12345", "123456789"] {
        let error = verify(card.as_ref(), &mut reader, pin).unwrap_err();
        assert!(matches!(error, CardError::PinLength { min: 6, max: 8 }));
    }
    assert_eq!(tries_left(card.as_ref(), &mut reader), Some(3));
}

#[test]
fn another_card_of_the_same_issuer_gets_no_pin() {
    let mut first = reader(&P256, "");
    let card = open(&mut first);
    let mut other = Piv::new(&issue(KeyKind::P256)).unwrap();
    other.reset();
    let mut second = InProcess::new(Faulty::new(other, []));
    let error = verify(card.as_ref(), &mut second, "654321").unwrap_err();
    assert!(matches!(error, CardError::AnotherCard));
    assert_eq!(second.into_card().into_card().tries_left(), Some(3));
}

#[test]
fn a_card_pulled_at_any_command_is_an_error_and_works_again_afterwards() {
    for (ins, nth) in [("A4", 1), ("CB", 1), ("C0", 1), ("CB", 2), ("20", 1), ("87", 1)] {
        let mut reader = reader(&P256, &format!("pull-during={ins}:{nth}"));
        let error = match try_open(&mut reader) {
            Err(error) => error,
            Ok(card) => match verify(card.as_ref(), &mut reader, "123456") {
                Err(error) => error,
                Ok(()) => sign(card.as_ref(), &mut reader).unwrap_err(),
            },
        };
        assert!(matches!(error, CardError::Transport(TransportError::Removed)), "{ins} {nth}");
        let mut reader = InProcess::new(reader.into_card());
        let card = open(&mut reader);
        verify(card.as_ref(), &mut reader, "123456").unwrap();
        check_signature(card.as_ref(), &mut reader);
    }
}

#[test]
fn the_signature_key_forgets_the_pin_with_any_other_command_and_the_other_key_does_not() {
    for (slot, works) in [(PivSlot::Authentication, true), (PivSlot::DigitalSignature, false)] {
        let layout = PivLayout { slot, compressed: false, ..PivLayout::default() };
        let mut reader = reader(&CardImage { piv: Some(layout), ..P256.clone() }, "");
        let card = open(&mut reader);
        verify(card.as_ref(), &mut reader, "123456").unwrap();
        assert!(sign(card.as_ref(), &mut reader).is_ok());
        assert_eq!(sign(card.as_ref(), &mut reader).is_ok(), works, "{slot:?}");
    }
}

#[test]
fn what_the_standard_does_not_allow_is_refused() {
    let mut card = InProcess::new(Piv::new(&RSA).unwrap());
    let mut say = |command: &str| {
        let answer = card.transmit(&hex::decode(command.replace(' ', "")).unwrap()).unwrap();
        hex::encode_upper(&answer[answer.len() - 2..])
    };
    for (command, status) in [
        ("00 CB 3F FF 05 5C 03 5F C1 05 00", "6D00"), // nothing selected
        ("00 A4 04 00 05 A0 00 00 01 51 00", "6A82"), // another application
        ("00 A4 04 00 04 A0 00 00 03 00", "6A82"),    // less than the provider's name
        ("00 A4 04 00 05 A0 00 00 03 08 00", "9000"),
        ("80 CB 3F FF 05 5C 03 5F C1 05 00", "6E00"),
        ("00 CB 3F FF 05 5C 03 5F C1 0A 00", "6A82"), // no certificate there
        ("00 CB 3F FF 05 5C 03 5F C1 05", "6700"),    // Le missing
        ("00 CB 3F FF 05 5C 03 5F C1 05 10", "6100"),
        ("00 C0 00 00 10", "6100"),
        ("00 20 00 80", "63C3"),
        ("00 C0 00 00 10", "6985"), // another command came between
        ("00 20 00 00 08 31 32 33 34 35 36 FF FF", "6A88"),
        ("00 20 00 80 06 31 32 33 34 35 36", "6A80"),
        ("00 20 00 80 08 31 32 33 34 35 FF FF FF", "6A80"),
        ("00 20 00 80", "63C3"),
        ("00 87 07 9A 06 7C 04 82 00 81 00 00", "6982"),
        ("00 20 00 80 08 31 32 33 34 35 36 FF FF", "9000"),
        ("00 20 00 80", "9000"),
        ("00 87 07 9A 06 7C 04 82 00 81 00 00", "6A80"), // not as long as the modulus
        ("00 87 11 9A 06 7C 04 82 00 81 00 00", "6A86"), // another algorithm
        ("10 CB 3F FF 05 5C 03 5F C1 05", "6884"),
        ("10 87 07 9A 04 7C 02 82 00", "9000"),
        ("00 CB 3F FF 05 5C 03 5F C1 05 00", "6883"), // the chain was not finished
        ("00 20 FF 80", "9000"),
        ("00 20 00 80", "63C3"),
    ] {
        assert_eq!(say(command), status, "{command}");
    }
}

/// Both keys, plain and packed.
fn layouts() -> impl Iterator<Item = PivLayout> {
    [PivSlot::Authentication, PivSlot::DigitalSignature].into_iter().flat_map(|slot| {
        [false, true].map(|compressed| PivLayout { slot, compressed, ..PivLayout::default() })
    })
}

/// Commands for reading, PIN and signature on a fresh card; and for PIN and signature after the
/// card was reset.
fn count(image: &CardImage) -> (u32, u32) {
    let mut reader = reader(image, "");
    let mut channel = Channel::new(&mut reader);
    let card = ankong_card::card::open(&mut channel, &[], &IssuerKeys::default());
    let card = card.ok().unwrap().card;
    authenticate(card.as_ref(), &mut channel);
    let cold = channel.commands();
    reader.card_mut().reset();
    let mut channel = Channel::new(&mut reader);
    authenticate(card.as_ref(), &mut channel);
    (cold, channel.commands())
}

fn authenticate(card: &dyn Card, channel: &mut Channel<'_>) {
    let pin = Pin::from_bytes(b"123456").unwrap();
    card.verify(channel, &pin, LastTry::Risk, &mut |_| {}).unwrap();
    card.sign(channel, &Digest::Sha256(sha256(TEXT))).unwrap();
}

fn check_signature(card: &dyn Card, reader: &mut Reader) {
    let signature = sign(card, reader).unwrap();
    let certificate = X509::from_der(&card.certificates().signing).unwrap();
    let key = certificate.public_key().unwrap();
    let right = match card.algorithm() {
        Algorithm::Rs256 => {
            let mut verifier = Verifier::new(MessageDigest::sha256(), &key).unwrap();
            verifier.verify_oneshot(&signature, TEXT).unwrap()
        }
        Algorithm::Es256 | Algorithm::Es384 => {
            let (r, s) = signature.split_at(signature.len() / 2);
            let [r, s] = [r, s].map(|half| BigNum::from_slice(half).unwrap());
            let signature = EcdsaSig::from_private_components(r, s).unwrap();
            signature.verify(digest(card).as_bytes(), &key.ec_key().unwrap()).unwrap()
        }
    };
    assert!(right, "{}", card.algorithm().name());
}

fn sign(card: &dyn Card, reader: &mut Reader) -> Result<Vec<u8>, CardError> {
    card.sign(&mut Channel::new(reader), &digest(card))
}

fn digest(card: &dyn Card) -> Digest {
    match card.algorithm() {
        Algorithm::Rs256 | Algorithm::Es256 => Digest::Sha256(sha256(TEXT)),
        Algorithm::Es384 => Digest::Sha384(sha384(TEXT)),
    }
}

fn verify(card: &dyn Card, reader: &mut Reader, pin: &str) -> Result<(), CardError> {
    let pin = Pin::from_bytes(pin.as_bytes()).unwrap();
    card.verify(&mut Channel::new(reader), &pin, LastTry::Risk, &mut |_| {})
}

fn tries_left(card: &dyn Card, reader: &mut Reader) -> Option<u8> {
    card.tries_left(&mut Channel::new(reader)).unwrap()
}

fn open(reader: &mut Reader) -> Box<dyn Card> {
    try_open(reader).unwrap()
}

fn try_open(reader: &mut Reader) -> Result<Box<dyn Card>, CardError> {
    let opened = ankong_card::card::open(&mut Channel::new(reader), &[], &IssuerKeys::default());
    opened.map(|opened| opened.card).map_err(|failed| failed.error)
}

fn reader(image: &CardImage, fault: &str) -> Reader {
    let fault = (!fault.is_empty()).then(|| fault.parse().unwrap());
    InProcess::new(Faulty::new(Piv::new(image).unwrap(), fault))
}

/// By the authority with the longer key, whose certificates are the longest these cards get.
fn issue(key: KeyKind) -> CardImage {
    issue_by(Ca::G3, key)
}

fn issue_by(ca: Ca, key: KeyKind) -> CardImage {
    let request = CardholderRequest {
        name: "王小明".to_owned(),
        national_id: "A123456789".parse().unwrap(),
        pin: CardPin::try_from("123456").unwrap(),
        profile: Profile::Piv,
        key,
        ca,
        not_before: now() - Duration::HOUR,
        not_after: now() + Duration::days(365 * 5),
    };
    AUTHORITY.issue(&request).unwrap()
}

/// 2026-01-01.
fn now() -> OffsetDateTime {
    OffsetDateTime::from_unix_timestamp(1_767_225_600).unwrap()
}
