//! A PKCS#11 module without a card, for tests: it shows the tokens, objects, flags and return codes
//! of a script that lies beside its library, and does the mischief the script asks for.
//!
//! It refuses to know who loads it. The library is the same for every script: [`Script::place`]
//! copies it, because the process that loads it gets no environment to be told by.
#![cfg(target_os = "linux")]
#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::panic,
    clippy::indexing_slicing,
    reason = "a test tool stops at the first surprise"
)]

mod interface;
mod mischief;
mod script;
mod token;

pub use script::{Call, CertificateObject, Deed, KeyObject, Mischief, Script};
