//! Signing in with the card: from gold on, beside account and password.
//!
//! Who is there is told by the certificate alone, so nobody types anything. The challenge belongs to the
//! visitor's cookie, which the session replaces: a token that somebody else's card made for another
//! page signs nobody in here.

mod challenge;
mod page;
mod verify;
mod visitor;

use std::sync::Arc;

use axum::{
    Router,
    routing::{get, post},
};

use crate::Portal;

/// The page and its two calls.
pub(crate) fn routes() -> Router<Arc<Portal>> {
    Router::new()
        .route("/sign-in/card", get(page::page))
        .route("/sign-in/card/challenge", post(challenge::challenge))
        .route("/sign-in/card/verify", post(verify::verify))
}
