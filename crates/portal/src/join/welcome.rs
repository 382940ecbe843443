//! `GET /welcome`: the new member may go on to gold, or not.

use askama::Template;
use axum::response::Html;

use crate::{
    language::Language,
    pages::{Frame, PageError, render},
    services::{self, Services},
    session::SignedIn,
    texts::JoinTexts,
};

#[derive(Template)]
#[template(path = "join/welcome.html")]
struct Page {
    frame: Frame,
    join: &'static JoinTexts,
    form_token: String,
    gold: &'static Services,
}

pub(super) async fn welcome(
    language: Language,
    SignedIn { session, .. }: SignedIn,
) -> Result<Html<String>, PageError> {
    let form_token = session.form_token()?;
    let (join, gold) = (JoinTexts::of(language), services::gold(language));
    render(&Page { frame: Frame::new(language), join, form_token, gold })
}
