//! `GET /join`: which memberships there are, what each opens and what each needs.

use askama::Template;
use axum::response::Html;

use crate::{
    language::Language,
    pages::{Frame, PageError, render},
    texts::JoinTexts,
};

#[derive(Template)]
#[template(path = "join/choose.html")]
struct Page {
    frame: Frame,
    join: &'static JoinTexts,
}

pub(super) async fn choose(language: Language) -> Result<Html<String>, PageError> {
    render(&Page { frame: Frame::new(language), join: JoinTexts::of(language) })
}
