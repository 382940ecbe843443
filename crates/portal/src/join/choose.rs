//! `GET /join`: which memberships there are, what each opens and what each needs.

use askama::Template;
use axum::response::Html;

use crate::{
    language::Language,
    pages::{Frame, PageError, render},
    services::{self, Services},
    texts::JoinTexts,
};

#[derive(Template)]
#[template(path = "join/choose.html")]
struct Page {
    frame: Frame,
    join: &'static JoinTexts,
    general: &'static Services,
    gold: &'static Services,
}

pub(super) async fn choose(language: Language) -> Result<Html<String>, PageError> {
    let (general, gold) = (services::general(language), services::gold(language));
    render(&Page { frame: Frame::new(language), join: JoinTexts::of(language), general, gold })
}
