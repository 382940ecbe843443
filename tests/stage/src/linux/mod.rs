//! What is started on this machine, and the play: Linux has all of it for programs without rights.

mod administrator;
mod authority;
mod browser;
mod display;
mod driven;
mod ensemble;
pub mod figures;
pub mod gold;
mod home;
mod listening;
mod output;
mod pcscd;
pub mod pin_pad;
mod ports;
mod process;
mod site;
mod usb;

pub use administrator::AdministratorsFolder;
pub use authority::DemoAuthority;
pub use browser::{Browser, open_for_a_person};
pub use display::VirtualDisplay;
pub use driven::{DrivenBrowser, Driving, Kind, Look};
pub use ensemble::{Casting, Ensemble, Foreign};
pub use home::TemporaryHome;
pub use pcscd::PrivatePcscd;
pub use ports::free_port;
pub use process::{Process, built, install_program};
pub use site::{Page, Site};

/// What a child process finds in its environment beside what it inherits.
pub type Environment = Vec<(&'static str, std::ffi::OsString)>;
