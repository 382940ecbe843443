//! What each operating system has to be asked in its own way, a file for each system, and the few
//! unsafe calls that takes. Every other crate forbids unsafe code.
//!
//! Refuses to know why anybody asks.

pub mod administrators;
#[cfg(windows)]
pub mod confined;
pub mod console;
pub mod dumps;
pub mod native_box;
#[cfg(any(target_os = "linux", target_os = "macos"))]
pub mod parent;
pub mod peer;
pub mod private;
pub mod process;
#[cfg(windows)]
pub mod root_store;
#[cfg(target_os = "macos")]
pub mod sandbox;
#[cfg(target_os = "linux")]
pub mod system_calls;
#[cfg(any(windows, target_os = "macos"))]
pub mod wake;
