//! The stage on which the demo and the black-box tests play: real programs of the machine (pcscd, Xvfb, Chromium),
//! started privately, so that neither the user's files nor a running desktop is touched.
//!
//! Every part is a guard: dropping it ends its processes and removes its files. Parts that a child process has to know
//! about offer an `environment` for its [`Command`](std::process::Command).
//! Most of it refuses to know what is played on it; `Ensemble` and `gold` are the play: a member of the portal
//! becomes a gold member. Linux only, but for the [`Caller`], [`eventually`], and a pcscd for programs that Wine runs.

mod caller;
#[cfg(target_os = "linux")]
mod linux;
mod waiting;
#[cfg(windows)]
mod windows;

pub use caller::{Answer, Caller};
#[cfg(target_os = "linux")]
pub use linux::*;
pub use waiting::eventually;
#[cfg(windows)]
pub use windows::PrivatePcscd;
