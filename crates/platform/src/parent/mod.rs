//! Processes that end with the one that started them.

#[cfg(target_os = "linux")]
mod linux;
#[cfg(target_os = "macos")]
mod macos;

#[cfg(target_os = "linux")]
pub use linux::child_ends_with_this_thread;
#[cfg(target_os = "macos")]
pub use macos::end_with_it;
