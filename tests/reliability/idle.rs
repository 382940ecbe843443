//! Nothing polls: the resident program beside a reader with a card in it, left alone.

use std::process::Command;
use std::time::Duration;

use ankong_hostile::Subject;
use ankong_stage::{PrivatePcscd, Process, TemporaryHome, eventually, figures};
use virtual_card::vpcd;

/// How long it is left alone; `make soak` says 60.
const SECONDS: &str = "ANKONG_IDLE_SECONDS";
/// Context switches of one look around for readers that came without an event, which there may be
/// one of: every two minutes, so one in seventeen seconds on the average.
const ONE_LOOK: u64 = 10;
const PATIENCE: Duration = Duration::from_secs(20);

pub(crate) fn costs_nothing(pcscd: &PrivatePcscd) {
    let seconds = std::env::var(SECONDS).map_or(20, |seconds| seconds.parse().unwrap());
    let home = TemporaryHome::create().unwrap();
    let mut command = Command::new(env!("CARGO_BIN_EXE_ankong"));
    command.args(["serve", "--headless", "--port", "0"]);
    command.envs(home.environment()).envs(pcscd.environment());
    let program = Process::start(command, &home.path().join("ankong.log")).unwrap();
    program.wait_for_line("https://localhost:", PATIENCE).unwrap();
    let card = vpcd::serve(Subject::MoicaGen1.card(), pcscd.vpcd_port(), |_| {}).unwrap();
    eventually("the card is read", PATIENCE, || {
        Ok(std::fs::read_to_string(program.log())?.contains("card read").then_some(()))
    })
    .unwrap();
    std::thread::sleep(Duration::from_secs(2)); // whatever it still has to finish

    let figures = || {
        let process = program.id();
        (figures::cpu_ticks(process).unwrap(), figures::context_switches(process).unwrap())
    };
    let (ticks, switches) = figures();
    std::thread::sleep(Duration::from_secs(seconds));
    let (ticks, switches) = (figures().0 - ticks, figures().1 - switches);
    println!("{ticks} ticks and {switches} context switches in {seconds} s");
    assert_eq!(ticks, 0, "clock ticks of the processor in {seconds} s, {switches} switches");
    assert!(switches <= ONE_LOOK, "{switches} context switches in {seconds} s");
    drop(card);
}
