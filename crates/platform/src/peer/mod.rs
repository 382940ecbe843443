//! Who is at the other end of a TCP connection within this computer: whose it is, and which
//! programs hold it.
//!
//! It says nothing about a program's honesty: whatever runs with a user's rights can run as any
//! program of that user's.

use std::io;
use std::net::SocketAddr;
use std::path::PathBuf;

#[cfg(any(windows, test))]
mod rows;
#[cfg(any(target_os = "macos", test))]
mod socket_info;
#[cfg(target_os = "linux")]
#[path = "linux/mod.rs"]
mod system;
#[cfg(target_os = "macos")]
#[path = "macos.rs"]
mod system;
#[cfg(windows)]
#[path = "windows/mod.rs"]
mod system;

/// Whose end of a connection it is.
#[derive(Debug, Clone)]
pub enum Whose {
    /// The user's who runs this program.
    Mine(Peer),
    /// Another user's.
    Anothers,
    /// Nobody's any more; or another user's, where the system shows those to nobody else.
    Nobodys,
}

/// The other end of a connection, held by this user.
#[derive(Debug, Clone)]
pub struct Peer(system::Peer);

/// A program that holds the other end.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Program {
    /// Its file.
    pub file: PathBuf,
    /// The files of the programs that started it, nearest first, as far as the system tells.
    pub started_by: Vec<PathBuf>,
}

/// Asks the system. Holds what it needs for that, so that it can still ask when this process has no
/// descriptor left.
#[derive(Debug, Default)]
pub struct Peers(system::Peers);

impl Peers {
    /// What there is to ask with.
    #[must_use]
    pub fn new() -> Self {
        Self::default()
    }

    /// Whose the other end of an accepted connection is; both addresses as the accepting side sees
    /// them.
    ///
    /// # Errors
    /// The system does not tell.
    pub fn whose(&self, ours: SocketAddr, theirs: SocketAddr) -> io::Result<Whose> {
        self.0.find(ours, theirs)
    }
}

impl Peer {
    /// The programs that hold this end now. A connection can be inherited, so there may be several;
    /// none where the system does not let this program look at them, or where it was closed.
    ///
    /// # Errors
    /// The system does not tell.
    pub fn programs(&self) -> io::Result<Vec<Program>> {
        self.0.programs()
    }
}

#[cfg(test)]
mod tests;
