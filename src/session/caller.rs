//! Which program brings a request to the door.

use std::path::PathBuf;

/// The program at the other end, as far as this computer tells.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Caller {
    /// A browser that is known: it sends the origin of the page.
    Browser,
    /// Another program; the origin is whatever it says.
    Program(PathBuf),
    /// Nobody can tell.
    Unknown,
}
