//! The driver against written exchanges and against cards that answer anything.

use proptest::prelude::*;

use super::*;
use crate::transcript::Transcript;
use crate::{Transport, TransportError};

/// What `open` makes of an exchange: whether it took the card, or why not.
fn opened(script: &str) -> Result<bool, String> {
    let mut transcript = Transcript::parse(script);
    let result = open(&mut Channel::new(&mut transcript));
    transcript.assert_finished();
    result.map(|card| card.is_some()).map_err(|error| error.to_string())
}

#[test]
fn a_card_without_the_interindustry_class_is_asked_once() {
    let script = include_str!("../../tests/data/iso7816-15-class.txt");
    assert_eq!(opened(script), Ok(false));
}

#[test]
fn a_card_whose_ef_dir_names_an_application_that_is_not_there_is_declined() {
    let script = include_str!("../../tests/data/iso7816-15-not-there.txt");
    assert_eq!(opened(script), Ok(false));
}

#[test]
fn a_card_that_takes_no_paths_is_asked_step_by_step_and_ef_dir_is_read_by_records() {
    let script = include_str!("../../tests/data/iso7816-15-stepwise.txt");
    assert_eq!(opened(script), Err("the card's signature certificate cannot be read".to_owned()));
}

#[test]
fn a_card_pulled_while_it_is_read_is_no_foreign_card() {
    let script = include_str!("../../tests/data/iso7816-15-pulled.txt");
    assert_eq!(opened(script), Err("the card was removed".to_owned()));
}

fn card(password_directory: Option<&[u8]>) -> Iso7816Part15 {
    let certificate = include_bytes!("../../tests/data/iso7816-15-certificate.der").to_vec();
    let list = crate::transcript::hex(include_str!("../../tests/data/iso7816-15-aod.hex"));
    let mut password = password::records(&list).unwrap().remove(0);
    password.directory = password_directory.map(<[u8]>::to_vec);
    let key = private_key::KeyRecord {
        id: vec![1],
        password: None,
        reference: Some(0x82),
        algorithms: Vec::new(),
    };
    let key_kind = signing::KeyKind::of_certificate(&certificate).unwrap();
    Iso7816Part15 {
        extended: false,
        application: Application::new(application::Selector::Path(vec![0x3F, 0, 0x50, 0x15])),
        location: certificates::Location { path: vec![0x43, 0x04], offset: 0, short: Some(4) },
        algorithm: key_kind.algorithm(),
        certificates: Certificates { signing: certificate, issuers: Vec::new() },
        means: Signer::new(&key, key_kind, &[]).map(|signer| Means { password, signer }),
    }
}

#[test]
fn a_signature_in_der_is_put_side_by_side() {
    let script = "> 00 22 41 B6 03 84 01 82\n< 90 00\n> 00 2A 9E 9A 20 ".to_owned()
        + &"11 ".repeat(32)
        + "00\n< 30 07 02 01 05 02 02 00 80 90 00";
    let mut transcript = Transcript::parse(&script);
    let digest = Digest::Sha256([0x11; 32]);
    let signature = card(None).sign(&mut Channel::new(&mut transcript), &digest).unwrap();
    let mut expected = [0; 64];
    (expected[31], expected[63]) = (0x05, 0x80);
    assert_eq!(signature, expected);
}

/// Answers whatever it is given, and counts PINs.
struct Hostile {
    answers: std::vec::IntoIter<Vec<u8>>,
    pins: usize,
    commands: usize,
}

impl Transport for Hostile {
    fn transmit(&mut self, command: &[u8]) -> Result<Vec<u8>, TransportError> {
        self.commands += 1;
        self.pins += usize::from(command.get(1) == Some(&0x20) && command.len() > 5);
        self.answers.next().ok_or(TransportError::Removed)
    }
}

/// Answers that get through to something: statuses cards give, and data shaped like files.
fn answer() -> impl Strategy<Value = Vec<u8>> {
    let status = prop_oneof![
        8 => Just([0x90, 0x00]),
        1 => Just([0x62, 0x82]),
        1 => Just([0x6A, 0x82]),
        1 => Just([0x6A, 0x86]),
        1 => Just([0x67, 0x00]),
        1 => Just([0x61, 0x10]),
        1 => Just([0x6C, 0x05]),
        1 => any::<[u8; 2]>(),
    ];
    let lists = [
        include_str!("../../tests/data/iso7816-15-prkd.hex"),
        include_str!("../../tests/data/iso7816-15-aod.hex"),
        include_str!("../../tests/data/iso7816-15-od.hex"),
    ]
    .map(crate::transcript::hex);
    let certificate = include_bytes!("../../tests/data/iso7816-15-certificate.der").to_vec();
    let data = prop_oneof![
        3 => any::<Vec<u8>>(),
        2 => prop::sample::select(lists.to_vec()),
        1 => Just(certificate),
        1 => Just(Vec::new()),
        1 => Just(vec![0x62, 0x09, 0x80, 0x02, 0x01, 0x00, 0x88, 0x01, 0x20, 0x82, 0x00]),
    ];
    (data, status).prop_map(|(mut data, status)| {
        data.extend(status);
        data
    })
}

fn hostile(answers: Vec<Vec<u8>>) -> Hostile {
    Hostile { answers: answers.into_iter(), pins: 0, commands: 0 }
}

proptest! {
    #[test]
    fn no_answers_make_reading_panic_or_send_a_pin(
        answers in prop::collection::vec(answer(), 0..60),
    ) {
        let mut hostile = hostile(answers);
        let _ = open(&mut Channel::new(&mut hostile));
        prop_assert_eq!(hostile.pins, 0);
    }

    #[test]
    fn no_answers_make_the_pin_go_out_twice(
        answers in prop::collection::vec(answer(), 0..20),
        elsewhere: bool,
    ) {
        let card = card(elsewhere.then_some(&[0x3F, 0x00, 0x50, 0x16]));
        let mut hostile = hostile(answers);
        let mut channel = Channel::new(&mut hostile);
        let pin = Pin::from_bytes(b"123456").ok().unwrap();
        let verified = card.verify(&mut channel, &pin, LastTry::Keep, &mut |_| ());
        let _ = card.sign(&mut channel, &Digest::Sha256([0; 32]));
        let _ = card.tries_left(&mut channel);
        prop_assert!(hostile.pins <= 1);
        prop_assert!(verified.is_err() || hostile.pins == 1);
    }

    #[test]
    fn a_card_that_never_stops_answering_is_given_up(answer in answer()) {
        let mut hostile = hostile(vec![answer; 5000]);
        let _ = open(&mut Channel::new(&mut hostile));
        prop_assert!(hostile.commands < 5000, "{} commands", hostile.commands);
    }
}
