//! The card's exchanges, as data: `> ` what it is sent, `< ` what it must answer, `! reset`, and
//! comments from `#`.

#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::panic,
    clippy::indexing_slicing,
    reason = "a test stops at the first surprise, in its shared functions too"
)]

use virtual_card::gen1::Gen1;
use virtual_card::gen2::Gen2;
use virtual_card::{Card, CardImage, Profile};

#[test]
fn files_are_selected_and_read_as_written_in_files_apdu() {
    follow(gen1(), include_str!("data/files.apdu"));
}

#[test]
fn pin_tries_are_counted_as_written_in_pin_apdu() {
    follow(gen1(), include_str!("data/pin.apdu"));
}

#[test]
fn a_pin_in_clear_is_refused_and_counted_as_written_in_clear_pin_apdu() {
    follow(gen1(), include_str!("data/clear-pin.apdu"));
}

#[test]
fn signatures_are_made_as_written_in_signature_apdu() {
    follow(gen1(), include_str!("data/signature.apdu"));
}

#[test]
fn a_second_generation_card_answers_as_written_in_gen2_apdu() {
    follow(gen2(), include_str!("data/gen2.apdu"));
}

#[test]
fn a_card_after_iso_7816_15_answers_as_written_in_iso7816_15_apdu() {
    let image = CardImage { profile: Profile::Iso7816Part15, ..image() };
    follow(image.insertable().unwrap(), include_str!("data/iso7816-15.apdu"));
}

#[test]
fn an_image_with_no_tries_left_is_a_blocked_card() {
    let mut card = Gen1::new(&CardImage { tries: 0, ..image() }).unwrap();
    assert_eq!(card.answer(&[0x80, 0x20, 0, 1]), Some(vec![0x69, 0x83]));
}

fn gen1() -> impl Card {
    Gen1::new(&image()).unwrap()
}

fn gen2() -> impl Card {
    Gen2::new(&CardImage { profile: Profile::MoicaGen2, ..image() }).unwrap()
}

fn follow(mut card: impl Card, script: &str) {
    let mut answer = None;
    for (number, line) in script.lines().enumerate() {
        let number = number + 1;
        match line.split_once(' ') {
            Some((">", command)) => {
                assert_eq!(answer, None, "line {number}: the answer before it is not written");
                answer = card.answer(&bytes(command));
            }
            Some(("<", expected)) => {
                assert_eq!(answer.take(), Some(bytes(expected)), "line {number}");
            }
            Some(("!", "reset")) => card.reset(),
            _ if line.is_empty() || line.starts_with('#') => {}
            _ => panic!("line {number} is neither >, <, ! reset nor a comment: {line}"),
        }
    }
    assert_eq!(answer, None, "the last answer is not written");
}

fn bytes(digits: &str) -> Vec<u8> {
    hex::decode(digits.replace(' ', "")).expect("hexadecimal digits")
}

fn image() -> CardImage {
    toml::from_str(include_str!("data/card.toml")).expect("a card image")
}
