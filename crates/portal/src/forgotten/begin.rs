//! `/sign-in/forgotten`: what is going to happen, and the way to the code.

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
    pages::{Frame, PageError, pre_session, render},
    session::{SessionId, same},
    store::Aim,
    texts::ForgottenTexts,
};

#[derive(Template)]
#[template(path = "forgotten/begin.html")]
struct Page {
    frame: Frame,
    forgotten: &'static ForgottenTexts,
    form_token: String,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct Begin {
    form_token: String,
}

pub(super) async fn page(language: Language, jar: CookieJar) -> Result<Response, PageError> {
    let (jar, form_token) = pre_session(jar)?;
    let forgotten = ForgottenTexts::of(language);
    let page = render(&Page { frame: Frame::new(language), forgotten, form_token })?;
    Ok((jar, page).into_response())
}

pub(super) async fn begin(
    State(portal): State<Arc<Portal>>,
    jar: CookieJar,
    Form(form): Form<Begin>,
) -> Result<Response, PageError> {
    let cookie = jar.get(cookies::SIGN_IN).ok_or(PageError::ForeignForm)?;
    if !same(cookie.value(), &form.form_token) {
        return Err(PageError::ForeignForm);
    }
    let visitor = SessionId::new()?;
    portal.store.begin(&visitor.hash(), Aim::Password, portal.clock.now()).await?;
    let cookie = cookies::strict(cookies::JOIN, visitor.expose().to_owned());
    Ok((CookieJar::new().add(cookie), Redirect::to("/join/contact")).into_response())
}
