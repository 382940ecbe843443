//! What every answer says about itself, so that the browser allows the page nothing it does not
//! need: no inline script or style, no frame, and connections to the portal and Ankong only.

use std::{fmt::Write, sync::Arc};

use axum::{
    extract::{Request, State},
    http::{HeaderName, HeaderValue, header},
    middleware::Next,
    response::Response,
};

/// The same for every answer. The referrer policy must not be `no-referrer`: a form would then be
/// sent with the origin `null`.
const FIXED: [(HeaderName, &str); 5] = [
    (header::X_CONTENT_TYPE_OPTIONS, "nosniff"),
    (header::REFERRER_POLICY, "same-origin"),
    (HeaderName::from_static("cross-origin-opener-policy"), "same-origin"),
    (HeaderName::from_static("cross-origin-resource-policy"), "same-origin"),
    (HeaderName::from_static("permissions-policy"), "camera=(), geolocation=(), microphone=()"),
];

pub(crate) async fn add(
    State(policy): State<Arc<HeaderValue>>,
    request: Request,
    next: Next,
) -> Response {
    let mut response = next.run(request).await;
    let headers = response.headers_mut();
    headers.insert(header::CONTENT_SECURITY_POLICY, HeaderValue::clone(&policy));
    for (name, value) in FIXED {
        // A page may say otherwise of itself.
        headers.entry(name).or_insert(HeaderValue::from_static(value));
    }
    headers.entry(header::CACHE_CONTROL).or_insert(HeaderValue::from_static("no-store"));
    response
}

/// The Content-Security-Policy for pages that look for Ankong on these ports. Over plain HTTP the
/// page learns no more than whether something answers (client/README.md).
pub(crate) fn content_security_policy(ports: &[u16]) -> Option<HeaderValue> {
    let mut policy = String::from(
        "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self'; \
         form-action 'self'; base-uri 'none'; frame-ancestors 'none'; connect-src 'self'",
    );
    for port in ports {
        write!(policy, " https://localhost:{port} http://localhost:{port}").ok()?;
    }
    HeaderValue::from_str(&policy).ok()
}
