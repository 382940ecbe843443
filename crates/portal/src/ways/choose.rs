//! `GET /gold`: the four ways to gold, what each needs, and which of them are open.

use std::sync::Arc;

use askama::Template;
use axum::extract::State;
use axum::response::{IntoResponse, Redirect, Response};

use crate::{
    Portal,
    language::Language,
    pages::{Frame, PageError, render},
    session::SignedIn,
    store::{Decision, OwnCase},
    texts::WaysTexts,
};

#[derive(Template)]
#[template(path = "ways/choose.html")]
struct Page {
    frame: Frame,
    ways: &'static WaysTexts,
    form_token: String,
    /// What the clerk says of this member's case, with its number.
    case: Option<(i64, &'static str)>,
}

pub(super) async fn choose(
    State(portal): State<Arc<Portal>>,
    language: Language,
    SignedIn { member, session, .. }: SignedIn,
) -> Result<Response, PageError> {
    if member.gold_since.is_some() {
        return Ok(Redirect::to("/").into_response());
    }
    let (frame, ways) = (Frame::new(language), WaysTexts::of(language));
    let case = portal.store.case_of(member.id).await?.map(|case| in_words(ways, &case));
    Ok(render(&Page { frame, ways, form_token: session.form_token()?, case })?.into_response())
}

fn in_words(ways: &'static WaysTexts, case: &OwnCase) -> (i64, &'static str) {
    let words = match case.decision {
        None => ways.case_open,
        Some(Decision::Freed) => ways.case_freed,
        Some(Decision::Kept) => ways.case_kept,
    };
    (case.id, words)
}
