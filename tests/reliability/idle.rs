//! Nothing polls: the resident program beside a reader with a card in it, left alone.

use std::process::Command;
use std::time::Duration;

use ankong_hostile::Subject;
use ankong_stage::{PrivatePcscd, Process, TemporaryHome, VirtualDisplay, eventually, figures};
use virtual_card::vpcd;

/// How long it is left alone; `make soak` says 60.
const SECONDS: &str = "ANKONG_IDLE_SECONDS";
/// Where it writes its log when it is in the tray.
const LOG: &str = ".local/state/ankong/ankong.log";
/// Context switches of one look around for readers that came without an event, which there may be
/// one of: every two minutes, so one in seventeen seconds on the average.
const ONE_LOOK: u64 = 10;
const PATIENCE: Duration = Duration::from_secs(20);

/// With an icon in the tray of a real desktop, or headless.
pub(crate) fn costs_nothing(pcscd: &PrivatePcscd, tray: bool) {
    let seconds = std::env::var(SECONDS).map_or(20, |seconds| seconds.parse().unwrap());
    let home = TemporaryHome::create().unwrap();
    let mut command = Command::new(env!("CARGO_BIN_EXE_ankong"));
    command.args(["serve", "--port", "0"]).args((!tray).then_some("--headless"));
    command.envs(home.environment()).envs(pcscd.environment());
    let desktop = tray.then(|| {
        let display = VirtualDisplay::start(&home.environment()).unwrap();
        let panel = display.start_panel(&home.environment()).unwrap();
        (panel, display)
    });
    command.envs(desktop.iter().flat_map(|(_, display)| display.environment()));
    let program = Process::start(command, &home.path().join("ankong.log")).unwrap();
    program.wait_for_line("https://localhost:", PATIENCE).unwrap();
    let card = vpcd::serve(Subject::MoicaGen1.card(), pcscd.vpcd_port(), |_| {}).unwrap();
    eventually("the card is read", PATIENCE, || {
        let log = if tray { home.path().join(LOG) } else { program.log().to_owned() };
        Ok(std::fs::read_to_string(log)?.contains("card read").then_some(()))
    })
    .unwrap();

    let figures = || {
        let process = program.id();
        (figures::cpu_ticks(process).unwrap(), figures::context_switches(process).unwrap())
    };
    eventually("an end of what it still has to do", PATIENCE, || {
        let before = figures();
        std::thread::sleep(Duration::from_secs(2));
        Ok((before == figures()).then_some(()))
    })
    .unwrap();
    let (ticks, switches) = figures();
    std::thread::sleep(Duration::from_secs(seconds));
    let (ticks, switches) = (figures().0 - ticks, figures().1.saturating_sub(switches));
    println!("{ticks} ticks and {switches} context switches in {seconds} s");
    assert_eq!(ticks, 0, "clock ticks of the processor in {seconds} s, {switches} switches");
    assert!(switches <= ONE_LOOK, "{switches} context switches in {seconds} s");
    drop(card);
}
