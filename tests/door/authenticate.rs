//! `POST /v1/authenticate`: the token, and the person and the PIN before it.

use ankong::session::consent::Gives;
use time::OffsetDateTime;
use virtual_card::issue::KeyKind;
use virtual_card::{CardImage, Profile};

use crate::support::cards::{
    ID_TAIL, NAME, PIN, expired_image, image_of, reader_with, verifier, verifier_for,
};
use crate::support::person::{Move, ScriptedPerson, Seen};
use crate::support::{self, Door, PORTAL, challenge};
use crate::{door, refused};

#[test]
fn an_agreed_request_gets_a_token_that_verifies() {
    let (door, trace) = door(&[Move::Pin(PIN)]);
    let challenge = challenge();
    let answer = door.authenticate(&challenge, Some(ID_TAIL));
    assert_eq!(answer.status, 200, "{answer:?}");
    assert!(answer.header.contains(&format!("access-control-allow-origin: {PORTAL}")));
    assert!(answer.header.contains("vary: origin"));
    assert_eq!(answer.json["chain"].as_array().unwrap().len(), 1);
    let token = answer.json["token"].to_string();
    let now = OffsetDateTime::now_utc();
    let person = verifier().verify(token.as_bytes(), &challenge, now).unwrap();
    let person = person.subject();
    assert_eq!((person.name.as_str(), person.last_four.as_deref()), (NAME, Some(ID_TAIL)));
    assert_eq!(trace.verifies(), 1);
    let question = Seen::Question {
        origin: PORTAL.into(),
        purpose: "升級為金質會員".into(),
        name: NAME.into(),
        gives: Gives::Identity,
        tries_left: None,
    };
    assert_eq!(door.person.seen(), [question, Seen::End(Ok(()))]);
}

#[test]
fn a_card_of_every_family_proves_who_holds_it() {
    for (profile, key, algorithm) in [
        (Profile::MoicaGen2, KeyKind::Rsa2048, "RS256"),
        (Profile::Iso7816Part15, KeyKind::Rsa2048, "RS256"),
        (Profile::Iso7816Part15, KeyKind::Rsa4096, "RS256"),
        (Profile::Iso7816Part15, KeyKind::P384, "ES384"),
        (Profile::Piv, KeyKind::Rsa2048, "RS256"),
        (Profile::Piv, KeyKind::P256, "ES256"),
    ] {
        let (reader, trace) = reader_with(&image_of(profile, key), &[]);
        let door = Door::open(reader, ScriptedPerson::new(&["000000", PIN].map(Move::Pin)));
        let challenge = challenge();
        let answer = door.authenticate(&challenge, Some(ID_TAIL));
        assert_eq!(answer.status, 200, "{profile:?}: {answer:?}");
        let token = &answer.json["token"];
        assert_eq!(token["algorithm"], algorithm, "{profile:?}");
        let now = OffsetDateTime::now_utc();
        verifier().verify(token.to_string().as_bytes(), &challenge, now).unwrap();
        assert!(door.person.seen().contains(&Seen::WrongPin(Some(2))), "{profile:?}");
        assert_eq!(trace.verifies(), 2, "{profile:?}: a PIN for each time it was typed");
    }
}

#[test]
fn the_last_try_of_a_card_that_counts_aloud_goes_only_with_a_yes_to_it() {
    for profile in [Profile::Piv, Profile::Iso7816Part15] {
        let image = CardImage { tries: 1, ..image_of(profile, KeyKind::P256) };
        let (reader, trace) = reader_with(&image, &[]);
        let door = Door::open(reader, ScriptedPerson::new(&[Move::Pin(PIN), Move::Decline]));
        assert_eq!(door.authenticate(&challenge(), None).code(), "user-declined");
        assert_eq!(door.person.seen()[1], Seen::NotSent(Some(1)), "{profile:?}");
        assert_eq!(trace.verifies(), 0, "{profile:?}");

        // The program does not forget it with the request.
        door.person.will(&[Move::PinOnLastTry(PIN)]);
        assert_eq!(door.authenticate(&challenge(), None).status, 200);
        let seen = door.person.seen();
        assert!(matches!(&seen[0], Seen::Question { tries_left: Some(1), .. }), "{seen:?}");
        assert_eq!(trace.verifies(), 1, "{profile:?}");
    }
}

#[test]
fn a_token_tampered_with_or_offered_elsewhere_is_refused() {
    let (door, _) = door(&[Move::Pin(PIN)]);
    let challenge = challenge();
    let token = door.authenticate(&challenge, None).json["token"].clone();
    let now = OffsetDateTime::now_utc();
    let verify = |token: &serde_json::Value, challenge: &str| {
        verifier().verify(token.to_string().as_bytes(), challenge, now)
    };
    assert!(verify(&token, &challenge).is_ok());
    assert!(verify(&token, &support::challenge()).is_err(), "another challenge");
    let elsewhere = verifier_for("https://localhost:8444");
    assert!(elsewhere.verify(token.to_string().as_bytes(), &challenge, now).is_err());

    let other = other_certificate();
    for (field, value) in [
        ("format", "web-eid:2.0"),
        ("algorithm", "ES256"),
        ("algorithm", "none"),
        ("unverifiedCertificate", other.as_str()),
        ("unverifiedCertificate", ""),
        ("signature", "AAAA"),
        ("signature", ""),
    ] {
        let mut tampered = token.clone();
        tampered[field] = value.into();
        assert!(verify(&tampered, &challenge).is_err(), "{field} = {value}");
    }
    for field in ["format", "algorithm", "unverifiedCertificate", "signature"] {
        let mut tampered = token.clone();
        tampered.as_object_mut().unwrap().remove(field);
        assert!(verify(&tampered, &challenge).is_err(), "no {field}");
        let mut flipped = token.clone();
        let mut text = token[field].as_str().unwrap().as_bytes().to_vec();
        let middle = text.len() / 2;
        text[middle] = if text[middle] == b'A' { b'B' } else { b'A' };
        flipped[field] = String::from_utf8(text).unwrap().into();
        assert!(verify(&flipped, &challenge).is_err(), "a changed {field}");
    }
}

/// Another cardholder's certificate under the same authority, base64.
fn other_certificate() -> String {
    let pem = expired_image().certificates.signature;
    let der = openssl::x509::X509::from_pem(pem.as_bytes()).unwrap().to_der().unwrap();
    openssl::base64::encode_block(&der)
}

#[test]
fn a_warm_authentication_takes_nine_commands() {
    let (door, trace) = door(&[Move::Pin(PIN), Move::Pin(PIN)]);
    assert_eq!(door.authenticate(&challenge(), None).status, 200);
    let cold = trace.commands().len();
    assert_eq!(door.authenticate(&challenge(), None).status, 200);
    assert_eq!(trace.commands().len() - cold, 9, "{:#?}", &trace.commands()[cold..]);
    assert!(cold <= 30, "{cold} commands from insertion to the first signature");
}

#[test]
fn a_wrong_pin_is_asked_for_again_with_the_tries_left() {
    let (door, trace) = door(&[Move::Pin("000000"), Move::Pin(PIN)]);
    assert_eq!(door.authenticate(&challenge(), None).status, 200);
    assert_eq!(trace.verifies(), 2);
    assert!(door.person.seen().contains(&Seen::WrongPin(Some(2))));
}

#[test]
fn the_last_try_needs_its_own_yes_and_a_blocked_card_is_said_to_be_so() {
    let moves = ["111111", "222222", "333333"].map(Move::Pin);
    let (door, trace) = door(&moves);
    door.person.will(&[Move::Decline]);
    // The third PIN comes without the yes: it is not sent, and the person declines then.
    refused(&door.authenticate(&challenge(), None), 403, "user-declined");
    assert_eq!(trace.verifies(), 2);
    door.person.seen();

    // The next question knows what the card said last.
    door.person.will(&[Move::PinOnLastTry("444444")]);
    refused(&door.authenticate(&challenge(), None), 403, "pin-blocked");
    assert_eq!(trace.verifies(), 3);
    let seen = door.person.seen();
    assert!(matches!(&seen[0], Seen::Question { tries_left: Some(1), .. }), "{seen:?}");
    assert_eq!(seen.last(), Some(&Seen::End(Err("pin-blocked"))));

    door.person.will(&[Move::Pin(PIN)]);
    refused(&door.authenticate(&challenge(), None), 403, "pin-blocked");
}

#[test]
fn an_id_that_is_not_the_cards_is_refused_after_consent_and_before_the_pin() {
    let (door, trace) = door(&[Move::Pin(PIN)]);
    refused(&door.authenticate(&challenge(), Some("0000")), 403, "id-mismatch");
    assert!(matches!(door.person.seen()[0], Seen::Question { .. }));
    assert_eq!(trace.verifies(), 0);
}

#[test]
fn a_person_may_decline_or_not_answer() {
    let (door, trace) = door(&[Move::Decline, Move::LetTimePass]);
    refused(&door.authenticate(&challenge(), None), 403, "user-declined");
    refused(&door.authenticate(&challenge(), None), 504, "timed-out");
    assert_eq!(trace.verifies(), 0);
}
