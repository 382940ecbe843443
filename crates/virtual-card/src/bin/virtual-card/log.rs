//! The last lines of what a card was sent, and all of them in a file where one is named.

use std::collections::VecDeque;
use std::fs::File;
use std::io::{self, Write};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

/// The lines; clones are the same log.
#[derive(Clone)]
pub(crate) struct Log(Arc<Mutex<Lines>>);

struct Lines {
    last: VecDeque<String>,
    /// What has come since the last end of a line.
    begun: Vec<u8>,
    file: Option<File>,
}

impl Log {
    pub(crate) fn new(file: Option<File>) -> Self {
        Self(Arc::new(Mutex::new(Lines { last: VecDeque::new(), begun: Vec::new(), file })))
    }

    /// The last lines, the oldest first.
    pub(crate) fn last(&self) -> Vec<String> {
        self.lock().last.iter().cloned().collect()
    }

    fn lock(&self) -> MutexGuard<'_, Lines> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl Write for Log {
    fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
        let mut lines = self.lock();
        for byte in bytes {
            if *byte != b'\n' {
                lines.begun.push(*byte);
                continue;
            }
            let line = std::mem::take(&mut lines.begun);
            lines.last.push_back(String::from_utf8_lossy(&line).into_owned());
            if lines.last.len() > KEPT {
                lines.last.pop_front();
            }
        }
        if let Some(file) = &mut lines.file {
            file.write_all(bytes)?;
        }
        Ok(bytes.len())
    }

    fn flush(&mut self) -> io::Result<()> {
        match &mut self.lock().file {
            Some(file) => file.flush(),
            None => Ok(()),
        }
    }
}

/// A sign-in is some sixty lines.
const KEPT: usize = 200;
