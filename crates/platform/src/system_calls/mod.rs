//! seccomp(2) where the library that makes the other filters has no words: numbers of a second
//! interface, and calls that another process answers (seccomp_unotify(2)).
//!
//! A filter is for the calling thread and for those it starts, for ever.

use std::io;
use std::os::fd::OwnedFd;

mod attempts;
mod filter;

pub use attempts::{Attempt, Attempts};

/// Denies (EPERM) what is called by numbers of x32: they pass by rules about native numbers. A call
/// of another architecture ends the process.
///
/// # Errors
/// The kernel takes no filter.
pub fn native_only() -> io::Result<()> {
    filter::deny_other_numbers()
}

/// From now on every connect(2) is an [`Attempt`] that waits for an answer, which the holder of
/// this descriptor gives ([`Attempts`]). It is to be given away: whoever keeps it answers itself.
///
/// # Errors
/// Connections could not be made for this process (Linux 5.9), or somebody is asked already.
pub fn ask_to_connect() -> io::Result<OwnedFd> {
    filter::ask_to_connect()
}
