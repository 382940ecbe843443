//! `GET /gold`: the four ways to gold, what each needs, and which of them are open.

use askama::Template;
use axum::response::{IntoResponse, Redirect, Response};

use crate::{
    language::Language,
    pages::{Frame, PageError, render},
    session::SignedIn,
    texts::WaysTexts,
};

#[derive(Template)]
#[template(path = "ways/choose.html")]
struct Page {
    frame: Frame,
    ways: &'static WaysTexts,
    form_token: String,
}

pub(super) async fn choose(
    language: Language,
    SignedIn { member, session, .. }: SignedIn,
) -> Result<Response, PageError> {
    if member.gold_since.is_some() {
        return Ok(Redirect::to("/").into_response());
    }
    let (frame, ways) = (Frame::new(language), WaysTexts::of(language));
    Ok(render(&Page { frame, ways, form_token: session.form_token()? })?.into_response())
}
