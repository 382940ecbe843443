//! What is written to the log while a test runs.

use std::{
    cell::RefCell,
    io::{self, Write},
    sync::Once,
};

thread_local! {
    static LINES: RefCell<Option<Vec<u8>>> = const { RefCell::new(None) };
}

/// Of this thread: of a test whose portal runs on others it sees nothing. One subscriber serves all
/// tests, as one that comes while another thread meets a line for the first time may miss it.
pub(crate) struct Log;

impl Log {
    pub(crate) fn listen() -> Self {
        static ONCE: Once = Once::new();
        ONCE.call_once(|| tracing_subscriber::fmt().with_ansi(false).with_writer(|| Lines).init());
        LINES.set(Some(Vec::new()));
        Self
    }

    pub(crate) fn text(&self) -> String {
        LINES.with_borrow(|lines| String::from_utf8(lines.clone().unwrap()).unwrap())
    }

    /// The log, once it has a line with this in it.
    pub(crate) async fn with(&self, part: &str) -> String {
        let begun = std::time::Instant::now();
        while !self.text().contains(part) {
            assert!(begun.elapsed().as_secs() < 60, "{}", self.text());
            tokio::time::sleep(std::time::Duration::from_millis(20)).await;
        }
        self.text()
    }
}

impl Drop for Log {
    fn drop(&mut self) {
        LINES.set(None);
    }
}

struct Lines;

impl Write for Lines {
    fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
        LINES.with_borrow_mut(|lines| lines.as_mut().map(|lines| lines.extend_from_slice(bytes)));
        Ok(bytes.len())
    }

    fn flush(&mut self) -> io::Result<()> {
        Ok(())
    }
}
