//! What a child process prints: kept in its log file, and in memory so that a line can be waited for.

use std::fs::File;
use std::io::{BufRead, BufReader, Write};
use std::process::ChildStdout;
use std::sync::{Arc, Condvar, Mutex, PoisonError};
use std::time::Duration;

#[derive(Debug, Default)]
pub(crate) struct Output {
    state: Mutex<Lines>,
    changed: Condvar,
}

#[derive(Debug, Default)]
struct Lines {
    lines: Vec<String>,
    ended: bool,
}

impl Output {
    /// Reads `pipe` in a thread of its own, line by line, into `log` and into this memory of it.
    pub(crate) fn follow(self: Arc<Self>, pipe: ChildStdout, mut log: File) {
        std::thread::spawn(move || {
            for line in BufReader::new(pipe).lines().map_while(Result::ok) {
                // A full disk must not stop the program whose output this is.
                let _ = writeln!(log, "{line}");
                self.change(|state| state.lines.push(line));
            }
            self.change(|state| state.ended = true);
        });
    }

    fn change(&self, change: impl FnOnce(&mut Lines)) {
        change(&mut self.state.lock().unwrap_or_else(PoisonError::into_inner));
        self.changed.notify_all();
    }

    /// The first line that contains `text`, or what happened instead of it.
    pub(crate) fn wait_for(&self, text: &str, within: Duration) -> Result<String, &'static str> {
        let found = |state: &Lines| state.lines.iter().find(|line| line.contains(text)).cloned();
        let state = self.state.lock().unwrap_or_else(PoisonError::into_inner);
        let (state, _) = self
            .changed
            .wait_timeout_while(state, within, |state| found(state).is_none() && !state.ended)
            .unwrap_or_else(PoisonError::into_inner);
        found(&state).ok_or(if state.ended { "ended" } else { "was waited for too long" })
    }
}
