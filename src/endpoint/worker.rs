//! The end of a service worker that another program left behind: whatever once served pages on
//! this port may have registered one in the person's browser, and it would go on answering whoever
//! opens the port in a tab. Calls of sites do not pass it.
//!
//! The browser asks for the worker's script again when the port is opened, and what it gets here
//! takes the old one's place and leaves.

use axum::http::{HeaderMap, HeaderName, HeaderValue, Method, header};
use axum::response::{IntoResponse, Response};

/// Service Workers, section 5.2: such a request says so.
const SERVICE_WORKER: HeaderName = HeaderName::from_static("service-worker");

/// Does not wait for the old one's pages to close, and unregisters itself.
const LEAVES: &str = "self.addEventListener(\"install\", () => self.skipWaiting());
self.addEventListener(\"activate\", event => event.waitUntil(self.registration.unregister()));
";

/// Whether a browser asks for the script of a worker.
pub(super) fn is_asked_for(method: &Method, headers: &HeaderMap) -> bool {
    method == Method::GET && headers.get(SERVICE_WORKER).is_some_and(|value| value == "script")
}

/// A worker that leaves, whatever the script's name is.
pub(super) fn that_leaves() -> Response {
    let script = HeaderValue::from_static("text/javascript");
    let nothing_else = HeaderValue::from_static("default-src 'none'");
    let lines = [(header::CONTENT_TYPE, script), (header::CONTENT_SECURITY_POLICY, nothing_else)];
    (lines, LEAVES).into_response()
}
