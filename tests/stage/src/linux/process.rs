//! A child process that ends with its guard, together with everything it started.
//! It refuses to know what its lines mean.

use std::fs::OpenOptions;
use std::os::unix::process::CommandExt;
use std::path::{Path, PathBuf};
use std::process::{Child, ChildStdin, Command, ExitStatus, Stdio};
use std::sync::Arc;
use std::time::Duration;

use anyhow::{Context, Result, anyhow, ensure};
use rustix::process::{Pid, Signal, kill_process, kill_process_group};

use super::output::Output;
use crate::waiting::eventually;

/// A running program whose output goes to a log file and can be waited for line by line.
///
/// It is the leader of a process group of its own; dropping it kills the group.
#[derive(Debug)]
pub struct Process {
    name: String,
    child: Child,
    log: PathBuf,
    output: Arc<Output>,
}

impl Process {
    /// Starts `command` with standard output and standard error in the file `log`, which is appended to.
    ///
    /// Standard input is a pipe: see [`Process::take_input`] and [`Process::start_reading`].
    ///
    /// # Errors
    /// When the log file cannot be opened or the program cannot be started; the message names the program.
    pub fn start(command: Command, log: &Path) -> Result<Self> {
        Self::start_reading(command, Stdio::piped(), log)
    }

    /// Like [`Process::start`], with `input` as the program's standard input.
    ///
    /// # Errors
    /// As [`Process::start`].
    pub fn start_reading(mut command: Command, input: Stdio, log: &Path) -> Result<Self> {
        let name = command.get_program().to_string_lossy().into_owned();
        let file = OpenOptions::new().create(true).append(true).open(log);
        let file = file.with_context(|| format!("cannot write the log file {}", log.display()))?;
        let mut child = command
            .stdin(input)
            .stdout(Stdio::piped())
            .stderr(file.try_clone()?)
            .process_group(0)
            .spawn()
            .with_context(|| format!("cannot start {name}"))?;
        let output = Arc::<Output>::default();
        if let Some(pipe) = child.stdout.take() {
            output.clone().follow(pipe, file);
        }
        Ok(Self { name, child, log: log.to_owned(), output })
    }

    /// The process id.
    pub fn id(&self) -> u32 {
        self.child.id()
    }

    /// The file with everything the program has printed.
    pub fn log(&self) -> &Path {
        &self.log
    }

    /// The standard input, once; dropping it tells the program that its input has ended.
    pub fn take_input(&mut self) -> Option<ChildStdin> {
        self.child.stdin.take()
    }

    /// Waits until the program has printed a line on standard output that contains `text`, and gives that line.
    /// Lines printed before the call count too.
    ///
    /// # Errors
    /// When `within` passes or the program ends first; the message ends with the last lines of the log.
    pub fn wait_for_line(&self, text: &str, within: Duration) -> Result<String> {
        self.output.wait_for(text, within).map_err(|why| {
            anyhow!("{} {why} before it printed \"{text}\"; {}", self.name, self.last_words())
        })
    }

    /// A clause for error messages with the last lines the program has printed.
    pub(crate) fn last_words(&self) -> String {
        let log = std::fs::read_to_string(&self.log).unwrap_or_default();
        let lines: Vec<&str> = log.lines().collect();
        let last = lines.get(lines.len().saturating_sub(LAST_LINES)..).unwrap_or(&[]);
        format!("it said:\n{}", last.join("\n"))
    }

    /// Whether the program still runs.
    ///
    /// # Errors
    /// When the operating system does not tell.
    pub fn is_running(&mut self) -> Result<bool> {
        Ok(self.child.try_wait()?.is_none())
    }

    /// Waits until the program has ended by itself.
    ///
    /// # Errors
    /// When it still runs after `within`.
    pub fn wait(&mut self, within: Duration) -> Result<ExitStatus> {
        let what = format!("the end of {}", self.name);
        eventually(&what, within, || Ok(self.child.try_wait()?))
    }

    /// Asks the program to end (SIGTERM to it alone) and waits for that.
    ///
    /// # Errors
    /// When it still runs after `within`.
    pub fn terminate(&mut self, within: Duration) -> Result<ExitStatus> {
        if self.is_running()? {
            kill_process(Pid::from_child(&self.child), Signal::TERM)?;
        }
        self.wait(within)
    }

    /// Kills the program and its whole process group.
    pub fn kill(&mut self) {
        // The group may be gone already, which is what was wanted.
        let _ = kill_process_group(Pid::from_child(&self.child), Signal::KILL);
        let _ = self.child.wait();
    }
}

impl Drop for Process {
    fn drop(&mut self) {
        self.kill();
    }
}

/// The path of the workspace program `name`, built into the folder of the running test or demo.
///
/// # Errors
/// When it has not been built.
pub fn built(name: &str) -> Result<PathBuf> {
    let own = std::env::current_exe().context("the path of the running program is unknown")?;
    let mut folder = own.parent().context("the running program is in no folder")?;
    if folder.ends_with("deps") {
        folder = folder.parent().unwrap_or(folder);
    }
    let path = folder.join(name);
    ensure!(path.is_file(), "{} is not built: run `make build` first", path.display());
    Ok(path)
}

/// Puts a copy of a program or script at `to`, for everybody to run. Another process does it: Linux starts nothing that
/// is open for writing somewhere, and what this process has open, a child that another thread starts has for a moment too.
///
/// # Errors
/// When it cannot be copied.
pub fn install_program(from: &Path, to: &Path) -> Result<()> {
    let status = Command::new("install").args(["-m", "755", "--"]).args([from, to]).status()?;
    ensure!(status.success(), "cannot copy {} to {}", from.display(), to.display());
    Ok(())
}

const LAST_LINES: usize = 20;
