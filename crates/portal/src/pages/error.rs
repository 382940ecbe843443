//! Why a page is not shown, told on a page of its own in the person's language.

use askama::Template;
use axum::{
    extract::Request,
    http::{
        HeaderMap, StatusCode,
        header::{CONTENT_LENGTH, CONTENT_TYPE},
    },
    middleware::Next,
    response::{IntoResponse, Redirect, Response},
};
use openssl::error::ErrorStack;

use super::{Farewell, Frame, render};
use crate::{StoreError, language::Language, password::PasswordError, texts::Texts};

#[derive(Debug, thiserror::Error)]
pub(crate) enum PageError {
    #[error("nobody is signed in")]
    SignInNeeded,
    #[error("the session is over")]
    SessionOver,
    #[error("the form does not come from a page of this session")]
    ForeignForm,
    #[error("there is no such page for this visitor")]
    NotFound,
    #[error("the data base failed")]
    Store(#[from] StoreError),
    #[error("the template failed")]
    Template(#[from] askama::Error),
    #[error("the password could not be checked")]
    Password(#[from] PasswordError),
    #[error("the cryptographic library failed")]
    Crypto(#[from] ErrorStack),
}

impl IntoResponse for PageError {
    /// Only the status: [`tell`] finds the words.
    fn into_response(self) -> Response {
        match self {
            Self::SignInNeeded => Redirect::to("/sign-in").into_response(),
            Self::SessionOver => Farewell::Over.redirect().into_response(),
            Self::NotFound => StatusCode::NOT_FOUND.into_response(),
            Self::ForeignForm => StatusCode::FORBIDDEN.into_response(),
            Self::Store(_) | Self::Template(_) | Self::Password(_) | Self::Crypto(_) => {
                tracing::error!(error = &self as &dyn std::error::Error, "a page failed");
                StatusCode::INTERNAL_SERVER_ERROR.into_response()
            }
        }
    }
}

#[derive(Template)]
#[template(path = "error.html")]
struct Page {
    frame: Frame,
    sentence: &'static str,
}

/// Puts a page in place of every failure that has none: of an address that does not exist, of a form
/// that cannot be read, of a request that took too long.
pub(crate) async fn tell(language: Language, request: Request, next: Next) -> Response {
    let response = next.run(request).await;
    let status = response.status();
    let is_failure = status.is_client_error() || status.is_server_error();
    if !is_failure || is_told(response.headers()) {
        return response;
    }
    let frame = Frame::new(language);
    let sentence = sentence(status, frame.t);
    let Ok(page) = render(&Page { frame, sentence }) else {
        return response;
    };
    let (mut parts, _) = response.into_parts();
    parts.headers.remove(CONTENT_LENGTH);
    parts.headers.remove(CONTENT_TYPE);
    // What the page says of itself takes the place of what was there.
    (parts, page).into_response()
}

/// A page or a problem in JSON says what is the matter.
fn is_told(headers: &HeaderMap) -> bool {
    let kind = headers.get(CONTENT_TYPE).and_then(|kind| kind.to_str().ok()).unwrap_or_default();
    kind.starts_with("text/html") || kind == "application/problem+json"
}

fn sentence(status: StatusCode, t: &'static Texts) -> &'static str {
    match status {
        StatusCode::FORBIDDEN => t.form_outdated,
        StatusCode::NOT_FOUND | StatusCode::METHOD_NOT_ALLOWED => t.page_not_found,
        StatusCode::REQUEST_TIMEOUT => t.too_slow,
        other if other.is_client_error() => t.form_incomplete,
        _ => t.site_failed,
    }
}
