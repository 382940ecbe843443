//! `GET /gold/component`, `GET /sign-in/component`: Ankong for the visitor's system, and whether it runs already.

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
    /// None where nobody is signed in.
    form_token: Option<String>,
    ports: String,
    platform: Platform,
    steps: &'static [Step],
    /// Name and size of the file, where the site has one.
    offer: Option<(String, String)>,
    /// Where “next” leads, and where the visitor came from.
    on: &'static str,
    back: &'static str,
}

#[derive(Deserialize)]
pub(super) struct Choice {
    /// The system somebody chose in place of the one they were shown.
    on: Option<Platform>,
}

/// On the way to gold, or to another card.
pub(super) async fn for_member(
    State(portal): State<Arc<Portal>>,
    language: Language,
    headers: HeaderMap,
    SignedIn { member, session, .. }: SignedIn,
    Query(choice): Query<Choice>,
) -> Result<Html<String>, PageError> {
    let way = match member.gold_since {
        None => ["/gold/card", "/gold"],
        Some(_) => ["/gold/renew", "/"],
    };
    let platform = choice.on.unwrap_or_else(|| Platform::of_visitor(&headers));
    page(&portal, language, platform, Some(session.form_token()?), way)
}

/// On the way to a sign-in with the card.
pub(super) async fn for_visitor(
    State(portal): State<Arc<Portal>>,
    language: Language,
    headers: HeaderMap,
    Query(choice): Query<Choice>,
) -> Result<Html<String>, PageError> {
    let platform = choice.on.unwrap_or_else(|| Platform::of_visitor(&headers));
    page(&portal, language, platform, None, ["/sign-in/card", "/sign-in"])
}

fn page(
    portal: &Portal,
    language: Language,
    platform: Platform,
    form_token: Option<String>,
    [on, back]: [&'static str; 2],
) -> Result<Html<String>, PageError> {
    let offer = portal.downloads.offer(platform);
    render(&Page {
        frame: Frame::new(language),
        ways: WaysTexts::of(language),
        form_token,
        ports: portal.helper_ports(),
        platform,
        steps: texts::steps(language, platform),
        offer: offer.map(|(name, size)| (name.to_owned(), size)),
        on,
        back,
    })
}
