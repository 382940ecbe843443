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

use std::time::{Duration, SystemTime};

use ankong::session::origin::Origin;
use ankong::session::request::AuthenticationRequest;

/// When the cards of these tests are valid.
fn clock() -> SystemTime {
    SystemTime::UNIX_EPOCH + Duration::from_secs(1_811_808_000) // 2027-06-01
}

/// The same always, so that the same bytes are signed.
fn request() -> AuthenticationRequest {
    let origin = Origin::parse("https://id.taipei").unwrap();
    AuthenticationRequest::new(origin, "A".repeat(44), "升級為金質會員".into(), None).unwrap()
}
