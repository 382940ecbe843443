//! The door is closed to everyone it is not meant for: the running program over raw sockets, TLS
//! and a real browser. One test for each way others of its kind were opened (docs/security.md).
#![cfg(target_os = "linux")]
#![allow(
    unreachable_pub,
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::panic,
    clippy::indexing_slicing,
    reason = "a failing test may panic"
)]

mod address;
mod browser;
mod callers;
mod descriptors;
mod gone;
mod helper;
mod lengths;
mod log;
mod reflection;
mod reply;
mod secrets;
mod site;
mod slow;
mod smuggling;
#[path = "../support/mod.rs"]
mod support;
mod table;
mod tls;
