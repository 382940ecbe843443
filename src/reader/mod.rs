//! Smart-card readers: PC/SC, and a card in software where there is none.
//!
//! Refuses to know what a card is asked and why.

mod in_process;
mod monitor;
mod pcsc;
mod survey;
mod usb;

pub use in_process::InProcess;
pub use monitor::Monitor;
pub use survey::{Found, FoundSlot, Inserted, Recorded, inserted, survey};
pub use usb::usb_reader_connected;
