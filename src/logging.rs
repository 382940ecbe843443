//! The log: one line an event on standard error. Nothing is logged per status call, and no PIN,
//! card number, national ID or name at all.

use tracing::Level;

/// Starts logging. Does nothing when the program embedding this library already logs.
pub(crate) fn start(level: Level) {
    let _ = tracing_subscriber::fmt()
        .with_max_level(level)
        .with_writer(std::io::stderr)
        .with_target(false)
        .with_ansi(false)
        .try_init();
}
