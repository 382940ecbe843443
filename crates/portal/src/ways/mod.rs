//! The ways to gold: the choice among them, the program a card needs and where to get it, and the page
//! that asks for the card.
//!
//! Refuses to know what a card proves; that is `gold`'s.

mod card;
mod choose;
mod component;
mod download;
mod platform;

use std::sync::Arc;

use axum::{Router, routing::get};

use crate::Portal;
pub use download::DownloadError;
pub(crate) use download::Downloads;
pub use platform::DownloadsConfig;
pub(crate) use platform::Platform;

/// The pages of the ways.
pub(crate) fn routes() -> Router<Arc<Portal>> {
    Router::new()
        .route("/gold", get(choose::choose))
        .route("/gold/component", get(component::for_member))
        .route("/gold/card", get(card::card))
        .route("/gold/renew", get(card::renew))
        .route("/sign-in/component", get(component::for_visitor))
        .route("/download/{platform}", get(download::download))
}
