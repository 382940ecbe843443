//! Windows come and go, and the program stays as it was.

use std::fs;

use ankong_stage::{eventually, figures};

use crate::resident::{PATIENCE, Resident, display};
use crate::window::confirm;

/// How many windows; `make soak` says 200.
const ROUNDS: &str = "ANKONG_ROUNDS";
/// What the memory that stands in no file may have grown by, KiB.
const GROWN: u64 = 1024;

#[test]
fn after_any_number_of_windows_the_program_has_what_it_had_after_the_first() {
    let rounds = std::env::var(ROUNDS).map_or(4, |rounds| rounds.parse().unwrap());
    let display = display();
    let resident = Resident::on(&display);
    let round = || {
        assert_eq!(confirm(&display, resident.ask()).status, 200);
        resident.wait_until_alone();
    };
    round();
    let count = |what: &str| {
        fs::read_dir(format!("/proc/{}/{what}", resident.process.id())).unwrap().count()
    };
    let (descriptors, threads) = (count("fd"), count("task"));
    let before = figures::anonymous_kib(resident.process.id()).unwrap();
    for _ in 0..rounds {
        round();
    }
    // A thread that is ending, or a connection that is closing, is given time.
    eventually("no more descriptors and threads than before", PATIENCE, || {
        Ok((count("fd") <= descriptors && count("task") <= threads).then_some(()))
    })
    .unwrap();
    let after = figures::anonymous_kib(resident.process.id()).unwrap();
    println!("{rounds} windows: {before} KiB before, {after} KiB after");
    assert!(after <= before + GROWN, "{before} KiB before {rounds} windows, {after} KiB after");
}
