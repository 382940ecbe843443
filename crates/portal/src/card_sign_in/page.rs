//! `GET /sign-in/card`: the page that asks for the card of somebody who is not signed in.

use std::sync::Arc;

use askama::Template;
use axum::{
    extract::State,
    http::HeaderMap,
    response::{IntoResponse, Redirect, Response},
};
use axum_extra::extract::CookieJar;

use crate::{
    Portal,
    headers::MAY_OPEN_A_POPUP,
    language::Language,
    pages::{Frame, PageError, pre_session, render},
    session::SignedIn,
    texts::WaysTexts,
};

#[derive(Template)]
#[template(path = "card_sign_in.html")]
struct Page {
    frame: Frame,
    ways: &'static WaysTexts,
    form_token: String,
    ports: String,
}

pub(super) async fn page(
    State(portal): State<Arc<Portal>>,
    language: Language,
    headers: HeaderMap,
    jar: CookieJar,
) -> Result<Response, PageError> {
    if SignedIn::find(&portal, &headers).await?.is_some() {
        return Ok(Redirect::to("/").into_response());
    }
    let (jar, form_token) = pre_session(jar)?;
    let (frame, ways) = (Frame::new(language), WaysTexts::of(language));
    let page = render(&Page { frame, ways, form_token, ports: portal.helper_ports() })?;
    Ok((jar, [MAY_OPEN_A_POPUP], page).into_response())
}
