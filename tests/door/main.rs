//! The native door from outside, with a card in process and a scripted person: what a site gets
//! for every good and bad request, and how many PIN tries it cost.
#![allow(
    unreachable_pub,
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::panic,
    clippy::indexing_slicing,
    reason = "a failing test may panic"
)]

mod authenticate;
mod callers;
mod cards;
mod certificates;
mod choice;
mod cms;
mod exchanges;
mod flood;
mod forgery;
mod leaves;
mod lists;
mod sign;
#[cfg(target_os = "linux")]
mod strangers;
#[path = "../support/mod.rs"]
mod support;

use ankong_stage::Answer;
use support::Door;
use support::cards::{Trace, image, reader_with};
use support::person::{Move, ScriptedPerson};

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

fn eventually(mut holds: impl FnMut() -> bool) {
    let patience = std::time::Duration::from_secs(10);
    ankong_stage::eventually("the ending", patience, || Ok(holds().then_some(()))).unwrap();
}
