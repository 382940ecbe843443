//! One instance per user, and where it can be reached.

use std::fs::{self, File, TryLockError};
use std::io::{self, Read, Seek, Write};
use std::path::Path;

const FILE: &str = "ankong.port";

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
        match file.try_lock() {
            Ok(()) => Ok(Some(Self { file })),
            Err(TryLockError::WouldBlock) => Ok(None),
            Err(TryLockError::Error(error)) => Err(error),
        }
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
