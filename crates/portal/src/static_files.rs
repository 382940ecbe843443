//! The files of the pages, compiled in.

use axum::{
    extract::Path,
    http::{StatusCode, header},
    response::{IntoResponse, Response},
};

const CSS: &str = "text/css; charset=utf-8";
const JAVASCRIPT: &str = "text/javascript; charset=utf-8";
const SVG: &str = "image/svg+xml";
const PNG: &str = "image/png";

const FILES: &[(&str, &str, &[u8])] = &[
    ("ankong.js", JAVASCRIPT, include_bytes!("../../../client/ankong.js")),
    ("card.js", JAVASCRIPT, include_bytes!("../static/card.js")),
    ("code.js", JAVASCRIPT, include_bytes!("../static/code.js")),
    ("component.js", JAVASCRIPT, include_bytes!("../static/component.js")),
    ("install.js", JAVASCRIPT, include_bytes!("../static/install.js")),
    ("gold.js", JAVASCRIPT, include_bytes!("../static/gold.js")),
    ("join.js", JAVASCRIPT, include_bytes!("../static/join.js")),
    ("password.js", JAVASCRIPT, include_bytes!("../static/password.js")),
    ("password-rule.js", JAVASCRIPT, include_bytes!("../static/password-rule.js")),
    ("robot.js", JAVASCRIPT, include_bytes!("../static/robot.js")),
    ("national-id.js", JAVASCRIPT, include_bytes!("../static/national-id.js")),
    ("portal.css", CSS, include_bytes!("../static/portal.css")),
    ("crown.svg", SVG, include_bytes!("../static/crown.svg")),
    ("person.svg", SVG, include_bytes!("../static/person.svg")),
    ("skyline.svg", SVG, include_bytes!("../static/skyline.svg")),
    (
        "windows-setup-welcome.png",
        PNG,
        include_bytes!("../../../assets/pictures/windows-setup-welcome.png"),
    ),
    (
        "windows-setup-finish.png",
        PNG,
        include_bytes!("../../../assets/pictures/windows-setup-finish.png"),
    ),
    ("first-run.png", PNG, include_bytes!("../../../assets/pictures/first-run.png")),
    ("status.png", PNG, include_bytes!("../../../assets/pictures/status.png")),
    ("pin-window.png", PNG, include_bytes!("../../../assets/pictures/pin-window.png")),
];

pub(crate) async fn file(Path(name): Path<String>) -> Response {
    match FILES.iter().copied().find(|(file, ..)| *file == name) {
        Some((_, kind, bytes)) => {
            let headers = [(header::CONTENT_TYPE, kind), (header::CACHE_CONTROL, "no-cache")];
            (headers, bytes).into_response()
        }
        None => StatusCode::NOT_FOUND.into_response(),
    }
}
