//! `GET /outbox`: what would have been sent, for development.

use std::sync::Arc;

use askama::Template;
use axum::{extract::State, response::Html};

use crate::{
    Portal,
    language::Language,
    pages::{Frame, PageError, render},
    store::Message,
    texts::JoinTexts,
};

#[derive(Template)]
#[template(path = "join/outbox.html")]
struct Page {
    frame: Frame,
    join: &'static JoinTexts,
    messages: Vec<Message>,
}

pub(super) async fn outbox(
    State(portal): State<Arc<Portal>>,
    language: Language,
) -> Result<Html<String>, PageError> {
    let messages = portal.store.messages().await?;
    render(&Page { frame: Frame::new(language), join: JoinTexts::of(language), messages })
}
