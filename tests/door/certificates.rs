//! `POST /v1/certificates`: a yes, no PIN, and no command to the card.

use std::sync::{Arc, Mutex};

use ankong::reader::InProcess;
use ankong::session::Refusal;
use ankong::session::cards::{CardInUse, Cards, Inserted};
use ankong::session::consent::Gives;
use ankong_card::CardError;
use ankong_card::moica::IssuerKeys;
use openssl::x509::X509;
use serde_json::json;
use virtual_card::Profile;
use virtual_card::issue::KeyKind;

use crate::support::cards::{NAME, PIN, expired_image, image_of, reader_with, traced};
use crate::support::person::{Move, ScriptedPerson, Seen};
use crate::support::{CERTIFICATES, Door, PORTAL, bytes_of, challenge};
use crate::{door, eventually, refused};

#[test]
fn a_card_of_every_family_gives_its_certificates_with_a_yes_and_no_command() {
    for (profile, key) in [
        (Profile::MoicaGen1, KeyKind::Rsa2048),
        (Profile::MoicaGen2, KeyKind::Rsa2048),
        (Profile::Iso7816Part15, KeyKind::P384),
        (Profile::Piv, KeyKind::P256),
    ] {
        let image = image_of(profile, key);
        let (reader, trace) = reader_with(&image, &[]);
        let door = Door::open(reader, ScriptedPerson::new(&[Move::Agree]));
        let read = trace.commands().len();
        let answer = door.call(CERTIFICATES, &json!({ "purpose": "登記憑證" }));
        assert_eq!(answer.status, 200, "{profile:?}: {answer:?}");
        assert_eq!(trace.commands().len(), read, "{profile:?}");
        let on_card = X509::from_pem(image.certificates.signature.as_bytes()).unwrap();
        assert_eq!(bytes_of(&answer.json["signing"]), on_card.to_der().unwrap());
        let chain = answer.json["chain"].as_array().unwrap();
        assert_eq!(chain.is_empty(), profile == Profile::Piv, "it has no place for an issuer");
        for issuer in chain {
            let issuer = X509::from_der(&bytes_of(issuer)).unwrap();
            assert!(on_card.verify(&issuer.public_key().unwrap()).unwrap(), "{profile:?}");
        }
        let question = Seen::Question {
            origin: PORTAL.into(),
            purpose: "登記憑證".into(),
            name: NAME.into(),
            gives: Gives::Certificates,
            tries_left: None,
        };
        assert_eq!(door.person.seen(), [question, Seen::End(Ok(()))]);
    }
}

#[test]
fn whoever_declines_gives_nothing_and_whoever_agrees_has_approved_the_origin() {
    let (door, trace) = door(&[Move::Decline, Move::LetTimePass, Move::Agree]);
    let ask = || door.call(CERTIFICATES, &json!({ "purpose": "登記憑證" }));
    let state = || door.get("/v1/status", PORTAL).json["state"].clone();
    let answer = ask();
    refused(&answer, 403, "user-declined");
    assert!(answer.json.get("signing").is_none());
    refused(&ask(), 504, "timed-out");
    assert_eq!(state(), "running");
    assert_eq!(ask().status, 200);
    assert_eq!(state(), "card-ready");
    assert_eq!(trace.verifies(), 0);
}

#[test]
fn a_pin_that_nobody_asked_for_is_not_taken() {
    let (door, trace) = door(&[Move::Pin(PIN)]);
    refused(&door.call(CERTIFICATES, &json!({ "purpose": "x" })), 500, "internal");
    assert_eq!(trace.verifies(), 0);
}

#[test]
fn a_card_that_only_signs_elsewhere_gives_its_certificates_and_an_expired_one_does_not() {
    let reader = InProcess::new(IssuerKeys::default());
    reader.insert(traced(&crate::support::cards::image(), &[]).0).unwrap();
    let door = Door::open(Arc::new(reader), ScriptedPerson::new(&[Move::Agree]));
    assert_eq!(door.call(CERTIFICATES, &json!({ "purpose": "x" })).status, 200);

    let (reader, _) = reader_with(&expired_image(), &[]);
    let door = Door::open(reader, ScriptedPerson::new(&[]));
    refused(&door.call(CERTIFICATES, &json!({ "purpose": "x" })), 503, "certificate-expired");
    assert_eq!(door.person.seen(), [Seen::Told("certificate-expired")]);
}

#[test]
fn a_faulty_body_names_its_fault_and_opens_no_window() {
    let (door, _) = door(&[]);
    for (body, fault) in [
        (json!({}), "JSON"),
        (json!({ "purpose": "" }), "purpose"),
        (json!({ "purpose": "x", "pin": "123456" }), "JSON"),
        (json!({ "purpose": "x", "challenge": challenge() }), "JSON"),
    ] {
        let answer = door.call(CERTIFICATES, &body);
        refused(&answer, 400, "bad-request");
        assert!(answer.json["title"].as_str().unwrap().contains(fault), "{answer:?}");
    }
    assert_eq!(door.person.seen(), []);
}

#[test]
fn a_card_that_was_exchanged_while_the_person_thought_is_not_given_away() {
    /// The holder was asked about the first; the second is of somebody else.
    struct Exchanged([Arc<InProcess>; 2], Mutex<usize>);
    impl Cards for Exchanged {
        fn inserted(&self) -> Result<Inserted, Refusal> {
            let mut asked = self.1.lock().unwrap();
            *asked += 1;
            let inserted = self.0[usize::from(*asked > 1)].inserted()?;
            Ok(Inserted { insertion: *asked as u64, ..inserted })
        }
        fn insertions(&self) -> u64 {
            0
        }
        fn transact(
            &self,
            _: &Inserted,
            _: &mut dyn FnMut(&mut dyn CardInUse),
        ) -> Result<(), CardError> {
            panic!("no card is used");
        }
    }
    let readers =
        [reader_with(&crate::support::cards::image(), &[]).0, reader_with(&expired_image(), &[]).0];
    let cards = Exchanged(readers, Mutex::default());
    let door = Door::open(Arc::new(cards), ScriptedPerson::new(&[Move::Agree]));
    refused(&door.call(CERTIFICATES, &json!({ "purpose": "x" })), 503, "card-removed");
    assert!(door.person.seen().contains(&Seen::End(Err("card-removed"))));
}

#[test]
fn a_page_that_goes_away_takes_the_question_with_it() {
    let (door, _) = door(&[Move::Wait]);
    let body = json!({ "purpose": "登記憑證" });
    let (head, body) = door.caller.post_text(PORTAL, CERTIFICATES, &body, "en");
    let mut page = door.caller.connect().unwrap();
    std::io::Write::write_all(&mut page, format!("{head}\r\n\r\n{body}").as_bytes()).unwrap();
    door.person.wait_until_asked();
    refused(&door.call(CERTIFICATES, &json!({ "purpose": "x" })), 409, "busy");
    drop(page);
    eventually(|| door.person.seen().contains(&Seen::End(Err("cancelled"))));
}
