//! The computer sleeps: the program stands still, the readers change meanwhile, and logind, for
//! which somebody stands in here, says when it is over.

use std::collections::HashMap;
use std::process::Command;
use std::time::{Duration, Instant};

use ankong_stage::{PrivatePcscd, Process, TemporaryHome, eventually};
use zbus::blocking::Connection;
use zbus::blocking::connection::Builder;
use zbus::zvariant::Value;

use crate::headless::{Headless, PATIENCE};

/// The state is right so soon after waking.
const SOON: Duration = Duration::from_secs(2);

pub(crate) fn is_noticed_at_once(pcscd: &mut PrivatePcscd) {
    let home = TemporaryHome::create().unwrap();
    let (_daemon, address, logind) = system_bus(&home);
    let bus = vec![("DBUS_SYSTEM_BUS_ADDRESS", address.into())];
    let program = Headless::start(&home, pcscd, bus);
    program.wait_for("no-card");
    pcscd.stop();
    program.wait_for("no-service");

    goes_to_sleep(&logind, true);
    program.stop();
    pcscd.restart().unwrap();
    goes_to_sleep(&logind, false);
    program.go_on();
    let woken = Instant::now();
    program.wait_for("no-card");
    println!("right {} ms after waking", woken.elapsed().as_millis());
    assert!(woken.elapsed() < SOON, "right after {:?}", woken.elapsed());
    wait_for_wakings(&program, 1);

    // Another user was in front meanwhile.
    comes_to_the_front(&logind, false);
    comes_to_the_front(&logind, true);
    wait_for_wakings(&program, 2);
}

fn wait_for_wakings(program: &Headless, count: usize) {
    eventually("the program to know", PATIENCE, || {
        Ok((program.logged("the computer has woken") == count).then_some(()))
    })
    .unwrap();
}

/// A bus in the system bus' place, and who has logind's name on it.
pub(crate) fn system_bus(home: &TemporaryHome) -> (Process, String, Connection) {
    let mut command = Command::new("dbus-daemon");
    command.args(["--session", "--nofork", "--nopidfile", "--print-address=1"]);
    command.arg(format!("--address=unix:path={}", home.path().join("system-bus").display()));
    let daemon = Process::start(command, &home.path().join("system-bus.log")).unwrap();
    let address = daemon.wait_for_line("unix:", PATIENCE).unwrap();
    let bus = Builder::address(address.as_str()).unwrap();
    let logind = bus.name("org.freedesktop.login1").unwrap().build().unwrap();
    (daemon, address, logind)
}

pub(crate) fn goes_to_sleep(logind: &Connection, goes: bool) {
    let manager = ("/org/freedesktop/login1", "org.freedesktop.login1.Manager");
    let nobody = None::<zbus::names::BusName<'_>>;
    logind.emit_signal(nobody, manager.0, manager.1, "PrepareForSleep", &goes).unwrap();
}

fn comes_to_the_front(logind: &Connection, comes: bool) {
    let changed = HashMap::from([("Active", Value::from(comes))]);
    let change = ("org.freedesktop.login1.Session", changed, Vec::<String>::new());
    let session = "/org/freedesktop/login1/session/_31";
    let nobody = None::<zbus::names::BusName<'_>>;
    let properties = "org.freedesktop.DBus.Properties";
    logind.emit_signal(nobody, session, properties, "PropertiesChanged", &change).unwrap();
}
