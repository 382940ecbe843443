//! `GET /gold/card`: the page that takes the national ID and asks for the card.

use std::sync::Arc;

use askama::Template;
use axum::{
    extract::State,
    http::HeaderName,
    response::{IntoResponse, Redirect, Response},
};

use crate::{
    Portal,
    language::Language,
    pages::{Frame, PageError, render},
    session::SignedIn,
    texts::WaysTexts,
};

/// Today's components of the city answer from a popup of their own, which needs its opener. A site
/// that keeps one of them as a second way asks it from this page, and from no other.
const MAY_OPEN_A_POPUP: (HeaderName, &str) =
    (HeaderName::from_static("cross-origin-opener-policy"), "same-origin-allow-popups");

#[derive(Template)]
#[template(path = "ways/card.html")]
struct Page {
    frame: Frame,
    ways: &'static WaysTexts,
    form_token: String,
    ports: String,
}

pub(super) async fn card(
    State(portal): State<Arc<Portal>>,
    language: Language,
    SignedIn { member, session, is_fresh }: SignedIn,
) -> Result<Response, PageError> {
    if member.gold_since.is_some() {
        return Ok(Redirect::to("/").into_response());
    }
    if !is_fresh {
        return Ok(Redirect::to("/confirm").into_response());
    }
    let page = Page {
        frame: Frame::new(language),
        ways: WaysTexts::of(language),
        form_token: session.form_token()?,
        ports: portal.helper_ports(),
    };
    Ok(([MAY_OPEN_A_POPUP], render(&page)?).into_response())
}
