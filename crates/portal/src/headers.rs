//! What every answer says about itself, so that the browser allows the page nothing it does not
//! need: no inline script or style, no frame, and connections to the portal and Ankong only.

use std::{fmt::Write, net::Ipv4Addr, sync::Arc};

use ankong_verify::Origin;
use axum::{
    extract::{Request, State},
    http::{HeaderName, HeaderValue, header},
    middleware::Next,
    response::Response,
};

use crate::Config;

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

/// A year. Other names below the host are other people's to speak for.
const STRICT_TRANSPORT: HeaderValue = HeaderValue::from_static("max-age=31536000");

/// What every answer of this portal says beside it.
pub(crate) struct Always {
    policy: HeaderValue,
    has_a_name: bool,
}

impl Always {
    pub(crate) fn of(config: &Config) -> Self {
        let policy = content_security_policy(&config.helper_ports);
        Self {
            policy: policy.unwrap_or(HeaderValue::from_static("default-src 'none'")),
            has_a_name: Origin::parse(&config.origin).is_ok_and(|origin| is_name(origin.host())),
        }
    }
}

/// Whether browsers may be told never to speak to this host without TLS (RFC 6797). An address is nothing they
/// remember it of (§8.1.1), and `localhost` is every program's on the visitor's computer.
fn is_name(host: &str) -> bool {
    let is_address = host.starts_with('[') || host.parse::<Ipv4Addr>().is_ok();
    !is_address && host.rsplit('.').next() != Some("localhost")
}

pub(crate) async fn add(
    State(always): State<Arc<Always>>,
    request: Request,
    next: Next,
) -> Response {
    let mut response = next.run(request).await;
    let headers = response.headers_mut();
    headers.entry(header::CONTENT_SECURITY_POLICY).or_insert_with(|| always.policy.clone());
    if always.has_a_name {
        headers.insert(header::STRICT_TRANSPORT_SECURITY, STRICT_TRANSPORT);
    }
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
fn content_security_policy(ports: &[u16]) -> Option<HeaderValue> {
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

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_host_has_a_name_of_its_own_or_is_an_address_or_everybodys() {
        let has_a_name = |origin: &str| is_name(Origin::parse(origin).unwrap().host());
        for origin in ["https://card.example.tw", "https://card.example.tw:8443", "https://a"] {
            assert!(has_a_name(origin), "{origin}");
        }
        for origin in [
            "https://localhost",
            "https://localhost:8443",
            "https://card.localhost:8443",
            "https://192.0.2.1",
            "https://192.0.2.1:8443",
            "https://[2001:db8::1]",
            "https://[2001:db8::1]:8443",
        ] {
            assert!(!has_a_name(origin), "{origin}");
        }
    }
}
