//! What real browsers make of the door: its certificate, and the permission to reach it; of the pages
//! of our own windows, and of the portal's.
#![cfg(target_os = "linux")]
#![allow(
    clippy::unwrap_used,
    clippy::panic,
    clippy::indexing_slicing,
    reason = "a failing test may panic"
)]

mod certificate;
mod helper;
mod network_access;
mod pages;
mod portal;
