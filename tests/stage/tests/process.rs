//! A process guard knows what its process says, and leaves nothing behind.
#![cfg(target_os = "linux")]

use std::io::Write;
use std::path::Path;
use std::process::Command;
use std::time::Duration;

use ankong_stage::{Process, built, eventually};

fn shell(script: &str, log: &Path) -> anyhow::Result<Process> {
    let mut command = Command::new("sh");
    command.args(["-c", script]);
    Process::start(command, log)
}

#[test]
fn a_line_is_found_whether_it_comes_before_or_after_the_wait() {
    let folder = tempfile::tempdir().unwrap();
    let process =
        shell("echo first; sleep 0.2; echo second; sleep 60", &folder.path().join("log")).unwrap();
    assert_eq!(process.wait_for_line("sec", Duration::from_secs(5)).unwrap(), "second");
    assert_eq!(process.wait_for_line("first", Duration::ZERO).unwrap(), "first");
}

#[test]
fn a_program_that_ends_too_early_is_reported_with_what_it_said_on_standard_error() {
    let folder = tempfile::tempdir().unwrap();
    let process = shell("echo 'no such card' >&2; exit 3", &folder.path().join("log")).unwrap();
    let error = process.wait_for_line("ready", Duration::from_secs(5)).unwrap_err().to_string();
    assert!(error.contains("sh ended") && error.contains("no such card"), "{error}");
}

#[test]
fn dropping_the_guard_ends_grandchildren_too() {
    let folder = tempfile::tempdir().unwrap();
    let process = shell("sleep 60 & echo $!; wait", &folder.path().join("log")).unwrap();
    let grandchild = process.wait_for_line("", Duration::from_secs(5)).unwrap();
    let status = Path::new("/proc").join(&grandchild).join("stat");
    assert!(status.exists());
    drop(process);
    eventually("the grandchild is gone", Duration::from_secs(5), || {
        // Dead is enough where nobody reaps it.
        let dead = std::fs::read_to_string(&status).map_or(true, |stat| stat.contains(") Z "));
        Ok(dead.then_some(()))
    })
    .unwrap();
}

#[test]
fn input_can_be_written_and_a_program_asked_to_end_ends() {
    let folder = tempfile::tempdir().unwrap();
    let mut process =
        shell("read word; echo got $word; exec sleep 60", &folder.path().join("log")).unwrap();
    process.take_input().unwrap().write_all(b"pull\n").unwrap();
    process.wait_for_line("got pull", Duration::from_secs(5)).unwrap();
    assert!(process.is_running().unwrap());
    assert!(!process.terminate(Duration::from_secs(5)).unwrap().success());
}

#[test]
fn a_program_that_was_never_built_is_named_with_what_to_do() {
    let error = built("no-such-program").unwrap_err().to_string();
    assert!(error.contains("no-such-program") && error.contains("make build"), "{error}");
}
