//! A password that somebody has chosen, typed twice: what is kept of it, or why it is not taken.

use axum::http::StatusCode;
use zeroize::Zeroizing;

use super::{Frame, PageError};
use crate::{Portal, language::Language, password::PasswordError, password_rule, texts::JoinTexts};

/// One that keeps the rule, and was typed the same twice.
pub(crate) struct NewPassword(Zeroizing<String>);

/// With this the form is shown again.
pub(crate) type Refused = (StatusCode, &'static str);

impl NewPassword {
    pub(crate) fn read(language: Language, typed: [Zeroizing<String>; 2]) -> Result<Self, Refused> {
        let ([new, again], join) = (typed, JoinTexts::of(language));
        if !password_rule::allows(&new) {
            return Err((StatusCode::UNPROCESSABLE_ENTITY, join.password_weak));
        }
        if new != again {
            return Err((StatusCode::UNPROCESSABLE_ENTITY, join.passwords_differ));
        }
        Ok(Self(new))
    }

    /// What is kept of it, once it is its turn.
    pub(crate) async fn hash(
        self,
        portal: &Portal,
        language: Language,
    ) -> Result<Result<String, Refused>, PageError> {
        match portal.passwords.seat() {
            Ok(seat) => Ok(Ok(seat.hash(self.0).await?)),
            Err(PasswordError::Crowded) => {
                Ok(Err((StatusCode::SERVICE_UNAVAILABLE, Frame::new(language).t.crowded)))
            }
            Err(error) => Err(error.into()),
        }
    }
}
