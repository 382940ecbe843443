//! The page's files, compiled in, and the policy they are served under: nothing from elsewhere is
//! loaded, and the page can be neither framed nor led away.

use std::borrow::Cow;

use wry::http::{Request, Response, StatusCode, header};

/// Address of a page. Windows knows no schemes of its own and maps them to a host.
pub(crate) fn address(file: &str) -> String {
    let place = if cfg!(windows) { "https://app.localhost" } else { "app://localhost" };
    format!("{place}/{file}")
}

/// Name of the scheme.
pub(crate) const SCHEME: &str = "app";

/// The same pages are held to it in the browsers of the tests.
const POLICY: &str = include_str!("../../../assets/ui/policy.txt").trim_ascii_end();

/// The file asked for, or 404.
pub(crate) fn serve(request: &Request<Vec<u8>>) -> Response<Cow<'static, [u8]>> {
    let (status, kind, body) = match request.uri().path() {
        "/consent.html" => (StatusCode::OK, "text/html; charset=utf-8", HTML),
        "/paper.css" => (StatusCode::OK, "text/css; charset=utf-8", PAPER),
        "/consent.css" => (StatusCode::OK, "text/css; charset=utf-8", CSS),
        "/panel.html" => (StatusCode::OK, "text/html; charset=utf-8", PANEL_HTML),
        "/panel.css" => (StatusCode::OK, "text/css; charset=utf-8", PANEL_CSS),
        "/panel.js" => (StatusCode::OK, "text/javascript; charset=utf-8", PANEL_SCRIPT),
        "/consent.js" => (StatusCode::OK, "text/javascript; charset=utf-8", SCRIPT),
        _ => (StatusCode::NOT_FOUND, "text/plain; charset=utf-8", ""),
    };
    let mut response = Response::new(Cow::Borrowed(body.as_bytes()));
    *response.status_mut() = status;
    let headers = response.headers_mut();
    for (name, value) in [
        (header::CONTENT_TYPE, kind),
        (header::CONTENT_SECURITY_POLICY, POLICY),
        (header::X_CONTENT_TYPE_OPTIONS, "nosniff"),
        (header::REFERRER_POLICY, "no-referrer"),
        (header::CACHE_CONTROL, "no-store"),
    ] {
        headers.insert(name, header::HeaderValue::from_static(value));
    }
    response
}

const HTML: &str = include_str!("../../../assets/ui/consent.html");
const PAPER: &str = include_str!("../../../assets/ui/paper.css");
const CSS: &str = include_str!("../../../assets/ui/consent.css");
const SCRIPT: &str = include_str!("../../../assets/ui/consent.js");
const PANEL_HTML: &str = include_str!("../../../assets/ui/panel.html");
const PANEL_CSS: &str = include_str!("../../../assets/ui/panel.css");
const PANEL_SCRIPT: &str = include_str!("../../../assets/ui/panel.js");

#[cfg(test)]
mod tests {
    use super::*;

    fn get(path: &str) -> Response<Cow<'static, [u8]>> {
        serve(&Request::get(format!("app://localhost{path}")).body(Vec::new()).unwrap())
    }

    #[test]
    fn every_file_the_page_names_is_served_under_the_policy() {
        for page in ["consent", "panel"] {
            for path in ["html", "css", "js"].map(|kind| format!("/{page}.{kind}")) {
                let response = get(&path);
                assert_eq!(response.status(), StatusCode::OK);
                assert_eq!(response.headers()[header::CONTENT_SECURITY_POLICY], POLICY);
                assert!(!response.body().is_empty());
            }
        }
    }

    #[test]
    fn nothing_else_is_served() {
        for path in ["/", "/consent.html/", "/../Cargo.toml", "/favicon.ico"] {
            assert_eq!(get(path).status(), StatusCode::NOT_FOUND);
        }
    }

    #[test]
    fn the_page_has_no_inline_script_or_style_and_names_nothing_outside() {
        for html in [HTML, PANEL_HTML] {
            assert!(!html.contains("<style") && !html.contains("style=") && !html.contains(" on"));
        }
        for text in [HTML, PAPER, CSS, SCRIPT, PANEL_HTML, PANEL_CSS, PANEL_SCRIPT] {
            assert!(!text.contains("http:") && !text.contains("https:") && !text.contains("url("));
        }
        for script in [SCRIPT, PANEL_SCRIPT] {
            assert!(!script.contains("innerHTML") && !script.contains("insertAdjacentHTML"));
        }
    }
}
