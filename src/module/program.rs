//! The program that is the child: this executable, with next to no environment.

use std::ffi::OsString;
use std::io;
use std::path::PathBuf;
#[cfg(unix)]
use std::process::{Command, Stdio};

/// The command of this executable that is the child; the command line knows it too.
pub(super) const COMMAND: &str = "module-worker";

/// What is started to hold a module.
#[derive(Debug, Clone)]
pub struct Program {
    /// The executable, whose command `module-worker` it is.
    pub path: PathBuf,
    /// All of its environment.
    pub environment: Vec<(OsString, OsString)>,
}

impl Program {
    /// The running executable. Of its environment stays what leads a module to its own files, the
    /// smart-card service and the person's language; the rest is none of a module's business.
    ///
    /// # Errors
    /// The system does not say which executable runs.
    pub fn this() -> io::Result<Self> {
        let kept = |name: &&str| Some((OsString::from(name), std::env::var_os(name)?));
        Ok(Self { path: own_path()?, environment: KEPT.iter().filter_map(kept).collect() })
    }

    /// With pipes for input and output, and nowhere to print.
    #[cfg(unix)]
    pub(super) fn command(&self) -> Command {
        let mut command = Command::new(&self.path);
        command.arg(COMMAND).env_clear().envs(self.environment.iter().cloned());
        command.stdin(Stdio::piped()).stdout(Stdio::piped()).stderr(Stdio::null());
        command
    }
}

/// The kernel's own link leads to the running executable even after an update replaced its file.
#[cfg(target_os = "linux")]
fn own_path() -> io::Result<PathBuf> {
    Ok("/proc/self/exe".into())
}

#[cfg(not(target_os = "linux"))]
fn own_path() -> io::Result<PathBuf> {
    std::env::current_exe()
}

#[cfg(not(windows))]
const KEPT: &[&str] =
    &["HOME", "LANG", "LC_ALL", "OPENSC_CONF", "PCSCLITE_CSOCK_NAME", "SOFTHSM2_CONF", "TZ"];
#[cfg(windows)]
const KEPT: &[&str] = &[
    "APPDATA",
    "CommonProgramFiles",
    "LOCALAPPDATA",
    "PATH",
    "ProgramData",
    "ProgramFiles",
    "SystemDrive",
    "SystemRoot",
    "TEMP",
    "TMP",
    "USERPROFILE",
    "windir",
];
