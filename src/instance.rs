//! One instance per user, and where it can be reached.

use std::fs::{self, File, TryLockError};
use std::io::{self, Read, Seek, Write};
use std::path::Path;
use std::thread;
use std::time::Duration;

const FILE: &str = "ankong.port";
/// Longer than a look at the lock takes.
const LOOK: Duration = Duration::from_millis(50);

/// Held while the program runs; the file holds its port.
pub(crate) struct Instance {
    file: File,
}

impl Instance {
    /// Takes the place of the only instance; `None` when there is one.
    pub(crate) fn take(runtime: &Path) -> io::Result<Option<Self>> {
        fs::create_dir_all(runtime)?;
        let mut options = File::options();
        options.read(true).write(true).create(true).truncate(false);
        #[cfg(unix)]
        std::os::unix::fs::OpenOptionsExt::mode(&mut options, 0o600);
        let file = options.open(runtime.join(FILE))?;
        for attempt in 0..2 {
            match file.try_lock() {
                Ok(()) => {
                    file.set_len(0)?; // the port of the one before
                    return Ok(Some(Self { file }));
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
        self.file.set_len(0)?;
        self.file.rewind()?;
        self.file.write_all(format!("{port}\n").as_bytes())
    }

    /// The port of the running instance, if one runs and has opened its door.
    pub(crate) fn port(runtime: &Path) -> Option<u16> {
        let mut file = File::open(runtime.join(FILE)).ok()?;
        match file.try_lock_shared() {
            Err(TryLockError::WouldBlock) => {
                let mut text = String::new();
                file.read_to_string(&mut text).ok()?;
                text.trim().parse().ok()
            }
            Ok(()) | Err(TryLockError::Error(_)) => None,
        }
    }
}
