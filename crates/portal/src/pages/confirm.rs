//! The password again, before a card may be bound to the account: whoever finds a browser that was
//! left open does not make its account gold with a card of their own.

use std::{net::SocketAddr, sync::Arc};

use askama::Template;
use axum::{
    Extension, Form,
    extract::{ConnectInfo, State},
    http::HeaderMap,
    response::{Html, IntoResponse, Redirect, Response},
};
use axum_extra::extract::CookieJar;
use serde::Deserialize;
use zeroize::Zeroizing;

use super::{Frame, PageError, render, sign_in};
use crate::{
    Portal,
    language::Language,
    session::{self, SignedIn},
};

#[derive(Template)]
#[template(path = "confirm.html")]
struct Page {
    frame: Frame,
    form_token: String,
    account: String,
    refusal: &'static str,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct ConfirmForm {
    form_token: String,
    password: String,
}

pub(crate) async fn confirm_page(
    language: Language,
    signed_in: SignedIn,
) -> Result<Html<String>, PageError> {
    form(language, &signed_in, "")
}

pub(crate) async fn confirm(
    State(portal): State<Arc<Portal>>,
    language: Language,
    peer: Option<Extension<ConnectInfo<SocketAddr>>>,
    headers: HeaderMap,
    signed_in: SignedIn,
    Form(fields): Form<ConfirmForm>,
) -> Result<Response, PageError> {
    let password = Zeroizing::new(fields.password);
    if !signed_in.session.accepts(&fields.form_token)? {
        return Err(PageError::ForeignForm);
    }
    let address = peer.map(|Extension(ConnectInfo(peer))| peer.ip());
    match sign_in::check(&portal, &signed_in.member.account, password, address).await {
        Ok(member) => {
            tracing::info!(member, "confirmed the password");
            let session = session::begin(&portal, member, &headers).await?;
            Ok((CookieJar::new().add(session), Redirect::to("/gold")).into_response())
        }
        Err(refusal) => refusal
            .with(language, |sentence| Ok(form(language, &signed_in, sentence)?.into_response())),
    }
}

fn form(
    language: Language,
    SignedIn { member, session, .. }: &SignedIn,
    refusal: &'static str,
) -> Result<Html<String>, PageError> {
    let (form_token, account) = (session.form_token()?, member.account.clone());
    render(&Page { frame: Frame::new(language), form_token, account, refusal })
}
