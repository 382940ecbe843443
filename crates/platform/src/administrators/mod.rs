//! Whether a file's content can come from administrators alone.

use std::io;
use std::path::Path;

#[cfg(any(windows, test))]
mod descriptor;
#[cfg(unix)]
#[path = "unix.rs"]
mod system;
#[cfg(windows)]
#[path = "windows.rs"]
mod system;

/// Whether nobody but administrators can write the file `place`, or replace what lies in the
/// folder `place`. Says nothing about the folders above.
///
/// # Errors
/// The system does not tell.
pub fn alone_write(place: &Path) -> io::Result<bool> {
    system::alone_write(place)
}

/// What an administrator does to a file that others can write, as the end of a sentence.
pub const REMEDY: &str = system::REMEDY;
