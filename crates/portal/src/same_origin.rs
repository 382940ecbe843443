//! Whatever changes something has to come from one of the portal's own pages.
//!
//! The browser says where a request comes from, in `Origin` (RFC 6454 §7) and `Sec-Fetch-Site`
//! (Fetch Metadata). No `Origin` is not "same origin".

use std::sync::Arc;

use axum::{
    extract::{Request, State},
    http::{HeaderMap, Method, header::ORIGIN},
    middleware::Next,
    response::{IntoResponse, Response},
};

use crate::{Portal, gold::Refusal, language::Language};

pub(crate) async fn require(
    State(portal): State<Arc<Portal>>,
    language: Language,
    request: Request,
    next: Next,
) -> Response {
    let reads = matches!(*request.method(), Method::GET | Method::HEAD);
    if reads || is_own(request.headers(), &portal.config.origin) {
        return next.run(request).await;
    }
    Refusal::ForeignPage.in_language(language).into_response()
}

fn is_own(headers: &HeaderMap, own: &str) -> bool {
    let site = headers.get("sec-fetch-site");
    headers.get(ORIGIN).is_some_and(|origin| origin == own)
        && site.is_none_or(|site| site == "same-origin")
}

#[cfg(test)]
mod tests {
    use super::*;
    use axum::http::HeaderValue;

    #[test]
    fn only_the_portals_own_pages_may_change_something() {
        let own = "https://localhost:8443";
        let table = [
            (Some(own), Some("same-origin"), true),
            (Some(own), None, true),
            (Some(own), Some("cross-site"), false),
            (Some("https://localhost:9443"), Some("same-site"), false),
            (Some("null"), None, false),
            (None, Some("same-origin"), false),
            (None, None, false),
        ];
        for (origin, site, expected) in table {
            let mut headers = HeaderMap::new();
            origin.map(|value| headers.insert(ORIGIN, HeaderValue::from_static(value)));
            site.map(|value| headers.insert("sec-fetch-site", HeaderValue::from_static(value)));
            assert_eq!(is_own(&headers, own), expected, "{origin:?} {site:?}");
        }
    }
}
