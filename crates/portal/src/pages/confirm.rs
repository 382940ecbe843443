//! The password again, before a card may be bound to the account: whoever finds a browser that was
//! left open does not make its account gold with a card of their own.

use std::sync::Arc;

use askama::Template;
use axum::{
    Form,
    extract::State,
    http::HeaderMap,
    response::{Html, IntoResponse, Redirect, Response},
};
use axum_extra::extract::CookieJar;

use super::{
    Frame, PageError,
    again::{PasswordForm, Peer, check_again},
    render,
};
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

pub(crate) async fn confirm_page(
    language: Language,
    signed_in: SignedIn,
) -> Result<Html<String>, PageError> {
    page(language, &signed_in, "")
}

pub(crate) async fn confirm(
    State(portal): State<Arc<Portal>>,
    language: Language,
    peer: Peer,
    headers: HeaderMap,
    signed_in: SignedIn,
    Form(form): Form<PasswordForm>,
) -> Result<Response, PageError> {
    match check_again(&portal, peer, &signed_in, form).await {
        Ok(member) => {
            tracing::info!(member, "confirmed the password");
            let session = session::begin(&portal, member, &headers).await?;
            Ok((CookieJar::new().add(session), Redirect::to("/gold/card")).into_response())
        }
        Err(refusal) => refusal
            .with(language, |sentence| Ok(page(language, &signed_in, sentence)?.into_response())),
    }
}

fn page(
    language: Language,
    SignedIn { member, session, .. }: &SignedIn,
    refusal: &'static str,
) -> Result<Html<String>, PageError> {
    let (form_token, account) = (session.form_token()?, member.account.clone());
    render(&Page { frame: Frame::new(language), form_token, account, refusal })
}
