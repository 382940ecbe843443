//! Errors as `application/problem+json`, RFC 9457, with the stable `code` of `docs/errors.md`.

use axum::http::{HeaderValue, StatusCode, header};
use axum::response::{IntoResponse, Response};
use serde::Serialize;

use crate::session::Refusal;
use crate::session::request::BadRequest;

/// Why a call was not answered.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub(super) enum Problem {
    /// The origin is missing, doubled, malformed or not on the list.
    #[error("this origin may not call")]
    OriginNotAllowed,
    /// The `Host` is not this door's.
    #[error("this host name is not served here")]
    WrongHost,
    /// The call itself is wrong; says what.
    #[error("{0}")]
    BadRequest(&'static str),
    /// A field of the body is wrong; says which.
    #[error(transparent)]
    Field(#[from] BadRequest),
    /// No such path.
    #[error("no such call")]
    NoSuchCall,
    /// A call with another method; says which it takes.
    #[error("this call takes another method")]
    WrongMethod(&'static str),
    /// A body in chunks.
    #[error("a body has a content-length and no transfer-encoding")]
    NoLength,
    /// More than 1.5 MiB.
    #[error("the request is too large")]
    TooLarge,
    /// The desk refused.
    #[error(transparent)]
    Refused(#[from] Refusal),
}

impl Problem {
    /// The stable code.
    #[must_use]
    pub(super) fn code(self) -> &'static str {
        match self {
            Self::OriginNotAllowed => "origin-not-allowed",
            Self::TooLarge | Self::Field(BadRequest::ContentTooLarge) => "too-large",
            Self::WrongHost
            | Self::BadRequest(_)
            | Self::Field(_)
            | Self::NoSuchCall
            | Self::WrongMethod(_)
            | Self::NoLength => "bad-request",
            Self::Refused(refusal) => refusal.code(),
        }
    }

    fn status(self) -> StatusCode {
        match self {
            Self::OriginNotAllowed => StatusCode::FORBIDDEN,
            Self::WrongHost => StatusCode::MISDIRECTED_REQUEST,
            Self::TooLarge | Self::Field(BadRequest::ContentTooLarge) => {
                StatusCode::PAYLOAD_TOO_LARGE
            }
            Self::BadRequest(_) | Self::Field(_) => StatusCode::BAD_REQUEST,
            Self::NoSuchCall => StatusCode::NOT_FOUND,
            Self::WrongMethod(_) => StatusCode::METHOD_NOT_ALLOWED,
            Self::NoLength => StatusCode::LENGTH_REQUIRED,
            Self::Refused(refusal) => match refusal {
                Refusal::Busy => StatusCode::CONFLICT,
                Refusal::Muted => StatusCode::TOO_MANY_REQUESTS,
                Refusal::UnsupportedHash => StatusCode::UNPROCESSABLE_ENTITY,
                Refusal::UserDeclined | Refusal::IdMismatch | Refusal::PinBlocked => {
                    StatusCode::FORBIDDEN
                }
                // Not 408: to that, browsers send the request again.
                Refusal::TimedOut => StatusCode::GATEWAY_TIMEOUT,
                Refusal::Internal => StatusCode::INTERNAL_SERVER_ERROR,
                Refusal::NoService
                | Refusal::NoReader
                | Refusal::NoCard
                | Refusal::UnsupportedCard
                | Refusal::NoSigningModule
                | Refusal::CardRemoved
                | Refusal::CertificateExpired
                | Refusal::Cancelled
                | Refusal::NoWindow => StatusCode::SERVICE_UNAVAILABLE,
            },
        }
    }

    /// The answer, with the sentence for people as its `detail`.
    pub(super) fn answer(self, sentence: String) -> Response {
        #[derive(Serialize)]
        struct Body {
            r#type: &'static str,
            title: String,
            status: u16,
            code: &'static str,
            detail: String,
        }
        let body = Body {
            r#type: "about:blank",
            title: self.to_string(),
            status: self.status().as_u16(),
            code: self.code(),
            detail: sentence,
        };
        let mut answer = (self.status(), axum::Json(body)).into_response();
        let json = HeaderValue::from_static("application/problem+json");
        answer.headers_mut().insert(header::CONTENT_TYPE, json);
        if let Self::WrongMethod(right) = self {
            answer.headers_mut().insert(header::ALLOW, HeaderValue::from_static(right));
        }
        answer
    }
}
