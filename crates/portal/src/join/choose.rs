//! `GET /join`: which memberships there are, what each opens and what each needs.

use std::sync::Arc;

use askama::Template;
use axum::{
    extract::{Query, State},
    response::Html,
};
use serde::Deserialize;

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
    /// What came before, or nothing.
    after: &'static str,
    /// What an account can be: only what a code can be sent to.
    accounts: &'static str,
    general: &'static Services,
    gold: &'static Services,
}

/// What came before this page.
#[derive(Deserialize)]
pub(super) struct After {
    #[serde(default)]
    after: String,
}

pub(super) async fn choose(
    State(portal): State<Arc<Portal>>,
    language: Language,
    Query(After { after }): Query<After>,
) -> Result<Html<String>, PageError> {
    let (frame, join) = (Frame::new(language), JoinTexts::of(language));
    let accounts = match (portal.sending.reaches_mobiles(), portal.sending.reaches_mail()) {
        (true, false) => join.mobile,
        (false, true) => frame.t.email,
        (true, true) | (false, false) => join.phone_or_email,
    };
    let (general, gold) = (services::general(language), services::gold(language));
    let after = if after == "over" { join.begin_here } else { "" };
    render(&Page { frame, join, after, accounts, general, gold })
}
