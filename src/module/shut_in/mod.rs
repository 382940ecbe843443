//! How foreign code is shut in: what the parent takes from the child when it starts it, and what
//! the child denies itself before it loads the library. Nothing here can be taken back, and
//! whatever the system lacks is reported and not replaced.
//!
//! An allow-list of system calls is impossible: nobody knows what a vendor's module calls, and one
//! that dies of a harmless call serves nobody. So what is dangerous is denied, and answers EPERM.

use std::fs::File;

#[cfg(target_os = "linux")]
mod files;
#[cfg(target_os = "linux")]
mod service;
#[cfg(target_os = "linux")]
#[path = "linux.rs"]
mod system;
#[cfg(target_os = "macos")]
#[path = "macos.rs"]
mod system;
#[cfg(windows)]
#[path = "windows.rs"]
mod system;
#[cfg(target_os = "linux")]
mod system_calls;
#[cfg(unix)]
mod unix;

pub(super) use system::{Child, shut_in, start};

/// A child that runs.
pub(super) struct Started {
    pub(super) child: Child,
    /// Its standard input.
    pub(super) orders: File,
    /// Its standard output.
    pub(super) answers: File,
}
