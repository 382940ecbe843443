//! `/join/notice`: what happens with a member's data. Who accepts it begins a registration, in which
//! the version that was shown and the time are kept.

use std::sync::Arc;

use askama::Template;
use axum::{
    Form,
    extract::State,
    response::{IntoResponse, Redirect, Response},
};
use axum_extra::extract::CookieJar;
use serde::Deserialize;

use crate::{
    Portal, cookies,
    language::Language,
    pages::{Frame, PageError, render},
    session::SessionId,
    texts::JoinTexts,
};

/// Changes with every change of the notice's words.
const VERSION: &str = "2026-11-25";

#[derive(Template)]
#[template(path = "join/notice.html")]
struct Page {
    frame: Frame,
    join: &'static JoinTexts,
    form_token: String,
    version: &'static str,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct Accepted {
    form_token: String,
    /// Which notice was on the page.
    version: String,
    /// There only where the box is ticked.
    accepted: Option<String>,
}

pub(super) async fn notice(language: Language, jar: CookieJar) -> Result<Response, PageError> {
    let visitor = match SessionId::in_cookie(&jar, cookies::JOIN) {
        Some(visitor) => visitor,
        None => SessionId::new()?,
    };
    let page = Page {
        frame: Frame::new(language),
        join: JoinTexts::of(language),
        form_token: visitor.form_token()?,
        version: VERSION,
    };
    let cookie = cookies::strict(cookies::JOIN, visitor.expose().to_owned());
    Ok((jar.add(cookie), render(&page)?).into_response())
}

pub(super) async fn accept(
    State(portal): State<Arc<Portal>>,
    jar: CookieJar,
    Form(form): Form<Accepted>,
) -> Result<Response, PageError> {
    let page = SessionId::in_cookie(&jar, cookies::JOIN).ok_or(PageError::ForeignForm)?;
    if !page.accepts(&form.form_token)? {
        return Err(PageError::ForeignForm);
    }
    if form.accepted.is_none() || form.version != VERSION {
        return Ok(Redirect::to("/join/notice").into_response());
    }
    // A cookie of the portal's own making: one that somebody planted is worth nothing from here on.
    let visitor = SessionId::new()?;
    portal.store.begin_registration(&visitor.hash(), VERSION, portal.clock.now()).await?;
    let cookie = cookies::strict(cookies::JOIN, visitor.expose().to_owned());
    Ok((jar.add(cookie), Redirect::to("/join/contact")).into_response())
}
