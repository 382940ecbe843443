//! Nitrokey's PIV card, in process: bytes in, bytes out, and not a line of it written here.
//!
//! The card is the crate `piv-authenticator`; it keeps keys, PINs and files through Trussed, which
//! here lives in memory ([`platform`]). What a card's operating system does around an application,
//! chaining and GET RESPONSE, is in [`carrier`]; [`provision`] fills the card as its owner would.
//! Refuses to know the driver that is proved on it.

#![cfg(target_os = "linux")]
#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::panic,
    clippy::indexing_slicing,
    reason = "a test's tool stops at the first surprise"
)]

mod carrier;
mod platform;
mod provision;

pub use carrier::Carrier;
pub use platform::{Keeper, with_card};
pub use provision::{KeyKind, Slot, provision};
