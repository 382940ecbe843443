//! What the process of a PKCS#11 module and the program that started it say to each other, both
//! ways: the child is believed nothing.
#![no_main]

/// The file itself: what calls modules is not built here.
#[allow(dead_code, reason = "what speaks and what listens are in two processes")]
#[path = "../../crates/module/src/wire.rs"]
mod wire;

use wire::{Answer, Fault};

libfuzzer_sys::fuzz_target!(|bytes: &[u8]| {
    let mut orders = bytes;
    while wire::read_order(&mut orders).is_ok() {}
    let mut answers = bytes;
    while let Ok(answer) = wire::read_answer(&mut answers) {
        for text in texts(&answer) {
            assert!(!text.contains(char::is_control) && text.chars().count() <= 200, "{text:?}");
        }
        let mut pipe = Vec::new();
        assert!(wire::write_answer(&mut pipe, &answer).is_ok());
        assert_eq!(wire::read_answer(&mut &pipe[..]).ok(), Some(answer));
    }
});

/// What may end up in a log.
fn texts(answer: &Answer) -> Vec<&str> {
    match answer {
        Answer::Token(token) => vec![&token.label],
        Answer::Failed(Fault::NotLoaded(reason)) => vec![reason],
        Answer::Failed(Fault::Refused { call, code }) => vec![call, code],
        _ => Vec::new(),
    }
}
