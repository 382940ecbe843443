//! The program `ankong` as a user meets it: started, asked, stopped, misconfigured.
#![cfg(target_os = "linux")]
#![allow(
    clippy::unwrap_used,
    clippy::panic,
    clippy::indexing_slicing,
    reason = "a failing test may panic"
)]

mod support;

use std::fs;
use std::path::{Path, PathBuf};
use std::process::{Command, Output};
use std::time::Duration;

use ankong_stage::{Process, TemporaryHome};

const PATIENCE: Duration = Duration::from_secs(20);

fn ankong(home: &TemporaryHome) -> Command {
    let mut command = Command::new(env!("CARGO_BIN_EXE_ankong"));
    command.envs(home.environment()).env("LC_ALL", "C.UTF-8");
    command.env_remove("DISPLAY").env_remove("DBUS_SESSION_BUS_ADDRESS");
    command
}

fn output(command: &mut Command) -> (bool, String) {
    let Output { status, stdout, stderr } = command.output().unwrap();
    let said = [stdout, stderr].concat();
    (status.success(), String::from_utf8(said).unwrap())
}

fn card(home: &TemporaryHome) -> PathBuf {
    let path = home.path().join("card.toml");
    support::cards::image().save(&path).unwrap();
    path
}

fn start(home: &TemporaryHome, arguments: &[&str]) -> Process {
    let mut command = ankong(home);
    command.arg("serve").args(["--port", "0", "--virtual-card"]).arg(card(home)).args(arguments);
    let program = Process::start(command, &home.path().join("ankong.log")).unwrap();
    program.wait_for_line("https://localhost:", PATIENCE).unwrap();
    program
}

#[test]
fn it_starts_once_says_how_it_is_and_ends_when_told() {
    let home = TemporaryHome::create().unwrap();
    let (ok, said) = output(ankong(&home).arg("status"));
    assert!(!ok && said.contains("does not run; hint: start it"), "{said}");

    let mut program = start(&home, &["--headless"]);
    let (ok, said) = output(ankong(&home).arg("status"));
    assert!(ok && said.contains("on https://localhost:") && said.contains("card-ready"), "{said}");

    let (ok, said) = output(ankong(&home).args(["serve", "--headless", "--port", "0"]));
    assert!(!ok && said.contains("already runs; hint"), "{said}");

    assert!(program.terminate(PATIENCE).unwrap().success());
    let (ok, _) = output(ankong(&home).arg("status"));
    assert!(!ok);
}

#[test]
fn somebody_else_on_the_port_is_not_taken_for_it() {
    let home = TemporaryHome::create().unwrap();
    let _program = start(&home, &["--headless"]);
    let root = home.path().join(".local/share/ankong/localhost/root.pem");
    let other = TemporaryHome::create().unwrap();
    drop(start(&other, &["--headless"]));
    fs::copy(other.path().join(".local/share/ankong/localhost/root.pem"), &root).unwrap();
    let (ok, said) = output(ankong(&home).arg("status"));
    assert!(!ok && said.contains("certificate"), "{said}");
}

#[test]
fn a_taken_port_is_said() {
    let home = TemporaryHome::create().unwrap();
    let taken = std::net::TcpListener::bind("127.0.0.1:0").unwrap();
    let port = taken.local_addr().unwrap().port().to_string();
    let (ok, said) = output(ankong(&home).args(["serve", "--headless", "--port", &port]));
    assert!(!ok && said.contains("another program holds the port"), "{said}");
}

#[test]
fn faulty_files_end_the_start_with_a_reason_and_a_way_out() {
    let home = TemporaryHome::create().unwrap();
    let file = home.path().join("faulty.toml");
    let fails = |text: &str, option: &str| {
        fs::write(&file, text).unwrap();
        let mut command = ankong(&home);
        let (ok, said) =
            output(command.args(["serve", "--headless", "--port", "0", option]).arg(&file));
        assert!(!ok, "{said}");
        said
    };
    let said = fails("allowed-origin = []", "--config");
    // Only root can write a file that counts; for everybody else that is the first fault.
    let is_root = std::os::unix::fs::MetadataExt::uid(&fs::metadata(&file).unwrap()) == 0;
    assert!(said.contains(if is_root { "unknown field" } else { "chown root" }), "{said}");
    let said = fails("profile = 7", "--virtual-card");
    assert!(said.contains("no card image"), "{said}");
    let (ok, said) = output(ankong(&home).args(["serve", "--config", "/nonexistent/a.toml"]));
    assert!(!ok && said.contains("/nonexistent/a.toml cannot be read"), "{said}");
}

#[test]
fn no_core_dump_is_written_and_nobody_else_reads_the_keys() {
    let home = TemporaryHome::create().unwrap();
    let program = start(&home, &["--headless"]);
    let limits = fs::read_to_string(format!("/proc/{}/limits", program.id())).unwrap();
    let core = limits.lines().find(|line| line.starts_with("Max core file size")).unwrap();
    let words: Vec<&str> = core.split_whitespace().collect();
    assert_eq!(words[4..6], ["0", "0"], "{core}");
    let folder = home.path().join(".local/share/ankong/localhost");
    assert_eq!(mode(&folder), 0o700);
    assert_eq!(mode(&folder.join("leaf-0.pem")), 0o600);
}

fn mode(path: &Path) -> u32 {
    std::os::unix::fs::MetadataExt::mode(&fs::metadata(path).unwrap()) & 0o777
}

#[test]
fn without_a_session_bus_it_serves_all_the_same() {
    let home = TemporaryHome::create().unwrap();
    let mut command = ankong(&home);
    command.args(["serve", "--port", "0", "--virtual-card"]).arg(card(&home));
    command.env("DBUS_SESSION_BUS_ADDRESS", "unix:path=/nonexistent");
    let program = Process::start(command, &home.path().join("ankong.log")).unwrap();
    program.wait_for_line("https://localhost:", PATIENCE).unwrap();
    let (ok, said) = output(ankong(&home).arg("status"));
    assert!(ok && said.contains("card-ready"), "{said}");
}
