//! The native door from outside, with a card in process and a scripted person: what a site gets
//! for every good and bad request, and how many PIN tries it cost.
#![allow(
    clippy::unwrap_used,
    clippy::panic,
    clippy::indexing_slicing,
    reason = "a failing test may panic"
)]

mod support;

use std::sync::atomic::{AtomicUsize, Ordering};
use std::sync::mpsc::{Receiver, Sender, channel};
use std::sync::{Arc, Mutex};

use ankong::reader::InProcess;
use ankong::session::Refusal;
use ankong::session::cards::{CardInUse, Cards, Inserted};
use ankong_card::CardError;
use ankong_card::moica::IssuerKeys;
use ankong_stage::Answer;
use serde_json::json;
use support::cards::{
    ForeignCard, ID_TAIL, NAME, PIN, Trace, expired_image, image, image_of, keys, reader_with,
    traced, verifier, verifier_for,
};
use support::person::{Move, ScriptedPerson, Seen};
use support::{AUTHENTICATE, Door, PORTAL, authentication, challenge};
use time::OffsetDateTime;
use virtual_card::issue::KeyKind;
use virtual_card::{CardImage, Profile};

fn door(moves: &[Move]) -> (Door, Trace) {
    door_with(&[], moves)
}

fn door_with(faults: &[&str], moves: &[Move]) -> (Door, Trace) {
    let (reader, trace) = reader_with(&image(), faults);
    let mut door = Door::open(reader.clone(), ScriptedPerson::new(moves));
    door.reader = Some(reader);
    (door, trace)
}

fn refused(answer: &Answer, status: u16, code: &str) {
    assert_eq!((answer.status, answer.code()), (status, code), "{answer:?}");
    assert!(answer.header.contains("content-type: application/problem+json"), "{answer:?}");
    assert!(!answer.json["detail"].as_str().unwrap().is_empty());
    assert!(answer.json.get("token").is_none());
}

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
    assert_eq!((person.name.as_str(), person.last_four.as_deref()), (NAME, Some(ID_TAIL)));
    assert_eq!(trace.verifies(), 1);
    let question = Seen::Question {
        origin: PORTAL.into(),
        purpose: "升級為金質會員".into(),
        name: NAME.into(),
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
        if algorithm == "RS256" {
            let now = OffsetDateTime::now_utc();
            verifier().verify(token.to_string().as_bytes(), &challenge, now).unwrap();
        }
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

#[test]
fn a_card_pulled_between_pin_and_signature_costs_one_verify_and_no_second() {
    let (door, trace) = door_with(&["pull-after=20:1"], &[Move::Pin(PIN)]);
    refused(&door.authenticate(&challenge(), None), 503, "card-removed");
    assert_eq!(trace.verifies(), 1);
    refused(&door.authenticate(&challenge(), None), 503, "no-card");
    assert_eq!(trace.verifies(), 1);
}

#[test]
fn a_lost_verdict_is_counted_as_the_worst() {
    let (door, trace) = door_with(&["pull-during=20:2"], &["111111", "222222"].map(Move::Pin));
    // The second PIN reaches the card, its verdict does not reach us.
    refused(&door.authenticate(&challenge(), None), 503, "card-removed");
    assert_eq!(trace.verifies(), 2);
    let reader = door.reader.clone().unwrap();
    reader.insert(traced(&image(), &[]).0).unwrap();
    door.person.seen();
    door.person.will(&[Move::Decline]);
    refused(&door.authenticate(&challenge(), None), 403, "user-declined");
    let seen = door.person.seen();
    assert!(matches!(&seen[0], Seen::Question { tries_left: Some(1), .. }), "{seen:?}");
}

#[test]
fn a_page_that_goes_away_while_the_card_is_waited_for_costs_nothing() {
    let (reader, trace) = reader_with(&image(), &[]);
    struct Slow(Arc<InProcess>, Mutex<Option<Sender<()>>>, Mutex<Receiver<()>>);
    impl Cards for Slow {
        fn inserted(&self) -> Result<Inserted, Refusal> {
            self.0.inserted()
        }
        fn insertions(&self) -> u64 {
            self.0.insertions()
        }
        fn transact(
            &self,
            inserted: &Inserted,
            work: &mut dyn FnMut(&mut dyn CardInUse),
        ) -> Result<(), CardError> {
            drop(self.1.lock().unwrap().take()); // somebody else holds the card
            let _ = self.2.lock().unwrap().recv();
            self.0.transact(inserted, work)
        }
    }
    let ((waits, waiting), (let_go, free)) = (channel(), channel());
    let cards = Slow(reader, Mutex::new(Some(waits)), Mutex::new(free));
    let door = Door::open(Arc::new(cards), ScriptedPerson::new(&[Move::Pin(PIN)]));
    let body = authentication(&challenge(), None);
    let (head, body) = door.caller.post_text(PORTAL, AUTHENTICATE, &body, "en");
    let mut page = door.caller.connect().unwrap();
    std::io::Write::write_all(&mut page, format!("{head}\r\n\r\n{body}").as_bytes()).unwrap();
    let _ = waiting.recv();
    drop(page);
    std::thread::sleep(std::time::Duration::from_millis(500));
    drop(let_go);
    eventually(|| door.person.seen().contains(&Seen::End(Err("cancelled"))));
    assert_eq!(trace.verifies(), 0);
}

#[test]
fn slow_senders_do_not_keep_others_out() {
    let (door, _) = door(&[]);
    let body = authentication(&challenge(), None);
    let (head, _) = door.caller.post_text(PORTAL, AUTHENTICATE, &body, "en");
    let slow: Vec<_> = (0..70)
        .map(|_| {
            let mut stream = door.caller.connect().unwrap();
            let part = format!("{head}\r\n\r\n{{");
            std::io::Write::write_all(&mut stream, part.as_bytes()).unwrap();
            stream
        })
        .collect();
    assert_eq!(door.get("/v1/status", PORTAL).status, 200);
    drop(slow);
}

#[test]
fn another_card_in_the_reader_never_gets_the_pin() {
    let (first, _) = traced(&image(), &[]);
    let (second, trace) = traced(&expired_image(), &[]);
    /// Two cards in one reader's place: the swap makes no event.
    struct Swapped([support::cards::BoxedCard; 2], Arc<AtomicUsize>);
    impl virtual_card::Card for Swapped {
        fn atr(&self) -> &[u8] {
            self.0[0].atr()
        }
        fn reset(&mut self) {
            self.0[self.1.load(Ordering::Relaxed)].reset();
        }
        fn answer(&mut self, apdu: &[u8]) -> Option<Vec<u8>> {
            self.0[self.1.load(Ordering::Relaxed)].answer(apdu)
        }
    }
    /// It happens while the person types.
    struct Swapping(InProcess, Arc<AtomicUsize>);
    impl Cards for Swapping {
        fn inserted(&self) -> Result<Inserted, Refusal> {
            self.0.inserted()
        }
        fn insertions(&self) -> u64 {
            self.0.insertions()
        }
        fn transact(
            &self,
            inserted: &Inserted,
            work: &mut dyn FnMut(&mut dyn CardInUse),
        ) -> Result<(), CardError> {
            self.1.store(1, Ordering::Relaxed);
            self.0.transact(inserted, work)
        }
    }
    let there = Arc::new(AtomicUsize::new(0));
    let reader = InProcess::new(keys());
    reader.insert(Box::new(Swapped([first, second], Arc::clone(&there)))).unwrap();
    let cards = Swapping(reader, there);
    let door = Door::open(Arc::new(cards), ScriptedPerson::new(&[Move::Pin(PIN)]));
    refused(&door.authenticate(&challenge(), None), 503, "card-removed");
    assert_eq!(trace.verifies(), 0);
}

#[test]
fn an_expired_card_and_one_without_issuer_keys_are_told_without_asking_for_a_pin() {
    let (reader, trace) = reader_with(&expired_image(), &[]);
    let door = Door::open(reader, ScriptedPerson::new(&[]));
    refused(&door.authenticate(&challenge(), None), 503, "certificate-expired");
    assert_eq!(door.person.seen(), [Seen::Told("certificate-expired")]);
    assert_eq!(trace.verifies(), 0);

    let reader = InProcess::new(IssuerKeys::default());
    reader.insert(traced(&image(), &[]).0).unwrap();
    let door = Door::open(Arc::new(reader), ScriptedPerson::new(&[]));
    refused(&door.authenticate(&challenge(), None), 503, "no-signing-module");
}

#[test]
fn an_empty_reader_and_a_foreign_card_have_codes_of_their_own() {
    let reader = Arc::new(InProcess::new(keys()));
    let door = Door::open(reader.clone(), ScriptedPerson::new(&[]));
    refused(&door.authenticate(&challenge(), None), 503, "no-card");
    assert!(reader.insert(Box::new(ForeignCard)).is_err());
    refused(&door.authenticate(&challenge(), None), 503, "unsupported-card");
}

#[test]
fn without_a_window_nothing_is_sent_to_the_card() {
    let (reader, trace) = reader_with(&image(), &[]);
    let door = Door::open(reader, ScriptedPerson::absent());
    refused(&door.authenticate(&challenge(), None), 503, "no-window");
    assert_eq!(trace.verifies(), 0);
}

#[test]
fn a_second_request_is_told_busy_and_the_first_ends_when_its_page_goes_away() {
    let (door, trace) = door(&[Move::Wait]);
    let body = authentication(&challenge(), None);
    let (head, body) = door.caller.post_text(PORTAL, AUTHENTICATE, &body, "en");
    let mut page = door.caller.connect().unwrap();
    std::io::Write::write_all(&mut page, format!("{head}\r\n\r\n{body}").as_bytes()).unwrap();
    door.person.wait_until_asked();
    refused(&door.authenticate(&challenge(), None), 409, "busy");
    drop(page);
    eventually(|| door.person.seen().contains(&Seen::End(Err("cancelled"))));
    assert_eq!(trace.verifies(), 0);
    door.person.will(&[Move::Pin(PIN)]);
    assert_eq!(door.authenticate(&challenge(), None).status, 200);
}

fn eventually(mut holds: impl FnMut() -> bool) {
    let patience = std::time::Duration::from_secs(10);
    ankong_stage::eventually("the ending", patience, || Ok(holds().then_some(()))).unwrap();
}

#[test]
fn the_status_tells_an_unapproved_origin_that_the_program_runs_and_no_more() {
    let (door, _) = door(&[Move::Pin(PIN)]);
    let state = || door.get("/v1/status", PORTAL).json["state"].clone();
    assert_eq!(state(), "running");
    assert_eq!(door.authenticate(&challenge(), None).status, 200);
    assert_eq!(state(), "card-ready");
    let own = format!("https://localhost:{}", door.caller.port());
    let status = door.get("/v1/status", &own).json;
    assert_eq!((&status["service"], &status["protocol"]), (&json!("ankong"), &json!(1)));
    let body = authentication(&challenge(), None);
    let answer = door.post(&own, &body, "en");
    refused(&answer, 403, "origin-not-allowed");
}

#[test]
fn an_unlisted_origin_learns_nothing_and_opens_no_window() {
    let (door, trace) = door(&[]);
    let body = authentication(&challenge(), None);
    for origin in ["https://evil.example", "null", "http://localhost:8443", "https://localhost"] {
        for answer in [
            door.get("/v1/status", origin),
            door.get("/nothing", origin),
            door.post(origin, &body, "en"),
        ] {
            refused(&answer, 403, "origin-not-allowed");
            assert!(!answer.header.contains("access-control"), "{answer:?}");
        }
    }
    assert_eq!((door.person.seen().len(), trace.verifies()), (0, 0));
}

#[test]
fn a_forged_host_is_misdirected() {
    let (door, _) = door(&[]);
    for host in ["evil.example", "localhost", "localhost:1", "127.0.0.2"] {
        let head = format!("GET /v1/status HTTP/1.1\r\nHost: {host}\r\nOrigin: {PORTAL}");
        let answer = door.caller.raw(&head, "").unwrap();
        refused(&answer, 421, "bad-request");
        assert!(!answer.header.contains("access-control"), "{answer:?}");
    }
}

#[test]
fn a_preflight_is_answered_for_an_allowed_origin_only() {
    let (door, _) = door(&[]);
    let port = door.caller.port();
    let preflight = |origin: &str| {
        let head = format!(
            "OPTIONS /v1/authenticate HTTP/1.1\r\nHost: localhost:{port}\r\nOrigin: {origin}\r\n\
             Access-Control-Request-Method: POST\r\nAccess-Control-Request-Headers: content-type"
        );
        door.caller.raw(&head, "").unwrap()
    };
    let answer = preflight(PORTAL);
    assert_eq!(answer.status, 204);
    assert!(answer.header.contains("access-control-allow-methods: get, post"), "{answer:?}");
    let answer = preflight("https://evil.example");
    assert_eq!(answer.status, 403);
    assert!(!answer.header.contains("access-control"), "{answer:?}");
}

#[test]
fn a_faulty_body_names_its_fault_and_opens_no_window() {
    let (door, _) = door(&[]);
    let good = authentication(&challenge(), None);
    let with = |field: &str, value: serde_json::Value| {
        let mut body = good.clone();
        body[field] = value;
        body
    };
    for (body, fault) in [
        (with("challenge", json!("short")), "challenge"),
        (with("challenge", json!(7)), "JSON"),
        (with("purpose", json!("")), "purpose"),
        (with("idTail", json!("12")), "idTail"),
        (with("pin", json!("123456")), "JSON"),
        (json!({}), "JSON"),
        (json!([1]), "JSON"),
    ] {
        let answer = door.post(PORTAL, &body, "en");
        refused(&answer, 400, "bad-request");
        let title = answer.json["title"].as_str().unwrap();
        assert!(title.contains(fault), "{title} does not name {fault}");
    }
    let (head, body) = door.caller.post_text(PORTAL, AUTHENTICATE, &good, "en");
    let form = head.replace("application/json", "text/plain");
    refused(&door.caller.raw(&form, &body).unwrap(), 400, "bad-request");
    assert_eq!(door.get("/v1/authenticate", PORTAL).status, 404);
    assert_eq!(door.person.seen(), []);
}

#[test]
fn a_large_body_is_refused_and_nothing_reflects_what_was_sent() {
    let (door, _) = door(&[]);
    let body = json!({ "challenge": "x".repeat(2 << 20) });
    let answer = door.post(PORTAL, &body, "en");
    refused(&answer, 413, "too-large");
    let answer = door.get("/v1/%3Cscript%3Ealert(1)%3C/script%3E", PORTAL);
    assert_eq!(answer.status, 404);
    assert!(!format!("{answer:?}").contains("script"));
}

#[test]
fn people_are_told_in_the_browsers_language() {
    let reader = Arc::new(InProcess::new(keys()));
    let door = Door::open(reader, ScriptedPerson::new(&[]));
    let body = authentication(&challenge(), None);
    let detail = |language| {
        let answer = door.post(PORTAL, &body, language);
        answer.json["detail"].as_str().unwrap().to_owned()
    };
    assert_eq!(detail("zh-TW,zh;q=0.9"), "讀卡機裡沒有卡片。");
    assert_eq!(detail("en-US,en;q=0.9"), "There is no card in the reader.");
}
