//! Cards that lie, and what has to hold whatever they say: no panic, no endless reading, and at
//! most one PIN sent for each time one was entered.
//!
//! Each function of [`targets`] takes arbitrary bytes and turns them into a card. The bytes come
//! from a fuzzer (`fuzz/`) or from the property tests beside this file; no bytes at all are an
//! honest card, so that whoever invents bytes begins at the end of a whole signature.
//! Refuses to know readers, persons and what an honest card should have answered.

#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::panic,
    clippy::indexing_slicing,
    reason = "a test's tool stops at the first surprise"
)]

mod choices;
mod images;
mod made_up;
mod on_file;
mod tampered;
pub mod targets;
mod witness;

pub use choices::Choices;
pub use images::{ATR, PIN, Subject, issuer_keys};
pub use tampered::Tampered;
pub use witness::Witness;
