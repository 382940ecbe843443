//! The resident program in a home of its own, and `ankong trust` there.

use std::process::Command;
use std::time::Duration;

use ankong_stage::{Process, TemporaryHome};

const PATIENCE: Duration = Duration::from_secs(20);

pub(crate) struct Resident {
    pub(crate) port: u16,
    _process: Process,
}

impl Resident {
    /// Starts it without readers; `arguments` are further ones of `serve`.
    pub(crate) fn start(home: &TemporaryHome, arguments: &[&str]) -> Self {
        let mut command = ankong(home);
        command.args(["serve", "--headless"]).args(arguments);
        command.env("PCSCLITE_CSOCK_NAME", "/nonexistent");
        let process = Process::start(command, &home.path().join("ankong.log")).unwrap();
        let line = process.wait_for_line("https://localhost:", PATIENCE).unwrap();
        Self { port: line.rsplit(':').next().unwrap().parse().unwrap(), _process: process }
    }
}

/// Runs `ankong trust`, which must end well.
pub(crate) fn trust(home: &TemporaryHome, order: &str) {
    let output = ankong(home).args(["trust", order]).output().unwrap();
    assert!(output.status.success(), "{output:?}");
}

fn ankong(home: &TemporaryHome) -> Command {
    let mut command = Command::new(env!("CARGO_BIN_EXE_ankong"));
    command.envs(home.environment());
    command.env_remove("DISPLAY").env_remove("WAYLAND_DISPLAY");
    command
}
