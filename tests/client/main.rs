//! The JavaScript client in real Chromium against the real door, and its mock against everybody who judges what it signs.
#![cfg(target_os = "linux")]
#![allow(
    clippy::unwrap_used,
    clippy::panic,
    clippy::indexing_slicing,
    reason = "a failing test may panic"
)]

mod by_hand;
mod calls;
mod mock;
mod site;
mod states;
#[path = "../support/mod.rs"]
mod support;
