//! What a site is told, and how often a PIN is sent, when something goes wrong: every kind of fault
//! at every command, and cards that answer anything.
#![allow(
    clippy::unwrap_used,
    clippy::panic,
    clippy::indexing_slicing,
    reason = "a failing test may panic"
)]

mod bench;
mod fault;
mod lies;
mod matrix;
mod person;
mod report;
mod request;
