//! Every kind of fault over a card that answers everything, in process and in a reader.

#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::panic,
    clippy::indexing_slicing,
    reason = "a test stops at the first surprise, in its shared functions too"
)]

use std::cell::Cell;
use std::rc::Rc;
use std::time::Duration;

use ankong_card::{Transport, TransportError};
use virtual_card::fault::{Fault, Faulty, LONG_ANSWER};
use virtual_card::{Card, InProcess, PATIENCE};

/// Answers four bytes and 9000, and counts what reaches it.
#[derive(Default)]
struct Four(Rc<Cell<[u32; 2]>>);

impl Card for Four {
    fn atr(&self) -> &[u8] {
        &[0x3B, 0]
    }

    fn reset(&mut self) {
        let [commands, resets] = self.0.get();
        self.0.set([commands, resets + 1]);
    }

    fn answer(&mut self, _: &[u8]) -> Option<Vec<u8>> {
        let [commands, resets] = self.0.get();
        self.0.set([commands + 1, resets]);
        Some(FINE.to_vec())
    }
}

const FINE: [u8; 6] = [1, 2, 3, 4, 0x90, 0];
const VERIFY: [u8; 4] = [0x80, 0x20, 0, 1];
const SELECT: [u8; 4] = [0x80, 0xA4, 0, 0];

type Answer = Result<Vec<u8>, TransportError>;

struct Bench {
    reader: InProcess<Faulty<Four>>,
    seen: Rc<Cell<[u32; 2]>>,
}

impl Bench {
    fn new(faults: &[&str]) -> Self {
        let card = Four::default();
        let seen = Rc::clone(&card.0);
        let faults: Vec<Fault> = faults.iter().map(|text| text.parse().unwrap()).collect();
        Self { reader: InProcess::new(Faulty::new(card, faults)), seen }
    }

    fn send(&mut self, command: &[u8]) -> Answer {
        self.reader.transmit(command)
    }

    /// Commands and resets the card has seen.
    fn seen(&self) -> [u32; 2] {
        self.seen.get()
    }
}

fn fine() -> Answer {
    Ok(FINE.to_vec())
}

#[test]
fn a_fault_waits_for_its_command_and_happens_once() {
    for (when, commands) in [
        ("#3", [&VERIFY, &VERIFY, &SELECT]),
        ("A4", [&VERIFY, &VERIFY, &SELECT]),
        ("A4:2", [&SELECT, &VERIFY, &SELECT]),
    ] {
        let mut bench = Bench::new(&[&format!("answer:6F00={when}")]);
        assert_eq!(bench.send(commands[0]), fine(), "{when}");
        assert_eq!(bench.send(commands[1]), fine(), "{when}");
        assert_eq!(bench.send(commands[2]), Ok(vec![0x6F, 0]), "{when}");
        assert_eq!(bench.send(commands[2]), fine(), "{when}");
    }
}

#[test]
fn a_fault_at_every_command_stays() {
    let mut bench = Bench::new(&["answer:6F00=20:every"]);
    for _ in 0..2 {
        assert_eq!(bench.send(&VERIFY), Ok(vec![0x6F, 0]));
        assert_eq!(bench.send(&SELECT), fine());
    }
    let mut bench = Bench::new(&["answer:6F00=every"]);
    for command in [VERIFY, SELECT] {
        assert_eq!(bench.send(&command), Ok(vec![0x6F, 0]));
    }
}

#[test]
fn an_answer_can_be_spoilt_in_every_way_after_the_card_has_acted() {
    let mut long = FINE.to_vec();
    long.splice(4..4, [0; LONG_ANSWER - FINE.len()]);
    for (what, expected) in [
        ("status:61FF", vec![1, 2, 3, 4, 0x61, 0xFF]),
        ("status:FFFF", vec![1, 2, 3, 4, 0xFF, 0xFF]),
        ("empty", vec![]),
        ("half", vec![1, 2, 3]),
        ("long", long),
    ] {
        let mut bench = Bench::new(&[&format!("{what}=#1")]);
        assert_eq!(bench.send(&VERIFY), Ok(expected), "{what}");
        assert_eq!(bench.seen(), [1, 1], "{what}");
        assert_eq!(bench.send(&VERIFY), fine(), "{what}");
    }
}

#[test]
fn a_status_given_instead_keeps_the_command_from_the_card() {
    let mut bench = Bench::new(&["answer:6C01=#1"]);
    assert_eq!(bench.send(&VERIFY), Ok(vec![0x6C, 1]));
    assert_eq!(bench.seen(), [0, 1]);
}

#[test]
fn a_card_pulled_after_a_command_has_answered_it() {
    let mut bench = Bench::new(&["pull-after=20:2"]);
    assert_eq!(bench.send(&VERIFY), fine());
    assert_eq!(bench.send(&SELECT), fine());
    assert_eq!(bench.send(&VERIFY), fine());
    assert_eq!(bench.send(&SELECT), Err(TransportError::Removed));
    assert_eq!(bench.seen(), [3, 1]);
}

#[test]
fn a_card_pulled_during_a_command_has_acted_and_works_when_put_in_again() {
    let mut bench = Bench::new(&["pull-during=20"]);
    assert_eq!(bench.send(&VERIFY), Err(TransportError::Removed));
    assert_eq!(bench.send(&SELECT), Err(TransportError::Removed));
    assert_eq!(bench.seen(), [1, 1]);
    let mut reader = InProcess::new(bench.reader.into_card());
    assert_eq!(reader.transmit(&VERIFY), fine());
}

#[test]
fn a_reset_by_another_program_is_told_until_the_card_is_taken_anew() {
    let mut bench = Bench::new(&["reset=#2"]);
    assert_eq!(bench.send(&VERIFY), fine());
    assert_eq!(bench.send(&VERIFY), Err(TransportError::Reset));
    assert_eq!(bench.send(&VERIFY), Err(TransportError::Reset));
    assert_eq!(bench.seen(), [1, 2]);
    bench.reader.card_mut().reset();
    assert_eq!(bench.send(&VERIFY), fine());
}

#[test]
fn a_mute_card_has_acted_and_speaks_again_after_a_reset() {
    let mut bench = Bench::new(&["mute=#1"]);
    assert_eq!(bench.send(&VERIFY), Err(TransportError::Silent));
    assert_eq!(bench.send(&SELECT), Err(TransportError::Silent));
    assert_eq!((bench.seen(), bench.reader.elapsed()), ([1, 1], 2 * PATIENCE));
    bench.reader.card_mut().reset();
    assert_eq!(bench.send(&SELECT), fine());
}

#[test]
fn a_slow_answer_is_counted_and_one_beyond_the_deadline_is_silence() {
    let mut bench = Bench::new(&["slow:5000=#1"]);
    assert_eq!(bench.send(&VERIFY), fine());
    assert_eq!(bench.send(&VERIFY), fine());
    assert_eq!(bench.reader.elapsed(), Duration::from_secs(5));

    let patience = Duration::from_secs(4);
    let bench = Bench::new(&["slow:5000=#1"]);
    let mut reader = bench.reader.with_patience(patience);
    assert_eq!(reader.transmit(&VERIFY), Err(TransportError::Silent));
    assert_eq!((bench.seen.get(), reader.elapsed()), ([1, 1], patience));
    assert_eq!(reader.transmit(&VERIFY), fine());
}

#[test]
fn faults_of_one_command_add_up() {
    let mut bench = Bench::new(&["slow:1000=#1", "slow:500=20", "status:6F00=every", "half=#1"]);
    assert_eq!(bench.send(&VERIFY), Ok(vec![1, 2, 3]));
    assert_eq!(bench.reader.elapsed(), Duration::from_millis(1500));
    assert_eq!(bench.send(&VERIFY), Ok(vec![1, 2, 3, 4, 0x6F, 0]));
}

#[test]
fn a_plan_changes_while_the_card_is_in_use_and_counts_from_then() {
    let mut bench = Bench::new(&[]);
    let plan = bench.reader.card_mut().plan();
    assert_eq!(bench.send(&VERIFY), fine());
    plan.add("empty=#2".parse().unwrap());
    assert_eq!(bench.send(&VERIFY), fine());
    assert_eq!(plan.faults().len(), 1);
    assert_eq!(bench.send(&VERIFY), Ok(vec![]));
    assert_eq!(plan.faults(), [], "what happens once is over then");
    plan.add("mute=every".parse().unwrap());
    plan.clear();
    assert_eq!(bench.send(&VERIFY), fine());
}
