//! The program that is the child: this executable, or the one for 32-bit modules, with next to no environment.

use std::ffi::OsString;
use std::io;
use std::path::{Path, PathBuf};
#[cfg(unix)]
use std::process::{Command, Stdio};

use super::architecture;

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

    /// The one that can hold this library.
    pub(super) fn holding(&self, library: &Path) -> Self {
        match self.for_x86() {
            Some(path)
                if architecture::of_file(library).is_ok_and(|made_for| made_for == [X86]) =>
            {
                Self { path, ..self.clone() }
            }
            Some(_) | None => self.clone(),
        }
    }

    /// The processors whose libraries can be held.
    pub(super) fn held(&self) -> Vec<&'static str> {
        let x86 = self.for_x86().map(|_| X86);
        [std::env::consts::ARCH].into_iter().chain(x86).collect()
    }

    /// A process loads libraries of its own kind, and a 64-bit Windows runs programs of two kinds: the other one stands beside
    /// this executable, where it was installed.
    fn for_x86(&self) -> Option<PathBuf> {
        let beside = self.path.with_file_name("ankong-module32.exe");
        (cfg!(windows) && beside.is_file()).then_some(beside)
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

/// As [`std::env::consts::ARCH`] has it.
const X86: &str = "x86";

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
    "CommonProgramFiles(x86)",
    "LOCALAPPDATA",
    "PATH",
    "ProgramData",
    "ProgramFiles",
    "ProgramFiles(x86)",
    "SystemDrive",
    "SystemRoot",
    "TEMP",
    "TMP",
    "USERPROFILE",
    "windir",
];
