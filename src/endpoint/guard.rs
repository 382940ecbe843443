//! Who may pass: checked before a call is even looked at.
//!
//! The `Host` keeps DNS rebinding out, the `Origin` every other page, `Sec-Fetch-*` whatever is no
//! fetch by script: forms, pictures, frames, navigations, WebSockets.

use axum::http::{HeaderMap, HeaderName, HeaderValue, Method, header};

use super::problem::Problem;
use crate::session::origin::Origin;

const SEC_FETCH_MODE: HeaderName = HeaderName::from_static("sec-fetch-mode");
const SEC_FETCH_DEST: HeaderName = HeaderName::from_static("sec-fetch-dest");

/// The origin of the script that calls. Whether it may is another question.
pub(super) fn caller(headers: &HeaderMap, port: u16) -> Result<Origin, Problem> {
    if !is_addressed(headers, port) {
        return Err(Problem::WrongHost);
    }
    let origin = the_only(headers, &header::ORIGIN).and_then(|text| Origin::parse(text).ok());
    let origin = origin.ok_or(Problem::OriginNotAllowed)?;
    // No page lives there: what a browser sends from it was left behind by another program.
    if is_own(&origin, port) && headers.keys().any(|name| name.as_str().starts_with("sec-")) {
        return Err(Problem::OriginNotAllowed);
    }
    let scripted = |name, wanted| headers.get(name).is_none_or(|value| value == wanted);
    if scripted(SEC_FETCH_MODE, "cors") && scripted(SEC_FETCH_DEST, "empty") {
        Ok(origin)
    } else {
        Err(Problem::OriginNotAllowed)
    }
}

/// Whether the `Host` is this door and nobody else.
pub(super) fn is_addressed(headers: &HeaderMap, port: u16) -> bool {
    the_only(headers, &header::HOST).is_some_and(|host| is_ours(host, port))
}

/// The door's own origin. No page lives there; `ankong status` names itself so, and may ask for
/// the status and nothing else.
pub(super) fn is_own(origin: &Origin, port: u16) -> bool {
    origin.as_str() == format!("https://localhost:{port}")
}

/// Tells the browser that the page may read the answer. `Origin` decides, so caches must know.
pub(super) fn admit(headers: &mut HeaderMap, origin: &Origin) {
    if let Ok(value) = HeaderValue::from_str(origin.as_str()) {
        headers.insert(header::ACCESS_CONTROL_ALLOW_ORIGIN, value);
    }
    headers.insert(header::VARY, HeaderValue::from_static("Origin"));
}

/// The answer to a preflight, Fetch standard section 4.8.
pub(super) fn admit_preflight(headers: &mut HeaderMap) {
    let methods = HeaderValue::from_static("GET, POST");
    headers.insert(header::ACCESS_CONTROL_ALLOW_METHODS, methods);
    let content_type = HeaderValue::from_static("content-type");
    headers.insert(header::ACCESS_CONTROL_ALLOW_HEADERS, content_type);
    headers.insert(header::ACCESS_CONTROL_MAX_AGE, HeaderValue::from_static("600"));
    // For Chromium 98 to 141, which asked for it instead of the person.
    let private = HeaderName::from_static("access-control-allow-private-network");
    headers.insert(private, HeaderValue::from_static("true"));
}

/// A preflight has no body and names the method it asks for.
pub(super) fn is_preflight(method: &Method, headers: &HeaderMap) -> bool {
    method == Method::OPTIONS && headers.contains_key(header::ACCESS_CONTROL_REQUEST_METHOD)
}

fn the_only<'a>(headers: &'a HeaderMap, name: &HeaderName) -> Option<&'a str> {
    let mut values = headers.get_all(name).iter();
    match (values.next(), values.next()) {
        (Some(value), None) => value.to_str().ok(),
        _ => None,
    }
}

fn is_ours(host: &str, port: u16) -> bool {
    let name = host.strip_suffix(&format!(":{port}"));
    matches!(name, Some("localhost" | "127.0.0.1" | "[::1]"))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn check(lines: &[(&str, &str)]) -> Result<String, Problem> {
        let mut headers = HeaderMap::new();
        for (name, value) in lines {
            let name = HeaderName::from_bytes(name.as_bytes()).unwrap();
            headers.append(name, HeaderValue::from_str(value).unwrap());
        }
        caller(&headers, 24443).map(|origin| origin.to_string())
    }

    const HOST: (&str, &str) = ("host", "localhost:24443");
    const ORIGIN: (&str, &str) = ("origin", "https://localhost:8443");

    #[test]
    fn a_script_on_a_page_has_its_origin() {
        let browser = [HOST, ORIGIN, ("sec-fetch-mode", "cors"), ("sec-fetch-dest", "empty")];
        assert_eq!(check(&browser).unwrap(), ORIGIN.1);
        assert_eq!(check(&[("host", "[::1]:24443"), ORIGIN]).unwrap(), ORIGIN.1);
    }

    #[test]
    fn the_programs_own_origin_is_no_browsers() {
        let own = ("origin", "https://localhost:24443");
        assert!(check(&[HOST, own]).is_ok());
        let script = [HOST, own, ("sec-fetch-mode", "cors"), ("sec-fetch-dest", "empty")];
        assert_eq!(check(&script), Err(Problem::OriginNotAllowed));
    }

    #[test]
    fn every_other_host_is_misdirected() {
        for host in ["localhost", "evil.example:24443", "localhost:24543", "127.0.0.2:24443"] {
            assert_eq!(check(&[("host", host), ORIGIN]), Err(Problem::WrongHost), "{host}");
        }
        assert_eq!(check(&[ORIGIN]), Err(Problem::WrongHost));
        assert_eq!(check(&[HOST, HOST, ORIGIN]), Err(Problem::WrongHost));
    }

    #[test]
    fn a_missing_double_or_malformed_origin_may_not_call() {
        let no = Err(Problem::OriginNotAllowed);
        assert_eq!(check(&[HOST]), no);
        assert_eq!(check(&[HOST, ORIGIN, ORIGIN]), no);
        assert_eq!(check(&[HOST, ORIGIN, ("origin", "null")]), no);
        for origin in [
            "null",
            "",
            "http://localhost:8443",
            "file://",
            "chrome-extension://abcdefghijklmnop",
            "https://localhost:8443, https://localhost:8443",
            "https://localhost:8443 ",
            "https://localhost:8443/",
            "HTTPS://localhost:8443",
            "https://*.gov.tw",
            "https://臺北.tw",
        ] {
            assert_eq!(check(&[HOST, ("origin", origin)]), no, "{origin}");
        }
    }

    #[test]
    fn forms_pictures_frames_and_sockets_may_not_call() {
        let no = Err(Problem::OriginNotAllowed);
        for mode in ["navigate", "no-cors", "websocket", "same-origin"] {
            assert_eq!(check(&[HOST, ORIGIN, ("sec-fetch-mode", mode)]), no, "{mode}");
        }
        for dest in ["image", "iframe", "document", "script"] {
            assert_eq!(check(&[HOST, ORIGIN, ("sec-fetch-dest", dest)]), no, "{dest}");
        }
    }
}
