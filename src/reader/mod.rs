//! Smart-card readers: PC/SC, and a card in software where there is none.
//!
//! Refuses to know what a card is asked and why.

mod features;
mod in_process;
mod monitor;
mod native;
mod pcsc;
mod pin_pad;
mod slot;
mod survey;
mod usb;
mod watched;

pub use in_process::InProcess;
pub use monitor::Monitor;
pub use native::Native;
pub use slot::Slot;
pub use survey::{Found, FoundSlot, Inserted, Recorded, inserted, survey};
pub use usb::usb_reader_connected;
