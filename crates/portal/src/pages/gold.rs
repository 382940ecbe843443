//! The page that asks for the card.

use std::sync::Arc;

use askama::Template;
use axum::{
    extract::State,
    response::{IntoResponse, Redirect, Response},
};

use super::{Frame, PageError, render};
use crate::{Portal, language::Language, session::SignedIn};

#[derive(Template)]
#[template(path = "gold.html")]
struct Page {
    frame: Frame,
    form_token: String,
    ports: String,
}

pub(crate) async fn gold(
    State(portal): State<Arc<Portal>>,
    language: Language,
    SignedIn { member, session, is_fresh }: SignedIn,
) -> Result<Response, PageError> {
    if member.gold_since.is_some() {
        return Ok(Redirect::to("/").into_response());
    }
    if !is_fresh {
        return Ok(Redirect::to("/confirm").into_response());
    }
    let ports: Vec<String> = portal.config.helper_ports.iter().map(u16::to_string).collect();
    let form_token = session.form_token()?;
    let page = Page { frame: Frame::new(language), form_token, ports: ports.join(" ") };
    Ok(render(&page)?.into_response())
}
