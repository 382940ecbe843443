//! The request of these tests, and when it is made.

use std::time::{Duration, SystemTime};

use ankong::session::origin::Origin;
use ankong::session::request::Request;

/// When the cards of these tests are valid.
pub(crate) fn clock() -> SystemTime {
    SystemTime::UNIX_EPOCH + Duration::from_secs(1_811_808_000) // 2027-06-01
}

/// The same always, so that the same bytes are signed.
pub(crate) fn request() -> Request {
    let origin = Origin::parse("https://id.taipei").unwrap();
    Request::authenticate(origin, "A".repeat(44), "升級為金質會員".into(), None).unwrap()
}
