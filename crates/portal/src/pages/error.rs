//! Why a page is not shown.

use axum::{
    http::StatusCode,
    response::{IntoResponse, Redirect, Response},
};
use openssl::error::ErrorStack;

use crate::{StoreError, password::PasswordError};

#[derive(Debug, thiserror::Error)]
pub(crate) enum PageError {
    #[error("nobody is signed in")]
    SignInNeeded,
    #[error("the form does not come from a page of this session")]
    ForeignForm,
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
    fn into_response(self) -> Response {
        match self {
            Self::SignInNeeded => Redirect::to("/sign-in").into_response(),
            Self::ForeignForm => {
                let text = "這一頁已經過期，請回上一頁重新整理。 This page is out of date: go back and reload.";
                (StatusCode::FORBIDDEN, text).into_response()
            }
            Self::Store(_) | Self::Template(_) | Self::Password(_) | Self::Crypto(_) => {
                tracing::error!(error = &self as &dyn std::error::Error, "a page failed");
                let text =
                    "網站暫時無法回應，請稍後再試。 The site cannot answer now: try again later.";
                (StatusCode::INTERNAL_SERVER_ERROR, text).into_response()
            }
        }
    }
}
