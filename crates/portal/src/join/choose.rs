//! `GET /join`: which memberships there are, what each opens and what each needs.

use std::sync::Arc;

use askama::Template;
use axum::{
    extract::{Query, State},
    response::Html,
};

use crate::{
    Portal,
    language::Language,
    pages::{After, Farewell, Frame, PageError, render},
    services::{self, Services},
    texts::JoinTexts,
};

#[derive(Template)]
#[template(path = "join/choose.html")]
struct Page {
    frame: Frame,
    join: &'static JoinTexts,
    /// Somebody was on the way, whose time is over.
    is_over: bool,
    /// What an account can be: only what a code can be sent to.
    accounts: &'static str,
    general: &'static Services,
    gold: &'static Services,
}

pub(super) async fn choose(
    State(portal): State<Arc<Portal>>,
    language: Language,
    Query(after): Query<After>,
) -> Result<Html<String>, PageError> {
    let (frame, join) = (Frame::new(language), JoinTexts::of(language));
    let accounts = match (portal.sending.reaches_mobiles(), portal.sending.reaches_mail()) {
        (true, false) => join.mobile,
        (false, true) => frame.t.email,
        (true, true) | (false, false) => join.phone_or_email,
    };
    let (general, gold) = (services::general(language), services::gold(language));
    let is_over = after.farewell() == Some(Farewell::Over);
    render(&Page { frame, join, is_over, accounts, general, gold })
}
