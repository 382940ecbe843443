//! The log: one line an event. Nothing is logged for a status call, nor for a request that is
//! refused before a person was asked: pages can make any number of them. No PIN, card number,
//! national ID or name is logged at all.

mod file;

use std::path::Path;
use std::sync::Mutex;

use file::LogFile;
use tracing::Level;

/// Starts logging on standard error, or in files of this folder where nobody would see that. Does
/// nothing when the program embedding this library already logs.
pub(crate) fn start(level: Level, folder: Option<&Path>) {
    let lines = tracing_subscriber::fmt().with_max_level(level).with_target(false).with_ansi(false);
    match folder.map(LogFile::open) {
        Some(Ok(file)) => {
            let _ = lines.with_writer(Mutex::new(file)).try_init();
        }
        None => {
            let _ = lines.with_writer(std::io::stderr).try_init();
        }
        Some(Err(error)) => {
            let _ = lines.with_writer(std::io::stderr).try_init();
            tracing::warn!(%error, "the log file cannot be written");
        }
    }
}
