//! When the computer has woken, as Windows and macOS tell it. On Linux that takes no unsafe call.

#[cfg(target_os = "macos")]
mod macos;
#[cfg(windows)]
mod windows;

#[cfg(target_os = "macos")]
pub use macos::tell;
#[cfg(windows)]
pub use windows::tell;
