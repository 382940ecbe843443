//! The stage on which the demo and the black-box tests play: real programs of the machine (pcscd, Xvfb, Chromium),
//! started privately, so that neither the user's files nor a running desktop is touched.
//!
//! Every part is a guard: dropping it ends its processes and removes its files. Parts that a child process has to know
//! about offer an `environment` for its [`Command`](std::process::Command).
//! Most of it refuses to know what is played on it; [`Ensemble`] and [`gold`] are the play: a member of the portal
//! becomes a gold member. Linux only.

mod administrator;
mod authority;
mod browser;
mod caller;
mod display;
mod ensemble;
pub mod figures;
pub mod gold;
mod home;
mod listening;
mod output;
mod pcscd;
pub mod pin_pad;
mod process;
mod waiting;

pub use administrator::AdministratorsFolder;
pub use authority::DemoAuthority;
pub use browser::{Browser, open_for_a_person};
pub use caller::{Answer, Caller};
pub use display::VirtualDisplay;
pub use ensemble::{Casting, Ensemble};
pub use home::TemporaryHome;
pub use pcscd::PrivatePcscd;
pub use process::{Process, built};
pub use waiting::eventually;

/// What a child process finds in its environment beside what it inherits.
pub type Environment = Vec<(&'static str, std::ffi::OsString)>;
