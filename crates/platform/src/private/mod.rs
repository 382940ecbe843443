//! Files that nobody but this user can read: by their mode on Unix, and on Windows also by a key
//! that Windows keeps for the user (DPAPI), so that a copy of the disk is not enough.

use std::io;

#[cfg(unix)]
#[path = "unix.rs"]
mod system;
#[cfg(windows)]
#[path = "windows.rs"]
mod system;

/// How the name of a sealed PEM file ends.
pub const PEM: &str = system::PEM;

/// What to write into a file so that this user alone can open it.
///
/// # Errors
/// The system has no key for this user.
pub fn seal(secret: &[u8]) -> io::Result<Vec<u8>> {
    system::seal(secret)
}

/// What was sealed by this user on this computer.
///
/// # Errors
/// Somebody else sealed it, or it was changed.
pub fn open(sealed: &[u8]) -> io::Result<Vec<u8>> {
    system::open(sealed)
}

#[cfg(test)]
mod tests {
    #[test]
    fn what_was_sealed_can_be_opened() {
        let sealed = super::seal(b"a key").unwrap();
        assert_eq!(super::open(&sealed).unwrap(), b"a key");
    }
}
