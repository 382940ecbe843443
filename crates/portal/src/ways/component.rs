//! `GET /gold/component`: Ankong for the visitor's system, and whether it runs already.

use std::sync::Arc;

use askama::Template;
use axum::{
    extract::{Query, State},
    http::HeaderMap,
    response::Html,
};
use serde::Deserialize;

use super::platform::Platform;
use crate::{
    Portal,
    language::Language,
    pages::{Frame, PageError, render},
    session::SignedIn,
    texts::{self, Step, WaysTexts},
};

#[derive(Template)]
#[template(path = "ways/component.html")]
struct Page {
    frame: Frame,
    ways: &'static WaysTexts,
    form_token: String,
    ports: String,
    platform: Platform,
    steps: &'static [Step],
    /// Name and size of the file, where the site has one.
    offer: Option<(String, String)>,
}

#[derive(Deserialize)]
pub(super) struct Choice {
    /// The system somebody chose in place of the one they were shown.
    on: Option<Platform>,
}

pub(super) async fn component(
    State(portal): State<Arc<Portal>>,
    language: Language,
    headers: HeaderMap,
    SignedIn { session, .. }: SignedIn,
    Query(choice): Query<Choice>,
) -> Result<Html<String>, PageError> {
    let platform = choice.on.unwrap_or_else(|| Platform::of_visitor(&headers));
    let ways = WaysTexts::of(language);
    let offer = portal.downloads.offer(platform);
    render(&Page {
        frame: Frame::new(language),
        ways,
        form_token: session.form_token()?,
        ports: portal.helper_ports(),
        platform,
        steps: texts::steps(language, platform),
        offer: offer.map(|(name, size)| (name.to_owned(), size)),
    })
}
