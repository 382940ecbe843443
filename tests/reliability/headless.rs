//! The program without a screen, and its own page, which may always ask how things stand.

use std::fs::{read_dir, read_to_string};
use std::process::Command;
use std::time::{Duration, Instant};

use ankong_stage::{Caller, Environment, PrivatePcscd, Process, TemporaryHome, eventually};
use rustix::process::{Pid, Signal, kill_process};

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

    /// It stands still. A thread notices the signal only when it would run next, perhaps for something
    /// that comes after the signal: each of them is waited for.
    pub(crate) fn stop(&self) {
        self.send(Signal::STOP);
        let threads = format!("/proc/{}/task", self.process.id());
        eventually("every thread to stand still", PATIENCE, || {
            // A thread may end meanwhile.
            let mut states = read_dir(&threads)?
                .flatten()
                .filter_map(|thread| read_to_string(thread.path().join("status")).ok());
            Ok(states.all(|state| state.contains("State:\tT")).then_some(()))
        })
        .unwrap();
    }

    /// It goes on after [`Self::stop`].
    pub(crate) fn go_on(&self) {
        self.send(Signal::CONT);
    }

    fn send(&self, signal: Signal) {
        let process = Pid::from_raw(self.process.id().try_into().unwrap()).unwrap();
        kill_process(process, signal).unwrap();
    }

    /// How often this stands in its log.
    pub(crate) fn logged(&self, text: &str) -> usize {
        read_to_string(self.process.log()).unwrap().matches(text).count()
    }
}
