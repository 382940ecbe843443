//! Deleting the account, which takes the password: everything that is kept of the member goes, and
//! the card is free for another account.

use std::{net::SocketAddr, sync::Arc};

use askama::Template;
use axum::{
    Extension, Form,
    extract::{ConnectInfo, State},
    response::{Html, IntoResponse, Redirect, Response},
};
use axum_extra::extract::CookieJar;
use serde::Deserialize;
use zeroize::Zeroizing;

use super::{Frame, PageError, render, sign_in};
use crate::{Portal, cookies, language::Language, session::SignedIn};

#[derive(Template)]
#[template(path = "leave.html")]
struct Page {
    frame: Frame,
    form_token: String,
    account: String,
    refusal: &'static str,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct LeaveForm {
    form_token: String,
    password: String,
}

pub(crate) async fn leave_page(
    language: Language,
    signed_in: SignedIn,
) -> Result<Html<String>, PageError> {
    form(language, &signed_in, "")
}

pub(crate) async fn leave(
    State(portal): State<Arc<Portal>>,
    language: Language,
    peer: Option<Extension<ConnectInfo<SocketAddr>>>,
    signed_in: SignedIn,
    Form(fields): Form<LeaveForm>,
) -> Result<Response, PageError> {
    let password = Zeroizing::new(fields.password);
    if !signed_in.session.accepts(&fields.form_token)? {
        return Err(PageError::ForeignForm);
    }
    let address = peer.map(|Extension(ConnectInfo(peer))| peer.ip());
    match sign_in::check(&portal, &signed_in.member.account, password, address).await {
        Ok(member) => {
            portal.store.remove_member(member).await?;
            tracing::info!(member, "deleted the account");
            let jar = CookieJar::new().add(cookies::forgotten(cookies::SESSION));
            Ok((jar, Redirect::to("/sign-in")).into_response())
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
