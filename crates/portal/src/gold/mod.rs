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

use axum::{Router, routing::post};

use crate::Portal;
pub(crate) use caller::FORM_TOKEN;
use challenge::Claim;
pub(crate) use masked::masked;
use operation::Operation;
pub(crate) use refusal::{Refusal, RefusalIn};
pub(crate) use token::verify_token;

/// The calls of the page of the card.
pub(crate) fn routes() -> Router<Arc<Portal>> {
    Router::new()
        .route("/gold/challenge", post(challenge::upgrade))
        .route("/gold/verify", post(verify::upgrade))
        .route("/gold/renew/challenge", post(challenge::renew))
        .route("/gold/renew/verify", post(verify::renew))
}
