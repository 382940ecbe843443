//! The portal's cookies. All have the prefix `__Host-` (RFC 6265bis §4.1.3.2): only this host over
//! https can set them, and no path or domain widens them.

use axum_extra::extract::cookie::{Cookie, SameSite};
use time::Duration;

/// The session of a member who is signed in.
pub(crate) const SESSION: &str = "__Host-session";
/// The other half of the sign-in form's token.
pub(crate) const SIGN_IN: &str = "__Host-sign-in";
/// Somebody on the way to an account.
pub(crate) const JOIN: &str = "__Host-join";
/// The language the person has chosen.
pub(crate) const LANGUAGE: &str = "__Host-language";

pub(crate) fn strict(name: &'static str, value: String) -> Cookie<'static> {
    Cookie::build((name, value))
        .path("/")
        .secure(true)
        .http_only(true)
        .same_site(SameSite::Strict)
        .build()
}

/// The same cookie, to be forgotten.
pub(crate) fn forgotten(name: &'static str) -> Cookie<'static> {
    let mut cookie = strict(name, String::new());
    cookie.set_max_age(Duration::ZERO);
    cookie
}
