//! A Windows of one's own for each test, by Wine. It refuses to know what is tested.
#![cfg(target_os = "linux")]

mod eyes;
mod installer;

pub use installer::{FOR_ALL, FOR_THE_USER, install, setup, uninstall};

use std::path::{Path, PathBuf};
use std::process::{Command, Output};

use ankong_stage::{Foreign, Process};
use anyhow::{Context, Result, ensure};
use tempfile::TempDir;

const WINE: &str = "/usr/lib/wine/wine64";

/// A Windows that prefix.sh makes. Dropping it ends its programs and removes it.
#[derive(Debug)]
pub struct Windows {
    folder: TempDir,
    /// Environment of every program in it.
    environment: Vec<(&'static str, std::ffi::OsString)>,
}

/// What a program said, and how it ended.
#[derive(Debug)]
pub struct Said {
    /// It ended with 0.
    pub well: bool,
    /// On standard output, then on standard error.
    pub text: String,
}

impl Windows {
    /// A fresh one, without a display.
    ///
    /// # Errors
    /// When Wine is missing or does not start.
    pub fn new() -> Result<Self> {
        Self::with(Vec::new())
    }

    /// A fresh one whose programs have this in their Linux environment: a display, a PC/SC daemon.
    ///
    /// # Errors
    /// As [`Windows::new`].
    pub fn with(environment: Vec<(&'static str, std::ffi::OsString)>) -> Result<Self> {
        let script = Path::new(env!("CARGO_MANIFEST_DIR")).join("prefix.sh");
        let folder = tempfile::Builder::new().prefix("ankong-wine-").tempdir()?;
        let made = Command::new(script).arg(folder.path().join("prefix")).output()?;
        ensure!(made.status.success(), "{}", String::from_utf8_lossy(&made.stderr));
        Ok(Self { folder, environment })
    }

    /// Where it is on this machine.
    pub fn path(&self) -> &Path {
        self.folder.path()
    }

    /// A file on its drive C, seen from this machine; `windows` without the drive.
    pub fn file(&self, windows: &str) -> PathBuf {
        self.path().join("prefix/drive_c").join(windows.replace('\\', "/"))
    }

    /// A call of a program in it: the path of an .exe, of this machine or of Windows.
    pub fn command(&self, program: impl AsRef<std::ffi::OsStr>) -> Command {
        let mut command = Command::new(WINE);
        self.furnish(&mut command);
        command.arg(program);
        command
    }

    fn furnish(&self, command: &mut Command) {
        command.envs(self.of_wine()).env("LC_ALL", "C.UTF-8");
        command.env_remove("DISPLAY").env_remove("WAYLAND_DISPLAY");
        command.envs(self.environment.iter().cloned()).current_dir(self.path());
    }

    fn of_wine(&self) -> [(&'static str, std::ffi::OsString); 4] {
        let prefix = self.path().join("prefix");
        [
            // What prefix.sh links to: Wine's libraries for 32-bit programs.
            ("WINEDLLPATH", prefix.join("wine32").into()),
            ("WINEPREFIX", prefix.into()),
            ("WINEDEBUG", "-all".into()),
            ("WINEDLLOVERRIDES", "mscoree,mshtml=".into()),
        ]
    }

    /// Runs a program to its end.
    ///
    /// # Errors
    /// When Wine does not start.
    pub fn run(&self, program: impl AsRef<std::ffi::OsStr>, arguments: &[&str]) -> Result<Said> {
        let Output { status, stdout, stderr } =
            self.command(program).args(arguments).output().context("Wine does not start")?;
        let text = String::from_utf8_lossy(&[stdout, stderr].concat()).replace("\r\n", "\n");
        Ok(Said { well: status.success(), text })
    }

    /// Starts a program that stays.
    ///
    /// # Errors
    /// When Wine does not start.
    pub fn start(
        &self,
        program: impl AsRef<std::ffi::OsStr>,
        arguments: &[&str],
    ) -> Result<Process> {
        let mut command = self.command(program);
        command.args(arguments);
        Process::start(command, &self.path().join("program.log"))
    }

    /// How the program at this path of Windows' is started as the resident one of a play.
    pub fn resident(&self, program: &str) -> Foreign {
        let mut environment = self.environment.clone();
        environment.extend(self.of_wine());
        let root = self.file(r"users\root\AppData\Local\ankong\data\localhost\root.pem");
        let runner = WINE.into();
        let origins = self.file(r"users\root\AppData\Roaming\ankong\config\origins.toml");
        Foreign { runner, program: program.to_owned(), environment, root, origins }
    }

    /// A value in the registry, such as `HKCU\Software\…`; nothing where there is none.
    ///
    /// # Errors
    /// When Wine does not start.
    pub fn registry(&self, key: &str, value: &str) -> Result<Option<String>> {
        let said = self.run("reg", &["query", key, "/v", value])?;
        let line = said.text.lines().find_map(|line| line.trim().strip_prefix(value));
        let text = line.and_then(|line| line.trim().split_once("    "));
        Ok(text.map(|(_, text)| text.trim().to_owned()))
    }
}

impl Drop for Windows {
    fn drop(&mut self) {
        let mut command = Command::new("/usr/lib/wine/wineserver");
        self.furnish(&mut command);
        // Nothing may run any more, which is what is wanted.
        let _ = command.arg("--kill").status();
    }
}

/// A program for Windows, as build.sh left it.
///
/// # Errors
/// When it has not been built.
pub fn built(name: &str) -> Result<PathBuf> {
    let target = std::env::var_os("CARGO_TARGET_DIR")
        .map_or_else(|| Path::new(env!("CARGO_MANIFEST_DIR")).join("../../target"), PathBuf::from);
    let profile = std::env::var("PROFILE").unwrap_or_else(|_| "debug".into());
    let path = target.join("windows").join(profile).join(name);
    ensure!(path.is_file(), "{} is not built: run `make test-windows`", path.display());
    Ok(path)
}
