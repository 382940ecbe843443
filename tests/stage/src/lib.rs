//! The stage on which the demo and the black-box tests play: real programs of the machine (pcscd, Xvfb, Chromium),
//! started privately, so that neither the user's files nor a running desktop is touched.
//!
//! Every part is a guard: dropping it ends its processes and removes its files. Parts that a child process has to know
//! about offer an `environment` for its [`Command`](std::process::Command).
//! The stage refuses to know what is played on it: no card, no portal, no protocol of ours. Linux only.

mod authority;
mod browser;
mod display;
mod home;
mod listening;
mod output;
mod pcscd;
mod process;
mod waiting;

pub use authority::DemoAuthority;
pub use browser::{Browser, open_for_a_person};
pub use display::VirtualDisplay;
pub use home::TemporaryHome;
pub use pcscd::PrivatePcscd;
pub use process::{Process, built};
pub use waiting::eventually;

/// What a child process finds in its environment beside what it inherits.
pub type Environment = Vec<(&'static str, std::ffi::OsString)>;
