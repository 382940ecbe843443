//! The driver against written exchanges, and against cards that answer wrongly on purpose.

use proptest::prelude::*;

use super::*;
use crate::transcript::Transcript;
use crate::{Transport, TransportError};

#[test]
fn a_packed_certificate_of_the_signature_key_is_taken_when_the_other_key_does_not_sign() {
    let mut exchange = Transcript::parse(include_str!("../../tests/data/piv-9c-packed.txt"));
    let card = read(&mut exchange).unwrap().unwrap();
    assert_eq!(card.algorithm(), Algorithm::Es256);
    assert!(card.certificates().signing.starts_with(&[0x30, 0x82]));
    verify(card.as_ref(), &mut exchange).unwrap();
    let digest = Digest::Sha256([0xAB; 32]);
    let signature = card.sign(&mut Channel::new(&mut exchange), &digest).unwrap();
    let mut expected = [0; 64];
    (expected[31], expected[63]) = (0x05, 0x80);
    assert_eq!(signature, expected);
    exchange.assert_finished();
}

#[test]
fn another_card_gets_no_pin() {
    for script in [
        include_str!("../../tests/data/piv-swapped.txt"),
        include_str!("../../tests/data/piv-swapped-for-no-piv.txt"),
    ] {
        let mut exchange = Transcript::parse(script);
        let card = read(&mut exchange).unwrap().unwrap();
        let error = verify(card.as_ref(), &mut exchange).unwrap_err();
        assert!(matches!(error, CardError::AnotherCard));
        exchange.assert_finished();
    }
}

#[test]
fn a_card_that_was_reset_is_selected_again_and_the_last_try_blocks_it() {
    let mut exchange = Transcript::parse(include_str!("../../tests/data/piv-t0-reset.txt"));
    let card = read(&mut exchange).unwrap().unwrap();
    let error = verify(card.as_ref(), &mut exchange).unwrap_err();
    assert!(matches!(error, CardError::PinBlocked));
    exchange.assert_finished();
}

#[test]
fn a_card_without_certificates_is_known_and_no_use() {
    let mut exchange = Transcript::parse(include_str!("../../tests/data/piv-no-certificate.txt"));
    let error = read(&mut exchange).err().unwrap();
    assert!(matches!(error, CardError::Malformed("signature certificate")));
    exchange.assert_finished();
}

#[test]
fn a_card_that_says_yes_to_any_name_is_none_of_these() {
    for answer in ["6A 82", "90 00", "6F 02 84 00 90 00", "61 80 90 00"] {
        let script = format!("> 00 A4 04 00 09 A0 00 00 03 08 00 00 10 00 00\n< {answer}");
        let mut exchange = Transcript::parse(&script);
        assert!(read(&mut exchange).unwrap().is_none(), "{answer}");
        exchange.assert_finished();
    }
}

#[test]
fn a_pin_too_short_or_too_long_is_not_sent() {
    let mut card = Hostile::default();
    let opened = read(&mut card).unwrap().unwrap();
    let before = card.commands;
    for digits in ["12345", "123456789"] {
        let pin = Pin::from_bytes(digits.as_bytes()).ok().unwrap();
        let mut channel = Channel::new(&mut card);
        let error = opened.verify(&mut channel, &pin, LastTry::Keep, &mut |_| {}).unwrap_err();
        assert!(matches!(error, CardError::PinLength { min: 6, max: 8 }));
    }
    assert_eq!(card.commands, before);
}

proptest! {
    #[test]
    fn whatever_a_card_answers_nothing_panics_and_the_pin_is_sent_once_at_most(
        wrong in proptest::collection::vec((0usize..20, wrong_answer()), 0..6),
    ) {
        let mut card = Hostile { wrong, ..Hostile::default() };
        if let Ok(Some(opened)) = read(&mut card) {
            let _ = opened.tries_left(&mut Channel::new(&mut card));
            let verified = verify(opened.as_ref(), &mut card).is_ok();
            prop_assert!(card.pins <= 1);
            prop_assert!(card.pins == 1 || !verified);
            let digest = Digest::Sha256([7; 32]);
            if let Ok(signature) = opened.sign(&mut Channel::new(&mut card), &digest) {
                prop_assert_eq!(signature.len(), 64);
            }
        }
        prop_assert!(card.commands < 200);
    }
}

fn read(card: &mut dyn Transport) -> Result<Option<Box<dyn Card>>, CardError> {
    open(&mut Channel::new(card))
}

fn verify(card: &dyn Card, transport: &mut dyn Transport) -> Result<(), CardError> {
    let pin = Pin::from_bytes(b"123456").ok().unwrap();
    card.verify(&mut Channel::new(transport), &pin, LastTry::Risk, &mut |_| {})
}

/// A card that answers as it should, but for some commands by their number.
#[derive(Default)]
struct Hostile {
    wrong: Vec<(usize, Wrong)>,
    commands: usize,
    pins: usize,
    pending: Vec<u8>,
}

#[derive(Debug, Clone)]
enum Wrong {
    Anything(Vec<u8>),
    Status([u8; 2]),
    CutTo(usize),
    Changed(usize, u8),
    Silent,
}

fn wrong_answer() -> impl Strategy<Value = Wrong> {
    prop_oneof![
        proptest::collection::vec(any::<u8>(), 0..300).prop_map(Wrong::Anything),
        any::<[u8; 2]>().prop_map(Wrong::Status),
        prop_oneof![Just([0x61, 0x00]), Just([0x6C, 0x10]), Just([0x63, 0xC0]), Just([0x69, 0x83])]
            .prop_map(Wrong::Status),
        (0usize..260).prop_map(Wrong::CutTo),
        (0usize..260, 1u8..).prop_map(|(at, change)| Wrong::Changed(at, change)),
        Just(Wrong::Silent),
    ]
}

impl Hostile {
    fn genuine(&mut self, command: &[u8]) -> Vec<u8> {
        let data = match command[1] {
            0xA4 => hex("61 11 4F 06 00 00 10 00 01 00 79 07 4F 05 A0 00 00 03 08"),
            0xCB => hex(include_str!("../../tests/data/piv-certificate.hex")),
            0x87 => hex("7C 0B 82 09 30 07 02 01 05 02 02 00 80"),
            0xC0 => std::mem::take(&mut self.pending),
            _ => Vec::new(),
        };
        let (now, later) = data.split_at(data.len().min(256));
        self.pending = later.to_vec();
        let status = if later.is_empty() { [0x90, 0] } else { [0x61, later.len().min(255) as u8] };
        [now, &status].concat()
    }
}

impl Transport for Hostile {
    fn transmit(&mut self, command: &[u8]) -> Result<Vec<u8>, TransportError> {
        if command[1] == 0x20 && command.len() > 5 {
            self.pins += 1;
        }
        let number = self.commands;
        self.commands += 1;
        let mut answer = self.genuine(command);
        match self.wrong.iter().find(|(at, _)| *at == number).map(|(_, wrong)| wrong) {
            None => {}
            Some(Wrong::Anything(bytes)) => answer.clone_from(bytes),
            Some(Wrong::Status(status)) => {
                answer.truncate(answer.len() - 2);
                answer.extend(status);
            }
            Some(Wrong::CutTo(length)) => answer.truncate(*length),
            Some(Wrong::Changed(at, change)) => {
                if let Some(byte) = answer.get_mut(*at) {
                    *byte ^= change;
                }
            }
            Some(Wrong::Silent) => return Err(TransportError::Removed),
        }
        Ok(answer)
    }
}

fn hex(text: &str) -> Vec<u8> {
    text.split_whitespace().map(|byte| u8::from_str_radix(byte, 16).unwrap()).collect()
}
