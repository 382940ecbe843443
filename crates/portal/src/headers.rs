//! What every answer says about itself, so that the browser allows the page nothing it does not
//! need: no inline script or style, no frame, and connections to the portal and Ankong only.

use std::{fmt::Write, sync::Arc};

use axum::{
    extract::{Request, State},
    http::{HeaderName, HeaderValue, header},
    middleware::Next,
    response::Response,
};

/// For a page that asks for a card, and no other. Today's components of the city answer from a popup of
/// their own, which needs its opener; a site that keeps one of them as a second way asks it there.
pub(crate) const MAY_OPEN_A_POPUP: (HeaderName, &str) =
    (HeaderName::from_static("cross-origin-opener-policy"), "same-origin-allow-popups");

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
    let policy = HeaderValue::clone(&policy);
    headers.entry(header::CONTENT_SECURITY_POLICY).or_insert(policy);
    for (name, value) in FIXED {
        // A page may say otherwise of itself.
        headers.entry(name).or_insert(HeaderValue::from_static(value));
    }
    headers.entry(header::CACHE_CONTROL).or_insert(HeaderValue::from_static("no-store"));
    response
}

/// Where a page's scripts and frames may come from, and where it may connect to, beside the portal.
#[derive(Clone, Copy)]
struct Others {
    scripts: &'static str,
    frames: &'static str,
    connections: &'static str,
}

const NOBODY: Others = Others { scripts: "", frames: " 'none'", connections: "" };
/// <https://developers.google.com/recaptcha/docs/faq>, on Content-Security-Policy.
const GOOGLE: Others = Others {
    scripts: " https://www.google.com/recaptcha/ https://www.gstatic.com/recaptcha/",
    frames: " https://www.google.com/recaptcha/ https://recaptcha.google.com/recaptcha/",
    connections: " https://www.google.com/recaptcha/",
};

/// The Content-Security-Policy for pages that look for Ankong on these ports. Over plain HTTP the
/// page learns no more than whether something answers (client/README.md).
pub(crate) fn content_security_policy(ports: &[u16]) -> Option<HeaderValue> {
    policy(ports, NOBODY)
}

/// The same for the one page on which Google judges who is a robot.
pub(crate) fn policy_with_recaptcha(ports: &[u16]) -> Option<HeaderValue> {
    policy(ports, GOOGLE)
}

fn policy(ports: &[u16], others: Others) -> Option<HeaderValue> {
    let Others { scripts, frames, connections } = others;
    let mut policy = format!(
        "default-src 'none'; script-src 'self'{scripts}; style-src 'self'; img-src 'self'; \
         frame-src{frames}; form-action 'self'; base-uri 'none'; frame-ancestors 'none'; \
         connect-src 'self'{connections}",
    );
    for port in ports {
        write!(policy, " https://localhost:{port} http://localhost:{port}").ok()?;
    }
    HeaderValue::from_str(&policy).ok()
}
