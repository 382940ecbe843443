//! `ankong start`: the program runs again after a crash, within bounds, and says so.
#![cfg(target_os = "linux")]
#![allow(
    clippy::unwrap_used,
    clippy::panic,
    clippy::indexing_slicing,
    missing_docs,
    reason = "a failing test may panic; the methods of what stands in are documented by systemd"
)]

mod support;

use std::collections::HashMap;
use std::fs;
use std::os::unix::net::UnixListener;
use std::process::Command;
use std::sync::mpsc::{Sender, channel};
use std::time::Duration;

use ankong_stage::{Process, TemporaryHome, eventually};
use rustix::process::{Pid, Signal, kill_process};
use zbus::object_server::SignalEmitter;
use zbus::zvariant::{ObjectPath, OwnedObjectPath, OwnedValue, Value};

const PATIENCE: Duration = Duration::from_secs(30);

fn ankong(home: &TemporaryHome, arguments: &[&str]) -> Command {
    let mut command = Command::new(env!("CARGO_BIN_EXE_ankong"));
    command.envs(home.environment()).env("LC_ALL", "C.UTF-8").args(arguments);
    command.env_remove("DISPLAY").env_remove("DBUS_SESSION_BUS_ADDRESS");
    command
}

fn said(home: &TemporaryHome, arguments: &[&str]) -> (bool, String) {
    let output = ankong(home, arguments).output().unwrap();
    let said = String::from_utf8([output.stdout, output.stderr].concat()).unwrap();
    (output.status.success(), said)
}

/// The program that the watchdog has started, proc(5). Before it is that, it is the watchdog's copy.
fn child_of(watchdog: u32) -> Option<Pid> {
    let children = fs::read_to_string(format!("/proc/{watchdog}/task/{watchdog}/children")).ok()?;
    let child = children.trim().parse().ok()?;
    let words = fs::read(format!("/proc/{child}/cmdline")).ok()?;
    let is_program = words.split(|byte| *byte == 0).nth(1) == Some(b"serve");
    Pid::from_raw(child).filter(|_| is_program)
}

#[test]
fn a_crashed_program_runs_again_and_the_doctor_says_when() {
    const RESTARTED: &str = "安控曾經意外結束";
    let home = TemporaryHome::create().unwrap();
    let card = home.path().join("card.toml");
    support::cards::image().save(&card).unwrap();
    let card = card.to_str().unwrap();
    let start = ankong(&home, &["start", "--headless", "--port", "0", "--virtual-card", card]);
    let mut watchdog = Process::start(start, &home.path().join("ankong.log")).unwrap();
    let runs = |other_than: Option<Pid>| {
        eventually("a running program", PATIENCE, || {
            let child = child_of(watchdog.id()).filter(|child| Some(*child) != other_than);
            Ok(child.filter(|_| said(&home, &["status"]).0))
        })
    };
    let first = runs(None).unwrap();
    assert!(!said(&home, &["doctor"]).1.contains(RESTARTED));

    kill_process(first, Signal::KILL).unwrap();
    runs(Some(first)).unwrap();
    let told = said(&home, &["doctor"]).1;
    let behind = told.split(RESTARTED).nth(1).unwrap_or_else(|| panic!("{told}"));
    // The doctor tells Taiwan's time.
    let taipei = time::UtcOffset::from_hms(8, 0, 0).unwrap();
    let year = time::OffsetDateTime::now_utc().to_offset(taipei).year().to_string();
    assert!(behind.lines().nth(1).unwrap().contains(&year), "{told}");

    assert!(watchdog.terminate(PATIENCE).unwrap().success());
    assert!(!said(&home, &["status"]).0, "it ends with the watchdog");
}

#[test]
fn a_program_that_crashes_five_times_in_a_row_is_left_alone() {
    let home = TemporaryHome::create().unwrap();
    let start = ankong(&home, &["start", "--headless", "--port", "0"]);
    let mut watchdog = Process::start(start, &home.path().join("ankong.log")).unwrap();
    let mut last = None;
    for _ in 0..5 {
        let child = eventually("another program", PATIENCE, || {
            Ok(child_of(watchdog.id()).filter(|child| Some(*child) != last))
        });
        last = child.ok();
        kill_process(last.unwrap(), Signal::ABORT).unwrap();
    }
    assert!(!watchdog.wait(PATIENCE).unwrap().success());
    let log = fs::read_to_string(watchdog.log()).unwrap();
    assert!(log.contains("crashed 5 times in a row; hint"), "{log}");
}

#[test]
fn a_program_that_does_not_start_is_no_crash_and_says_why_once() {
    let home = TemporaryHome::create().unwrap();
    let (well, told) = said(&home, &["start", "--headless", "--config", "/nonexistent/a.toml"]);
    assert!(!well && told.contains("did not start"), "{told}");
    assert_eq!(told.matches("/nonexistent/a.toml cannot be read").count(), 1, "{told}");
}

/// What systemd is asked to start: the unit's name and properties.
type Wish = (String, HashMap<String, OwnedValue>);

/// The part of systemd that starts transient units, org.freedesktop.systemd1(5).
struct Systemd(Sender<Wish>);

#[zbus::interface(name = "org.freedesktop.systemd1.Manager")]
impl Systemd {
    async fn start_transient_unit(
        &self,
        name: String,
        _mode: String,
        properties: Vec<(String, OwnedValue)>,
        _others: Vec<(String, Vec<(String, OwnedValue)>)>,
        #[zbus(signal_emitter)] emitter: SignalEmitter<'_>,
    ) -> OwnedObjectPath {
        let job = ObjectPath::from_static_str("/org/freedesktop/systemd1/job/1").unwrap();
        self.0.send((name.clone(), properties.into_iter().collect())).unwrap();
        Self::job_removed(&emitter, 1, job.clone(), &name, "done").await.unwrap();
        job.into()
    }

    fn subscribe(&self) {}

    #[zbus(signal)]
    async fn job_removed(
        emitter: &SignalEmitter<'_>,
        id: u32,
        job: ObjectPath<'_>,
        unit: &str,
        result: &str,
    ) -> zbus::Result<()>;
}

/// Against the real systemd-run, which understands what it is asked for; only systemd stands in.
#[test]
fn where_systemd_runs_the_session_it_sees_to_the_program() {
    let home = TemporaryHome::create().unwrap();
    let folder = home.path().join(".run/systemd");
    fs::create_dir_all(&folder).unwrap();
    let listener = UnixListener::bind(folder.join("private")).unwrap();
    let (send, wishes) = channel();
    std::thread::spawn(move || {
        let (stream, _) = listener.accept().unwrap();
        let bus = zbus::blocking::connection::Builder::async_io_unix_stream(stream)
            .server(zbus::Guid::generate())
            .unwrap()
            .p2p()
            .serve_at("/org/freedesktop/systemd1", Systemd(send))
            .unwrap()
            .build()
            .unwrap();
        std::thread::park();
        drop(bus);
    });
    let mut start = ankong(&home, &["start", "--port", "0"]);
    let output = start.env("DISPLAY", ":77").output().unwrap();
    let complaints = String::from_utf8_lossy(&output.stderr);
    assert!(output.status.success(), "{complaints}");

    let (unit, properties) = wishes.recv_timeout(PATIENCE).unwrap();
    assert_eq!(unit, "ankong.service");
    assert_eq!(properties["Restart"].downcast_ref::<&str>().unwrap(), "on-abnormal");
    assert_eq!(properties["StartLimitBurst"].downcast_ref::<u32>().unwrap(), 5);
    let within = properties["StartLimitIntervalUSec"].downcast_ref::<u64>().unwrap();
    assert_eq!(Duration::from_micros(within), Duration::from_secs(300));
    let text = |name: &str| format!("{:?}", Value::from(properties[name].try_clone().unwrap()));
    let program = text("ExecStart");
    for word in [env!("CARGO_BIN_EXE_ankong"), "\"serve\"", "\"--port\"", "\"0\""] {
        assert!(program.contains(word), "{program}");
    }
    assert!(text("Environment").contains("DISPLAY=:77"), "{}", text("Environment"));
    assert!(!said(&home, &["status"]).0, "it starts nothing itself");
}
