//! `ankong selftest` as an installer's last step meets it.
#![cfg(target_os = "linux")]
#![allow(clippy::unwrap_used, reason = "a failing test may panic")]

use std::fs;
use std::path::Path;
use std::process::{Command, Output};

use ankong_stage::TemporaryHome;

fn selftest(home: &TemporaryHome, temporary: &Path) -> (Option<i32>, String, String) {
    let mut command = Command::new(env!("CARGO_BIN_EXE_ankong"));
    command.arg("selftest").envs(home.environment()).env("TMPDIR", temporary);
    command.env_remove("DISPLAY").env_remove("DBUS_SESSION_BUS_ADDRESS");
    let Output { status, stdout, stderr } = command.output().unwrap();
    let text = |bytes| String::from_utf8(bytes).unwrap();
    (status.code(), text(stdout), text(stderr))
}

/// Every file below a folder.
fn files(folder: &Path) -> Vec<std::path::PathBuf> {
    let mut found = Vec::new();
    for entry in fs::read_dir(folder).unwrap() {
        let path = entry.unwrap().path();
        if path.is_dir() { found.extend(files(&path)) } else { found.push(path) }
    }
    found.sort();
    found
}

#[test]
fn it_signs_in_without_reader_or_window_says_how_long_it_took_and_leaves_nothing() {
    let home = TemporaryHome::create().unwrap();
    let temporary = tempfile::tempdir().unwrap();
    let before = files(home.path());
    let (code, said, complained) = selftest(&home, temporary.path());
    assert_eq!((code, complained.as_str()), (Some(0), ""), "{said}");
    assert!(said.starts_with("ok: ankong "), "{said}");
    for figure in ["https://localhost:", "virtual card made", "request to token", "verified"] {
        assert!(said.lines().any(|line| line.contains(figure) && line.ends_with(" ms")), "{said}");
    }
    assert_eq!(files(home.path()), before);
    assert_eq!(fs::read_dir(temporary.path()).unwrap().count(), 0);
}

#[test]
fn what_fails_is_named_and_ends_with_1() {
    let home = TemporaryHome::create().unwrap();
    let (code, said, complained) = selftest(&home, Path::new("/nonexistent"));
    assert_eq!((code, said.as_str()), (Some(1), ""));
    assert!(complained.starts_with("ankong: no temporary folder can be made"), "{complained}");
}
