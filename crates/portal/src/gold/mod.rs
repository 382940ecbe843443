//! From member to gold member: a challenge for a typed national ID, and the judgement of what the
//! card answered.

mod caller;
mod challenge;
mod masked;
mod name;
mod operation;
mod person;
mod refusal;
mod token;
mod told;
mod verify;

use std::sync::Arc;

use axum::{Extension, Router, http::HeaderMap, routing::post};

use crate::Portal;
use challenge::Claim;
pub(crate) use masked::masked;
pub(crate) use operation::Operation;
pub(crate) use refusal::{Refusal, RefusalIn};
pub(crate) use token::verify_token;

/// The calls of the pages of the card.
pub(crate) fn routes() -> Router<Arc<Portal>> {
    Router::new()
        .nest("/gold", calls(Operation::Upgrade))
        .nest("/gold/renew", calls(Operation::Renew))
}

fn calls(operation: Operation) -> Router<Arc<Portal>> {
    Router::new()
        .route("/challenge", post(challenge::answer))
        .route("/verify", post(verify::answer))
        .layer(Extension(operation))
}

/// The form token that a page's script sends; empty where there is none.
pub(crate) fn form_token(headers: &HeaderMap) -> &str {
    headers.get("x-form-token").and_then(|token| token.to_str().ok()).unwrap_or_default()
}
