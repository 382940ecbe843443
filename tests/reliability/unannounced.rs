//! A PC/SC service that neither announces readers nor counts its cards, as macOS' does not: readers are
//! found all the same, nobody turns round in the meantime, and one card does not pass for another.

use std::path::Path;
use std::process::Command;
use std::time::Duration;

use ankong_hostile::Subject;
use ankong_stage::{PrivatePcscd, TemporaryHome, eventually, figures};
use virtual_card::vpcd;

use crate::headless::{Headless, PATIENCE};
use crate::wake;

/// Asked every second; pcscd itself looks whether its reader is there.
const SOON: Duration = Duration::from_secs(15);

pub(crate) fn readers_are_found(pcscd: &mut PrivatePcscd) {
    let home = TemporaryHome::create().unwrap();
    let library = home.path().join("unannounced.so");
    compile(&library);
    let (_daemon, address, logind) = wake::system_bus(&home);
    let program = Headless::start(
        &home,
        pcscd,
        vec![("LD_PRELOAD", library.into()), ("DBUS_SYSTEM_BUS_ADDRESS", address.into())],
    );
    program.wait_for("no-card");
    pcscd.unplug().unwrap();
    let gone = program.wait_for("no-reader");
    pcscd.plug_in().unwrap();
    let back = program.wait_for("no-card");
    println!("unannounced: gone after {gone:?}, back after {back:?}");
    assert!(gone < SOON && back < SOON, "gone after {gone:?}, back after {back:?}");

    let card = insert(pcscd, Subject::MoicaGen1);
    program.wait_for("card-ready");
    let read = || program.logged("card read");
    assert_eq!(read(), 1);
    wake::goes_to_sleep(&logind, true);
    program.stop();
    drop(card);
    let _other = insert(pcscd, Subject::Piv);
    std::thread::sleep(Duration::from_secs(1)); // for pcscd, which nobody can ask here
    wake::goes_to_sleep(&logind, false);
    program.go_on();
    eventually("the other card to be read", PATIENCE, || Ok((read() == 2).then_some(()))).unwrap();
    program.wait_for("card-ready");

    let before = figures::cpu_ticks(program.process.id()).unwrap();
    std::thread::sleep(Duration::from_secs(5));
    let ticks = figures::cpu_ticks(program.process.id()).unwrap() - before;
    assert!(ticks <= MOST_TICKS, "{ticks} clock ticks in five seconds: it turns round");
}

/// Of a hundred in a second. Five times asked is nothing; somebody who turns round has them all.
const MOST_TICKS: u64 = 25;

fn insert(pcscd: &PrivatePcscd, subject: Subject) -> Box<dyn std::any::Any> {
    Box::new(vpcd::serve(subject.card(), pcscd.vpcd_port(), |_| {}).unwrap())
}

fn compile(library: &Path) {
    let source = concat!(env!("CARGO_MANIFEST_DIR"), "/tests/reliability/unannounced.c");
    let mut command = Command::new("cc");
    command.args(["-shared", "-fPIC", "-Wall", "-Werror", "-I/usr/include/PCSC", source, "-o"]);
    let output = command.arg(library).args(["-ldl"]).output().unwrap();
    assert!(output.status.success(), "{}", String::from_utf8_lossy(&output.stderr));
}
