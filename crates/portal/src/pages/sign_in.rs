//! Signing in with e-mail and password, and out.

use std::sync::Arc;

use askama::Template;
use axum::{
    Form,
    extract::State,
    http::{HeaderMap, StatusCode},
    response::{IntoResponse, Redirect, Response},
};
use axum_extra::extract::CookieJar;
use serde::Deserialize;
use zeroize::Zeroizing;

use super::{Frame, PageError, render};
use crate::{
    Portal, cookies,
    language::Language,
    session::{self, SignedIn, random_token, same},
};

#[derive(Template)]
#[template(path = "sign_in.html")]
struct Page {
    frame: Frame,
    form_token: String,
    email: String,
    refusal: &'static str,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct SignInForm {
    form_token: String,
    email: String,
    password: String,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct SignOutForm {
    form_token: String,
}

pub(crate) async fn sign_in_page(
    State(portal): State<Arc<Portal>>,
    language: Language,
    headers: HeaderMap,
    jar: CookieJar,
) -> Result<Response, PageError> {
    if SignedIn::find(&portal, &headers).await?.is_some() {
        return Ok(Redirect::to("/").into_response());
    }
    form(language, jar, String::new(), "")
}

pub(crate) async fn sign_in(
    State(portal): State<Arc<Portal>>,
    language: Language,
    jar: CookieJar,
    Form(form_fields): Form<SignInForm>,
) -> Result<Response, PageError> {
    // There is no session yet, so the token is in a cookie and in the form, and has to agree.
    let cookie = jar.get(cookies::SIGN_IN).ok_or(PageError::ForeignForm)?;
    if !same(cookie.value(), &form_fields.form_token) {
        return Err(PageError::ForeignForm);
    }
    let (email, password) = (form_fields.email.trim(), Zeroizing::new(form_fields.password));
    let (member, kept) = portal.store.credentials(email).await?.unzip();
    let fits = portal.passwords.fits(password, kept).await?;
    let Some(member) = member.filter(|_| fits) else {
        tracing::info!("a sign-in was refused");
        let frame = Frame::new(language);
        let page = form(language, jar, email.to_owned(), frame.t.wrong_credentials)?;
        return Ok((StatusCode::UNAUTHORIZED, page).into_response());
    };
    tracing::info!(member, "signed in");
    let jar = jar.add(cookies::forgotten(cookies::SIGN_IN));
    Ok((jar.add(session::begin(&portal, member).await?), Redirect::to("/")).into_response())
}

pub(crate) async fn sign_out(
    State(portal): State<Arc<Portal>>,
    SignedIn { session, .. }: SignedIn,
    Form(form): Form<SignOutForm>,
) -> Result<Response, PageError> {
    if !session.accepts(&form.form_token)? {
        return Err(PageError::ForeignForm);
    }
    portal.store.remove_session(&session.hash()).await?;
    let jar = CookieJar::new().add(cookies::forgotten(cookies::SESSION));
    Ok((jar, Redirect::to("/sign-in")).into_response())
}

fn form(
    language: Language,
    jar: CookieJar,
    email: String,
    refusal: &'static str,
) -> Result<Response, PageError> {
    let form_token = match jar.get(cookies::SIGN_IN) {
        Some(cookie) => cookie.value().to_owned(),
        None => random_token()?,
    };
    let cookie = cookies::strict(cookies::SIGN_IN, form_token.clone());
    let page = render(&Page { frame: Frame::new(language), form_token, email, refusal })?;
    Ok((jar.add(cookie), page).into_response())
}
