//! The files of the pages, compiled in.

use axum::{
    extract::Path,
    http::{StatusCode, header},
    response::{IntoResponse, Response},
};

const CSS: &str = "text/css; charset=utf-8";
const JAVASCRIPT: &str = "text/javascript; charset=utf-8";
const SVG: &str = "image/svg+xml";

const FILES: [(&str, &str, &str); 9] = [
    ("ankong.js", JAVASCRIPT, include_str!("../../../client/ankong.js")),
    ("gold.js", JAVASCRIPT, include_str!("../static/gold.js")),
    ("join.js", JAVASCRIPT, include_str!("../static/join.js")),
    ("password-rule.js", JAVASCRIPT, include_str!("../static/password-rule.js")),
    ("national-id.js", JAVASCRIPT, include_str!("../static/national-id.js")),
    ("portal.css", CSS, include_str!("../static/portal.css")),
    ("crown.svg", SVG, include_str!("../static/crown.svg")),
    ("person.svg", SVG, include_str!("../static/person.svg")),
    ("skyline.svg", SVG, include_str!("../static/skyline.svg")),
];

pub(crate) async fn file(Path(name): Path<String>) -> Response {
    match FILES.into_iter().find(|(file, _, _)| *file == name) {
        Some((_, kind, text)) => {
            let headers = [(header::CONTENT_TYPE, kind), (header::CACHE_CONTROL, "no-cache")];
            (headers, text).into_response()
        }
        None => StatusCode::NOT_FOUND.into_response(),
    }
}
