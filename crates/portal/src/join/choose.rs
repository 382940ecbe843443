//! `GET /join`: which memberships there are, what each opens and what each needs.

use std::sync::Arc;

use askama::Template;
use axum::{extract::State, response::Html};

use crate::{
    Portal,
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
    /// What an account can be: only what a code can be sent to.
    accounts: &'static str,
    general: &'static Services,
    gold: &'static Services,
}

pub(super) async fn choose(
    State(portal): State<Arc<Portal>>,
    language: Language,
) -> Result<Html<String>, PageError> {
    let (frame, join) = (Frame::new(language), JoinTexts::of(language));
    let accounts = match (portal.sending.reaches_mobiles(), portal.sending.reaches_mail()) {
        (true, false) => join.mobile,
        (false, true) => frame.t.email,
        (true, true) | (false, false) => join.phone_or_email,
    };
    let (general, gold) = (services::general(language), services::gold(language));
    render(&Page { frame, join, accounts, general, gold })
}
