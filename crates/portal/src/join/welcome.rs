//! `GET /welcome`: the new member may go on to gold, or not.

use askama::Template;
use axum::response::Html;

use crate::{
    language::Language,
    pages::{Frame, PageError, render},
    session::SignedIn,
    texts::JoinTexts,
};

#[derive(Template)]
#[template(path = "join/welcome.html")]
struct Page {
    frame: Frame,
    join: &'static JoinTexts,
    form_token: String,
}

pub(super) async fn welcome(
    language: Language,
    SignedIn { session, .. }: SignedIn,
) -> Result<Html<String>, PageError> {
    let form_token = session.form_token()?;
    render(&Page { frame: Frame::new(language), join: JoinTexts::of(language), form_token })
}
