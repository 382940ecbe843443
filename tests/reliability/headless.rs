//! The program without a screen, and its own page, which may always ask how things stand.

use std::process::Command;
use std::time::{Duration, Instant};

use ankong_stage::{Caller, Environment, PrivatePcscd, Process, TemporaryHome, eventually};

pub(crate) const PATIENCE: Duration = Duration::from_secs(30);

pub(crate) struct Headless {
    pub(crate) process: Process,
    caller: Caller,
    port: u16,
}

impl Headless {
    pub(crate) fn start(home: &TemporaryHome, pcscd: &PrivatePcscd, more: Environment) -> Self {
        let mut command = Command::new(env!("CARGO_BIN_EXE_ankong"));
        command.args(["serve", "--headless", "--port", "0"]);
        command.envs(home.environment()).envs(pcscd.environment()).envs(more);
        let process = Process::start(command, &home.path().join("ankong.log")).unwrap();
        let line = process.wait_for_line("https://localhost:", PATIENCE).unwrap();
        let port = line.rsplit(':').next().unwrap().parse().unwrap();
        let root = home.path().join(".local/share/ankong/localhost/root.pem");
        let caller = Caller::new(port, &std::fs::read(root).unwrap()).unwrap();
        Self { process, caller, port }
    }

    /// Waits until this is how things stand; says how long that took.
    pub(crate) fn wait_for(&self, state: &str) -> Duration {
        let begun = Instant::now();
        let own = format!("https://localhost:{}", self.port);
        eventually(state, PATIENCE, || {
            let answer = self.caller.get("/v1/status", &own)?;
            Ok((answer.json["state"] == state).then_some(()))
        })
        .unwrap();
        begun.elapsed()
    }

    /// How often this stands in its log.
    pub(crate) fn logged(&self, text: &str) -> usize {
        std::fs::read_to_string(self.process.log()).unwrap().matches(text).count()
    }
}
