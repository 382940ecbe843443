//! `/account/stop`: nobody can sign in any more, by password or by card, until the member says at the
//! sign-in, with the password, that the account is to be used again.

use std::sync::Arc;

use askama::Template;
use axum::{
    Form,
    extract::State,
    response::{Html, IntoResponse, Response},
};
use axum_extra::extract::CookieJar;

use crate::{
    Portal, cookies,
    deed::What,
    language::Language,
    pages::{Farewell, Frame, Known, PageError, PasswordForm, Peer, check_again, network, render},
    session::SignedIn,
    texts::OwnAccountTexts,
};

#[derive(Template)]
#[template(path = "own_account/stop.html")]
struct Page {
    frame: Frame,
    own: &'static OwnAccountTexts,
    form_token: String,
    account: String,
    refusal: &'static str,
}

pub(super) async fn page(
    language: Language,
    signed_in: SignedIn,
) -> Result<Html<String>, PageError> {
    form(language, &signed_in, "")
}

pub(super) async fn stop(
    State(portal): State<Arc<Portal>>,
    language: Language,
    peer: Peer,
    signed_in: SignedIn,
    Form(fields): Form<PasswordForm>,
) -> Result<Response, PageError> {
    let network = network(&peer);
    match check_again(&portal, peer, &signed_in, fields).await {
        Ok(Known { member, .. }) => {
            let entry = portal.entry(What::STOPPED, member, "", &network);
            portal.store.stop_member(member, &entry).await?;
            let jar = CookieJar::new().add(cookies::forgotten(cookies::SESSION));
            Ok((jar, Farewell::Stopped.redirect()).into_response())
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
    let own = OwnAccountTexts::of(language);
    render(&Page { frame: Frame::new(language), own, form_token, account, refusal })
}
