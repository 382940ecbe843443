//! The question to a person, by the programs as they are built, on a real display: the window, and
//! what is left where there is none.
#![cfg(target_os = "linux")]
#![allow(
    clippy::unwrap_used,
    clippy::panic,
    clippy::indexing_slicing,
    reason = "a failing test may panic"
)]

mod boxes;
mod memory;
mod resident;
mod rounds;
#[path = "../support/mod.rs"]
mod support;
mod window;
