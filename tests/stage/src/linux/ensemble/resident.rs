//! The resident program of a play, which may end and be started again.

use std::path::{Path, PathBuf};
use std::process::Command;

use anyhow::{Context, Result, ensure};

use super::START_TIME;
use crate::Process;

/// The resident program. However often it is started, home, port and log are the same.
pub(super) struct Resident {
    call: Command,
    log: PathBuf,
    port: u16,
    process: Option<Process>,
}

impl Resident {
    /// Starts it on this port, or for 0 on any that is free.
    pub(super) fn start(call: Command, port: u16, log: &Path) -> Result<Self> {
        let mut resident = Self { call, log: log.to_owned(), port, process: None };
        resident.start_again()?;
        Ok(resident)
    }

    pub(super) fn start_again(&mut self) -> Result<()> {
        ensure!(self.process.is_none(), "it runs already");
        let mut command = again(&self.call);
        command.args(["--port", &self.port.to_string()]);
        let process = Process::start(command, &self.log)?;
        let line = process.wait_for_line("https://localhost:", START_TIME)?;
        self.port = line.rsplit(':').next().context("no port")?.parse()?;
        self.process = Some(process);
        Ok(())
    }

    pub(super) fn end(&mut self) -> Result<()> {
        let mut process = self.process.take().context("it does not run")?;
        process.terminate(START_TIME).map(drop)
    }

    pub(super) fn port(&self) -> u16 {
        self.port
    }

    /// The process id; 0 while it does not run.
    pub(super) fn id(&self) -> u32 {
        self.process.as_ref().map_or(0, Process::id)
    }
}

/// The same call once more; a [`Command`] has no `Clone`.
fn again(call: &Command) -> Command {
    let mut command = Command::new(call.get_program());
    command.args(call.get_args());
    if let Some(folder) = call.get_current_dir() {
        command.current_dir(folder);
    }
    for (name, value) in call.get_envs() {
        match value {
            Some(value) => command.env(name, value),
            None => command.env_remove(name),
        };
    }
    command
}
