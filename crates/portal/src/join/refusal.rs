//! Why no code is sent. Each has a stable code, a status and a sentence that says what to do next.

use axum::{
    Json,
    http::{StatusCode, header::CONTENT_TYPE},
    response::{IntoResponse, Response},
};
use openssl::error::ErrorStack;
use serde_json::json;

use crate::{StoreError, language::Language, robot::RobotError, sending::NoSeat, texts::JoinTexts};

#[derive(Debug, thiserror::Error)]
pub(super) enum Refusal {
    #[error("the registration is over or the request comes from another page")]
    BeginAgain,
    #[error("what was typed is neither an e-mail address nor a mobile number")]
    NotAnAccount,
    #[error(transparent)]
    Robot(#[from] RobotError),
    #[error("too many codes were asked for")]
    TooManyCodes,
    #[error("as many codes went out in an hour as `codes-per-hour` allows")]
    AllCodesGone,
    #[error(transparent)]
    NoSeat(#[from] NoSeat),
    #[error("the data base failed")]
    Store(#[from] StoreError),
    #[error("the cryptographic library failed")]
    Crypto(#[from] ErrorStack),
}

/// A refusal on its way to a person, as `application/problem+json` (RFC 9457).
pub(super) struct RefusalIn {
    refusal: Refusal,
    language: Language,
}

impl Refusal {
    pub(super) fn in_language(self, language: Language) -> RefusalIn {
        RefusalIn { refusal: self, language }
    }

    fn told(&self, join: &JoinTexts) -> (StatusCode, &'static str, &'static str) {
        match self {
            Self::BeginAgain => (StatusCode::FORBIDDEN, "begin-again", join.begin_again),
            Self::NotAnAccount => {
                (StatusCode::UNPROCESSABLE_ENTITY, "not-an-account", join.not_an_account)
            }
            Self::Robot(RobotError::Failed) => {
                (StatusCode::UNPROCESSABLE_ENTITY, "robot", join.robot_failed)
            }
            Self::Robot(RobotError::Away(_)) => {
                (StatusCode::SERVICE_UNAVAILABLE, "robot-away", join.robot_away)
            }
            Self::TooManyCodes => {
                (StatusCode::TOO_MANY_REQUESTS, "too-many-codes", join.too_many_codes)
            }
            Self::NoSeat(NoSeat::NoWay) => {
                (StatusCode::UNPROCESSABLE_ENTITY, "no-way", join.no_way)
            }
            Self::AllCodesGone => {
                (StatusCode::SERVICE_UNAVAILABLE, "all-codes-gone", join.sending_full)
            }
            Self::NoSeat(NoSeat::Full) => {
                (StatusCode::SERVICE_UNAVAILABLE, "sending-full", join.sending_full)
            }
            Self::Store(_) | Self::Crypto(_) | Self::Robot(RobotError::Crypto(_)) => {
                (StatusCode::INTERNAL_SERVER_ERROR, "internal", join.failed)
            }
        }
    }
}

impl IntoResponse for RefusalIn {
    fn into_response(self) -> Response {
        let Self { refusal, language } = self;
        let (status, code, detail) = refusal.told(JoinTexts::of(language));
        if status.is_server_error() {
            tracing::error!(error = &refusal as &dyn std::error::Error, "no code was sent");
        } else {
            tracing::info!(code, "no code was sent");
        }
        let body = Json(json!({ "status": status.as_u16(), "code": code, "detail": detail }));
        (status, [(CONTENT_TYPE, "application/problem+json")], body).into_response()
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::robot::Away;

    #[test]
    fn every_refusal_has_its_line_in_the_list_of_codes() {
        let documents = include_str!("../../../../docs/errors.md");
        let join = JoinTexts::of(Language::Chinese);
        for refusal in [
            Refusal::BeginAgain,
            Refusal::NotAnAccount,
            RobotError::Failed.into(),
            RobotError::Away(Away::Broken).into(),
            Refusal::TooManyCodes,
            Refusal::AllCodesGone,
            NoSeat::NoWay.into(),
            NoSeat::Full.into(),
            StoreError::AccountTaken.into(),
            ErrorStack::get().into(),
        ] {
            let (status, code, _) = refusal.told(join);
            let line = format!("| `{code}` | {} | ", status.as_u16());
            assert!(documents.contains(&line), "{line}");
        }
    }
}
