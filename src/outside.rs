//! The one site this program leads people to, opened in their own browser by the system's own means.
//! The address is written here: nothing from outside becomes part of a command.

use std::io;
use std::process::{Command, Stdio};
use std::thread;

/// The authority of the citizen certificates: renewal, unblocking, and the module for signing.
const MOICA: &str = "https://moica.nat.gov.tw/";

/// Opens [`MOICA`]. Whether a browser comes up is seen by the person alone.
///
/// # Errors
/// The system's program for that cannot be started.
pub(crate) fn open_moica() -> io::Result<()> {
    let mut opener = opener();
    opener.arg(MOICA).stdin(Stdio::null()).stdout(Stdio::null()).stderr(Stdio::null());
    let mut child = opener.spawn()?;
    // It may live as long as the browser does, and is waited for all the same.
    thread::Builder::new().name("browser".into()).spawn(move || child.wait()).map(drop)
}

#[cfg(target_os = "macos")]
fn opener() -> Command {
    Command::new("/usr/bin/open")
}

/// The documented way of a shell-free program to have the default browser open an address.
#[cfg(windows)]
fn opener() -> Command {
    let system = std::env::var_os("SystemRoot").unwrap_or_else(|| r"C:\Windows".into());
    let mut opener = Command::new(std::path::Path::new(&system).join(r"System32\rundll32.exe"));
    opener.arg("url.dll,FileProtocolHandler");
    opener
}

/// xdg-utils, which every desktop has.
#[cfg(not(any(target_os = "macos", windows)))]
fn opener() -> Command {
    Command::new("xdg-open")
}
