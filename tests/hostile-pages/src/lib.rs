//! Pages and programs that send anything, through the door's own code on a stream without TLS, and
//! what has to hold whatever they send: no panic, whole answers of bounded length, nobody admitted
//! who is not on the list, and nothing given that no person agreed to.
//!
//! Each function of [`targets`] takes arbitrary bytes. They come from a fuzzer (`fuzz/`) or from
//! the property tests beside this file. Refuses to know TLS and time: a clock that stands while
//! anybody works passes every deadline at once.

#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::panic,
    clippy::indexing_slicing,
    reason = "a test's tool stops at the first surprise"
)]

mod conversation;
mod judge;
pub mod targets;
