//! The PIV driver on a card that none of its authors wrote.

#![cfg(target_os = "linux")]
#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::panic,
    clippy::indexing_slicing,
    reason = "a test stops at the first surprise, in its shared functions too"
)]

use ankong_card::algorithm::{Algorithm, Digest};
use ankong_card::card::{Card, Family, open};
use ankong_card::moica::IssuerKeys;
use ankong_card::{CardError, Channel, LastTry, Pin};
use ankong_peer_piv::{Carrier, KeyKind, Slot, provision, with_card};
use openssl::bn::BigNum;
use openssl::ecdsa::EcdsaSig;
use openssl::hash::MessageDigest;
use openssl::sha::{sha256, sha384};
use openssl::sign::Verifier;
use openssl::x509::X509;

const TEXT: &[u8] = b"a text to sign";

#[test]
fn a_p256_key_for_authentication_signs() {
    authenticate(Slot::Authentication, KeyKind::P256, Algorithm::Es256);
}

#[test]
fn a_p256_key_for_signatures_signs() {
    authenticate(Slot::DigitalSignature, KeyKind::P256, Algorithm::Es256);
}

#[test]
fn a_p384_key_for_signatures_signs() {
    authenticate(Slot::DigitalSignature, KeyKind::P384, Algorithm::Es384);
}

#[test]
fn an_rsa_key_for_authentication_signs() {
    authenticate(Slot::Authentication, KeyKind::Rsa2048, Algorithm::Rs256);
}

#[test]
fn a_wrong_pin_is_counted_and_told_without_spending_another() {
    with_card(|peer| {
        provision(peer, Slot::Authentication, KeyKind::P256);
        let card = read(peer);
        let all = tries_left(card.as_ref(), peer).unwrap();
        let error = verify(card.as_ref(), peer, "654321").unwrap_err();
        assert!(matches!(error, CardError::WrongPin { tries_left: Some(n) } if n == all - 1));
        assert_eq!(tries_left(card.as_ref(), peer), Some(all - 1));
        for _ in 1..all {
            let _ = verify(card.as_ref(), peer, "654321");
        }
        let error = verify(card.as_ref(), peer, "123456").unwrap_err();
        assert!(matches!(error, CardError::PinBlocked), "{error}");
        assert_eq!(tries_left(card.as_ref(), peer), Some(0));
    });
}

#[test]
fn another_card_gets_no_pin() {
    let card = with_card(|peer| {
        provision(peer, Slot::Authentication, KeyKind::P256);
        read(peer)
    });
    with_card(|peer| {
        provision(peer, Slot::Authentication, KeyKind::P384);
        let error = verify(card.as_ref(), peer, "123456").unwrap_err();
        assert!(matches!(error, CardError::AnotherCard));
        assert_eq!(peer.pins, 0);
    });
}

#[test]
fn a_card_that_nobody_filled_is_known_and_no_use() {
    with_card(|peer| {
        let failed = open(&mut Channel::new(peer), &[], &IssuerKeys::default()).err().unwrap();
        let said = failed.declined.iter().find(|(family, _)| *family == Family::Piv);
        assert!(matches!(said, Some((_, CardError::Malformed("signature certificate")))));
    });
}

fn authenticate(slot: Slot, kind: KeyKind, algorithm: Algorithm) {
    with_card(|peer| {
        let certificate = provision(peer, slot, kind);
        let card = read(peer);
        assert_eq!((card.family(), card.algorithm()), (Family::Piv, algorithm));
        assert_eq!(card.certificates().signing, certificate.to_der().unwrap());
        for _ in 0..2 {
            verify(card.as_ref(), peer, "123456").unwrap();
            check_signature(card.as_ref(), peer);
        }
        assert_eq!(peer.pins, 2);
    });
}

fn check_signature(card: &dyn Card, peer: &mut Carrier<'_>) {
    let key = X509::from_der(&card.certificates().signing).unwrap().public_key().unwrap();
    let digest = match card.algorithm() {
        Algorithm::Es384 => Digest::Sha384(sha384(TEXT)),
        _ => Digest::Sha256(sha256(TEXT)),
    };
    let signature = card.sign(&mut Channel::new(peer), &digest).unwrap();
    let right = if card.algorithm() == Algorithm::Rs256 {
        let mut verifier = Verifier::new(MessageDigest::sha256(), &key).unwrap();
        verifier.verify_oneshot(&signature, TEXT).unwrap()
    } else {
        let (r, s) = signature.split_at(signature.len() / 2);
        let [r, s] = [r, s].map(|half| BigNum::from_slice(half).unwrap());
        let signature = EcdsaSig::from_private_components(r, s).unwrap();
        signature.verify(digest.as_bytes(), &key.ec_key().unwrap()).unwrap()
    };
    assert!(right);
}

fn read(peer: &mut Carrier<'_>) -> Box<dyn Card> {
    open(&mut Channel::new(peer), &[], &IssuerKeys::default()).ok().unwrap().card
}

fn verify(card: &dyn Card, peer: &mut Carrier<'_>, pin: &str) -> Result<(), CardError> {
    let pin = Pin::from_bytes(pin.as_bytes()).ok().unwrap();
    card.verify(&mut Channel::new(peer), &pin, LastTry::Risk, &mut |_| {})
}

fn tries_left(card: &dyn Card, peer: &mut Carrier<'_>) -> Option<u8> {
    card.tries_left(&mut Channel::new(peer)).unwrap()
}
