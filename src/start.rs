//! `ankong start`, what the login starts: the program in the tray, and again should it crash.
//!
//! Where systemd runs the session, it does that (systemd-run(1): a unit of the user's that lives as
//! long as the program). Elsewhere this process stays and looks after the other one. On macOS
//! launchd starts the program itself.

use std::ffi::OsString;
use std::io;
use std::process::{Command, ExitStatus};
use std::time::{Duration, Instant};

use anyhow::{Context, bail};

use crate::stop::told_to_stop;

/// So many crashes within [`LATELY`] are enough: something is broken that a new start does not mend.
const ENOUGH: usize = 5;
const LATELY: Duration = Duration::from_secs(300);
/// Between a crash and the new start.
const BREATH: Duration = Duration::from_secs(1);

/// Starts `ankong serve` with these arguments, and comes back when it has ended for good or when
/// systemd has it.
///
/// # Errors
/// It cannot be started, or crashes again and again.
pub fn start(arguments: &[OsString]) -> anyhow::Result<()> {
    #[cfg(target_os = "linux")]
    if systemd::takes_it(arguments) {
        return Ok(());
    }
    look_after(arguments)
}

fn look_after(arguments: &[OsString]) -> anyhow::Result<()> {
    let program = std::env::current_exe()?;
    let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build()?;
    let mut crashes = Crashes::default();
    loop {
        let mut command = Command::new(&program);
        command.arg("serve").args(arguments);
        let ended = runtime.block_on(wait_for(command)).context("the program cannot be started")?;
        if !is_crash(ended) {
            return if ended.success() { Ok(()) } else { bail!("the program did not start") };
        }
        if !crashes.may_start_again(Instant::now()) {
            bail!("the program crashed {ENOUGH} times in a row; hint: ankong doctor");
        }
        std::thread::sleep(BREATH);
    }
}

/// Waits for the program; told to stop, has it stop.
async fn wait_for(command: Command) -> io::Result<ExitStatus> {
    let mut child = tokio::process::Command::from(command).spawn()?;
    tokio::select! {
        ended = child.wait() => return ended,
        told = told_to_stop() => told?,
    }
    ask_to_end(&child)?;
    child.wait().await?;
    // It ended because it was told to, whatever it says.
    Ok(ExitStatus::default())
}

#[cfg(unix)]
fn ask_to_end(child: &tokio::process::Child) -> io::Result<()> {
    use rustix::process::{Pid, Signal, kill_process};
    let pid = child.id().and_then(|id| i32::try_from(id).ok()).and_then(Pid::from_raw);
    match pid {
        Some(pid) => Ok(kill_process(pid, Signal::TERM)?),
        None => Ok(()), // it has ended
    }
}

/// The console's signal reaches both processes.
#[cfg(not(unix))]
#[allow(clippy::unnecessary_wraps, reason = "as on the other systems")]
fn ask_to_end(_: &tokio::process::Child) -> io::Result<()> {
    Ok(())
}

/// The program ends with 0 or 1; anything else it did not choose.
fn is_crash(ended: ExitStatus) -> bool {
    !matches!(ended.code(), Some(0..=2))
}

#[derive(Default)]
struct Crashes(Vec<Instant>);

impl Crashes {
    fn may_start_again(&mut self, now: Instant) -> bool {
        self.0.retain(|at| now.duration_since(*at) < LATELY);
        self.0.push(now);
        self.0.len() < ENOUGH
    }
}

#[cfg(target_os = "linux")]
mod systemd {
    use std::ffi::OsString;
    use std::path::PathBuf;
    use std::process::Command;

    use super::{ENOUGH, LATELY};

    /// The unit's name, for `systemctl --user status ankong`.
    const UNIT: &str = "ankong.service";
    /// What a window and a tray need to find the session.
    const SESSION: [&str; 15] = [
        "DISPLAY",
        "WAYLAND_DISPLAY",
        "XAUTHORITY",
        "XDG_CURRENT_DESKTOP",
        "XDG_SESSION_TYPE",
        "DBUS_SESSION_BUS_ADDRESS",
        "LANG",
        "LC_ALL",
        "LC_MESSAGES",
        "GTK_IM_MODULE",
        "XMODIFIERS",
        "XDG_CACHE_HOME",
        "XDG_CONFIG_HOME",
        "XDG_DATA_HOME",
        "XDG_STATE_HOME",
    ];

    /// Whether systemd runs this session and has taken the program over.
    pub(super) fn takes_it(arguments: &[OsString]) -> bool {
        let Ok(program) = std::env::current_exe() else { return false };
        let runtime = std::env::var_os("XDG_RUNTIME_DIR").map(PathBuf::from);
        if !runtime.is_some_and(|folder| folder.join("systemd/private").exists()) {
            return false;
        }
        let mut command = Command::new("systemd-run");
        command.args(["--user", "--quiet", "--collect", "--service-type=exec", "--unit", UNIT]);
        command.args(["-p", "PartOf=graphical-session.target"]); // it ends with the desktop
        command.args(["-p", "Restart=on-abnormal", "-p", "RestartSec=1"]);
        command.args(["-p", &format!("StartLimitBurst={ENOUGH}")]);
        command.args(["-p", &format!("StartLimitIntervalSec={}", LATELY.as_secs())]);
        for name in SESSION.iter().filter(|name| std::env::var_os(name).is_some()) {
            command.args(["-E", name]);
        }
        command.arg("--").arg(program).arg("serve").args(arguments);
        command.status().is_ok_and(|ended| ended.success())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn five_crashes_in_five_minutes_are_enough_and_old_ones_do_not_count() {
        let start = Instant::now();
        let mut crashes = Crashes::default();
        let at = |seconds| start + Duration::from_secs(seconds);
        for minute in 0..20 {
            assert!(crashes.may_start_again(at(minute * 80)), "one in 80 seconds");
        }
        let later = 10_000;
        let allowed = (0..5).map(|second| crashes.may_start_again(at(later + second)));
        assert_eq!(allowed.collect::<Vec<_>>(), [true, true, true, true, false]);
    }
}
