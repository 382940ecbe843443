//! How soon the tray's icon is there: until it is announced to the desktop, for which this stands in.

use std::process::Command;
use std::sync::mpsc::{Sender, channel};
use std::time::{Duration, Instant};

use ankong_stage::{Process, TemporaryHome, VirtualDisplay};
use serde_json::{Value, json};
use zbus::blocking::connection::Builder;

use crate::tenths;

const PATIENCE: Duration = Duration::from_secs(20);
/// The median of so many starts.
const STARTS: usize = 11;

/// Measures what begins with `only`.
pub(crate) fn measure(only: &str, note: &mut dyn FnMut(&str, Value, &str)) {
    if "tray_ready_ms".starts_with(only) {
        note("tray_ready_ms", json!(tenths(ready_ms())), "ms");
    }
}

fn ready_ms() -> f64 {
    let home = TemporaryHome::create().unwrap();
    let display = VirtualDisplay::start(&home.environment()).unwrap();
    let environment = display.environment();
    let (_, address) =
        environment.iter().find(|(name, _)| *name == "DBUS_SESSION_BUS_ADDRESS").unwrap();
    let (send, announced) = channel();
    let bus = Builder::address(address.to_str().unwrap()).unwrap();
    let bus = bus.serve_at("/StatusNotifierWatcher", Watcher(send)).unwrap();
    let _bus = bus.name("org.kde.StatusNotifierWatcher").unwrap().build().unwrap();
    let start = || {
        let mut command = Command::new(env!("CARGO_BIN_EXE_ankong"));
        command.args(["serve", "--port", "0"]).envs(home.environment()).envs(display.environment());
        let begun = Instant::now();
        let mut program = Process::start(command, &home.path().join("ankong.log")).unwrap();
        let ready = announced.recv_timeout(PATIENCE).unwrap() - begun;
        program.wait_for_line("https://localhost:", PATIENCE).unwrap();
        program.terminate(PATIENCE).unwrap();
        ready.as_secs_f64() * 1e3
    };
    start(); // the first one makes the identity of localhost; people start it once
    let mut times: Vec<f64> = (0..STARTS).map(|_| start()).collect();
    times.sort_by(f64::total_cmp);
    times[STARTS / 2]
}

/// The StatusNotifierItem specification: who keeps the list of icons.
struct Watcher(Sender<Instant>);

#[zbus::interface(name = "org.kde.StatusNotifierWatcher")]
impl Watcher {
    fn register_status_notifier_item(&self, _item: String) {
        let _ = self.0.send(Instant::now());
    }

    #[zbus(property)]
    fn is_status_notifier_host_registered(&self) -> bool {
        true
    }
}
