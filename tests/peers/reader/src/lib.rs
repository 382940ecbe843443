//! A pcscd driver (IFD handler 3.0) of a USB reader that exists in software alone, so that a test can
//! plug it in and unplug it under the real service. Its events are the card's own: pcscd waits in
//! the driver and looks at no clock.
//!
//! The card comes over TCP in the words of vpcd: two bytes of length, then a control code or an
//! APDU. It refuses to know who makes the device appear; see `ankong-stage`.
#![cfg(target_os = "linux")]
#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::panic,
    reason = "a test tool stops at the first surprise"
)]

mod interface;
mod slot;

use std::path::PathBuf;

/// The driver's library, built beside the running test.
///
/// # Errors
/// It was not built.
pub fn library() -> anyhow::Result<PathBuf> {
    let library = std::env::current_exe()?.with_file_name("libankong_peer_reader.so");
    anyhow::ensure!(library.is_file(), "{} was not built", library.display());
    Ok(library)
}
