//! Deleting the account, which takes the password: everything that is kept of the member goes, and
//! the card is free for another account.

use std::sync::Arc;

use askama::Template;
use axum::{
    Form,
    extract::State,
    response::{Html, IntoResponse, Response},
};
use axum_extra::extract::CookieJar;

use super::{
    Farewell, Frame, PageError,
    again::{PasswordForm, Peer, check_again, network},
    render,
    sign_in::Known,
};
use crate::{Portal, cookies, deed::What, gold::Operation, language::Language, session::SignedIn};

#[derive(Template)]
#[template(path = "leave.html")]
struct Page {
    frame: Frame,
    form_token: String,
    account: String,
    refusal: &'static str,
}

pub(crate) async fn leave_page(
    language: Language,
    signed_in: SignedIn,
) -> Result<Html<String>, PageError> {
    page(language, &signed_in, "")
}

pub(crate) async fn leave(
    State(portal): State<Arc<Portal>>,
    language: Language,
    peer: Peer,
    signed_in: SignedIn,
    Form(form): Form<PasswordForm>,
) -> Result<Response, PageError> {
    let network = network(&peer);
    match check_again(&portal, peer, &signed_in, form).await {
        Ok(Known { member, .. }) => {
            let entry = portal.entry(What::DELETED, member, "", &network);
            let challenges = Operation::places(member);
            portal.store.remove_member(member, &challenges, &entry).await?;
            tracing::info!(member, "deleted the account");
            let jar = CookieJar::new().add(cookies::forgotten(cookies::SESSION));
            Ok((jar, Farewell::Deleted.redirect()).into_response())
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
