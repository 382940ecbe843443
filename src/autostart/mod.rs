//! The start at login: where this system keeps it, whether it is on, and switching it.
//!
//! What is started is `ankong start`, which starts the program again should it crash; on macOS
//! launchd does that itself.

#[cfg(target_os = "linux")]
#[path = "linux.rs"]
mod system;
#[cfg(target_os = "macos")]
#[path = "macos.rs"]
mod system;
#[cfg(windows)]
#[path = "windows.rs"]
mod system;

use std::io;
use std::path::PathBuf;

/// The start of this program at login.
pub struct Autostart {
    program: PathBuf,
    #[cfg_attr(windows, allow(dead_code, reason = "the registry is no folder"))]
    folder: PathBuf,
}

impl Autostart {
    /// Of the user with these folders, for this executable.
    ///
    /// # Errors
    /// The system does not say where the executable is.
    pub fn of_user(folders: &crate::paths::UserFolders) -> io::Result<Self> {
        let folder = if cfg!(target_os = "macos") {
            folders.home.join("Library/LaunchAgents")
        } else {
            folders.config.join("autostart")
        };
        Ok(Self { program: std::env::current_exe()?, folder })
    }

    /// Whether the program starts at login.
    ///
    /// # Errors
    /// The place where that stands cannot be read.
    pub fn is_on(&self) -> io::Result<bool> {
        system::is_on(self)
    }

    /// Switches it on or off, for this user.
    ///
    /// # Errors
    /// The place where that stands cannot be written.
    pub fn switch(&self, on: bool) -> io::Result<()> {
        system::switch(self, on)
    }
}

/// What stands in a file; nothing where there is none.
#[cfg(unix)]
fn text_of(file: &std::path::Path) -> io::Result<Option<String>> {
    match std::fs::read_to_string(file) {
        Err(error) if error.kind() == io::ErrorKind::NotFound => Ok(None),
        text => text.map(Some),
    }
}

/// Takes a file away, if there is one.
#[cfg(unix)]
fn remove(file: &std::path::Path) -> io::Result<()> {
    match std::fs::remove_file(file) {
        Err(error) if error.kind() != io::ErrorKind::NotFound => Err(error),
        _ => Ok(()),
    }
}
