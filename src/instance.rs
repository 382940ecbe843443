//! One instance per user, and where it can be reached.
//!
//! The lock and the port are in two files: Windows lets nobody read a file that another process
//! has locked.

use std::fs::{self, File, TryLockError};
use std::io::{self, Write};
use std::path::Path;
use std::thread;
use std::time::Duration;

const LOCK: &str = "ankong.lock";
const PORT: &str = "ankong.port";
/// Longer than a look at the lock takes.
const LOOK: Duration = Duration::from_millis(50);

/// Held while the program runs.
pub(crate) struct Instance {
    _lock: File,
    port: File,
}

impl Instance {
    /// Takes the place of the only instance; `None` when there is one.
    pub(crate) fn take(runtime: &Path) -> io::Result<Option<Self>> {
        fs::create_dir_all(runtime)?;
        let lock = private().truncate(false).open(runtime.join(LOCK))?;
        for attempt in 0..2 {
            match lock.try_lock() {
                Ok(()) => {
                    // Without the port of the one before.
                    let port = private().truncate(true).open(runtime.join(PORT))?;
                    return Ok(Some(Self { _lock: lock, port }));
                }
                // Somebody may only have looked, which takes the lock for a moment.
                Err(TryLockError::WouldBlock) if attempt == 0 => thread::sleep(LOOK),
                Err(TryLockError::WouldBlock) => {}
                Err(TryLockError::Error(error)) => return Err(error),
            }
        }
        Ok(None)
    }

    /// Tells the port.
    pub(crate) fn publish(&mut self, port: u16) -> io::Result<()> {
        self.port.write_all(format!("{port}\n").as_bytes())
    }

    /// The port of the running instance, if one runs and has opened its door.
    pub(crate) fn port(runtime: &Path) -> Option<u16> {
        if !Self::runs(runtime) {
            return None;
        }
        fs::read_to_string(runtime.join(PORT)).ok()?.trim().parse().ok()
    }

    /// Whether an instance runs.
    pub(crate) fn runs(runtime: &Path) -> bool {
        let lock = File::open(runtime.join(LOCK));
        lock.is_ok_and(|lock| matches!(lock.try_lock_shared(), Err(TryLockError::WouldBlock)))
    }
}

/// Opens files that are the user's alone, and makes them.
fn private() -> fs::OpenOptions {
    let mut options = File::options();
    options.write(true).create(true);
    #[cfg(unix)]
    std::os::unix::fs::OpenOptionsExt::mode(&mut options, 0o600);
    options
}
