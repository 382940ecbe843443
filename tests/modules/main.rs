//! PKCS#11 modules, each in the real child process: one that is scripted, and those people have.
#![cfg(target_os = "linux")]
#![allow(
    unreachable_pub,
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::panic,
    clippy::indexing_slicing,
    reason = "a failing test may panic"
)]

mod desk;
mod faults;
mod opensc;
#[path = "../support/person.rs"]
#[allow(dead_code, missing_docs, reason = "shared with tests that use all of it")]
mod person;
mod pins;
#[path = "../support/readers.rs"]
#[allow(missing_docs, reason = "shared test tooling")]
mod readers;
mod selection;
mod shut_in;
mod softhsm;
mod support;
