//! Several cards: the person chooses, and everything after that is about the chosen one.

use std::sync::Arc;

use ankong::reader::InProcess;
use serde_json::json;
use time::{Duration, OffsetDateTime};
use virtual_card::issue::{Ca, CardholderRequest, KeyKind};
use virtual_card::{CardImage, Profile};

use crate::refused;
use crate::support::cards::{
    AUTHORITY, ID_TAIL, NAME, PIN, Trace, expired_image, image, keys, traced, verifier,
};
use crate::support::person::{Move, ScriptedPerson, Seen};
use crate::support::readers::Readers;
use crate::support::{CERTIFICATES, Door, bytes_of, challenge};

const OTHER_NAME: &str = "陳美玲";
const OTHER_PIN: &str = "246802";
const OTHER_TAIL: &str = "3158";

fn others_image() -> CardImage {
    let now = OffsetDateTime::now_utc();
    let request = CardholderRequest {
        name: OTHER_NAME.to_owned(),
        national_id: "B120863158".parse().unwrap(),
        pin: OTHER_PIN.try_into().ok().unwrap(),
        profile: Profile::Piv,
        key: KeyKind::P256,
        ca: Ca::G3,
        not_before: now - Duration::days(30),
        not_after: now + Duration::days(365),
    };
    AUTHORITY.issue(&request).unwrap()
}

/// A door with these cards in readers side by side.
fn door_with(images: &[CardImage], moves: &[Move]) -> (Door, Vec<Trace>) {
    let mut traces = Vec::new();
    let reader = |image| {
        let (card, trace) = traced(image, &[]);
        traces.push(trace);
        let reader = InProcess::new(keys());
        reader.insert(card).unwrap();
        reader
    };
    let readers = Readers(images.iter().map(reader).collect());
    (Door::open(Arc::new(readers), ScriptedPerson::new(moves)), traces)
}

#[test]
fn the_person_chooses_a_card_and_the_other_one_is_not_touched() {
    let moves = [Move::PinWithCard(1, "111111"), Move::PinWithCard(1, OTHER_PIN)];
    let (door, traces) = door_with(&[image(), others_image()], &moves);
    let read: Vec<usize> = traces.iter().map(|trace| trace.commands().len()).collect();
    let challenge = challenge();
    let answer = door.authenticate(&challenge, Some(OTHER_TAIL));
    assert_eq!(answer.status, 200, "{answer:?}");
    let token = answer.json["token"].to_string();
    let verified = verifier().verify(token.as_bytes(), &challenge, OffsetDateTime::now_utc());
    assert_eq!(verified.unwrap().subject().name, OTHER_NAME);
    let seen = door.person.seen();
    assert!(matches!(&seen[0], Seen::Question { name, .. } if name == NAME), "{seen:?}");
    assert_eq!(seen[1], Seen::Others(vec![OTHER_NAME.into()]));
    assert_eq!(seen[2..], [Seen::WrongPin(Some(2)), Seen::End(Ok(()))]);
    assert_eq!(traces[0].commands().len(), read[0], "the card that was not chosen");
    assert_eq!(traces[1].verifies(), 2);
}

#[test]
fn the_id_and_the_tries_are_those_of_the_chosen_card() {
    let both = [image(), others_image()];
    let (door, traces) = door_with(&both, &[Move::PinWithCard(1, OTHER_PIN)]);
    refused(&door.authenticate(&challenge(), Some(ID_TAIL)), 403, "id-mismatch");
    assert_eq!(traces[1].verifies(), 0);

    // Two tries of the second card are spent: with the third, a yes of its own is needed.
    let spent = ["111111", "222222"].map(|pin| Move::PinWithCard(1, pin));
    door.person.will(&spent);
    door.person.will(&[Move::PinWithCard(1, OTHER_PIN), Move::Decline]);
    refused(&door.authenticate(&challenge(), None), 403, "user-declined");
    let seen = door.person.seen();
    assert!(seen.contains(&Seen::NotSent(Some(1))), "{seen:?}");
    assert_eq!((traces[0].verifies(), traces[1].verifies()), (0, 2));
    door.person.will(&[Move::PinWithCard(0, PIN)]);
    assert_eq!(door.authenticate(&challenge(), Some(ID_TAIL)).status, 200);
}

#[test]
fn a_card_that_got_a_pin_is_not_left_for_another_one() {
    let moves = [Move::PinWithCard(0, "111111"), Move::PinWithCard(1, OTHER_PIN)];
    let (door, traces) = door_with(&[image(), others_image()], &moves);
    refused(&door.authenticate(&challenge(), None), 500, "internal");
    assert_eq!((traces[0].verifies(), traces[1].verifies()), (1, 0));
}

#[test]
fn a_card_that_cannot_do_it_is_no_choice_and_stands_in_nobodys_way() {
    let (door, traces) = door_with(&[expired_image(), others_image()], &[Move::Pin(OTHER_PIN)]);
    assert_eq!(door.authenticate(&challenge(), None).status, 200);
    let seen = door.person.seen();
    assert!(matches!(&seen[0], Seen::Question { name, .. } if name == OTHER_NAME), "{seen:?}");
    assert_eq!((seen.len(), traces[0].verifies()), (2, 0));
}

#[test]
fn the_certificate_given_away_is_that_of_the_chosen_card() {
    let (door, _) = door_with(&[image(), others_image()], &[Move::AgreeWithCard(1)]);
    let answer = door.call(CERTIFICATES, &json!({ "purpose": "登記憑證" }));
    assert_eq!(answer.status, 200, "{answer:?}");
    let given = openssl::x509::X509::from_der(&bytes_of(&answer.json["signing"])).unwrap();
    let name = given.subject_name().entries_by_nid(openssl::nid::Nid::COMMONNAME).next().unwrap();
    assert_eq!(name.data().to_string().unwrap(), OTHER_NAME);
}
