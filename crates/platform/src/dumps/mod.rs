//! A process through whose memory a PIN passes leaves no picture of that memory behind.

use std::io;

#[cfg(target_os = "linux")]
#[path = "linux.rs"]
mod system;
#[cfg(target_os = "macos")]
#[path = "macos.rs"]
mod system;
#[cfg(windows)]
#[path = "windows.rs"]
mod system;

/// Asks the system to write no memory dump of this process; on Linux and macOS also to let no other
/// process of the same user read its memory. Everything is asked for, also where something was
/// refused. On Linux and macOS the processes it starts write no dump either.
///
/// # Errors
/// The first refusal.
pub fn forbid() -> io::Result<()> {
    system::forbid()
}
