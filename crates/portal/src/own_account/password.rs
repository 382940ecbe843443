//! `/account/password`: another password, for which the old one is asked. All sessions end, and this browser
//! gets a new one: whoever knew the old password is out.

use std::sync::Arc;

use askama::Template;
use axum::{
    Form,
    extract::State,
    http::HeaderMap,
    response::{Html, IntoResponse, Redirect, Response},
};
use axum_extra::extract::CookieJar;
use serde::Deserialize;
use zeroize::Zeroizing;

use crate::{
    Portal,
    deed::What,
    language::Language,
    notice::Notice,
    pages::{
        Frame, Known, NewPassword, PageError, PasswordForm, Peer, check_again, network, render,
    },
    session::{self, SignedIn},
    texts::{JoinTexts, OwnAccountTexts},
};

#[derive(Template)]
#[template(path = "own_account/password.html")]
struct Page {
    frame: Frame,
    own: &'static OwnAccountTexts,
    join: &'static JoinTexts,
    form_token: String,
    account: String,
    refusal: &'static str,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct Change {
    form_token: String,
    password: String,
    new_password: String,
    new_password_again: String,
}

pub(super) async fn page(
    language: Language,
    signed_in: SignedIn,
) -> Result<Html<String>, PageError> {
    form(language, &signed_in, "")
}

pub(super) async fn change(
    State(portal): State<Arc<Portal>>,
    language: Language,
    peer: Peer,
    headers: HeaderMap,
    signed_in: SignedIn,
    Form(fields): Form<Change>,
) -> Result<Response, PageError> {
    let Change { form_token, password, new_password, new_password_again } = fields;
    let typed = [new_password, new_password_again].map(Zeroizing::new);
    let network = network(&peer);
    let show =
        |(status, sentence)| Ok((status, form(language, &signed_in, sentence)?).into_response());
    let new = match NewPassword::read(language, typed) {
        Ok(new) => new,
        Err(refused) => return show(refused),
    };
    let old = PasswordForm { form_token, password };
    let Known { member, password_hash } = match check_again(&portal, peer, &signed_in, old).await {
        Ok(known) => known,
        Err(refusal) => {
            return refusal.with(language, |sentence| {
                Ok(form(language, &signed_in, sentence)?.into_response())
            });
        }
    };
    let hash = match new.hash(&portal, language).await? {
        Ok(hash) => hash,
        Err(refused) => return show(refused),
    };
    let entry = portal.entry(What::PASSWORD_CHANGED, member, "", &network);
    // Whoever changed it first is not undone by somebody who knew the one before.
    if !portal.store.change_password(member, [&password_hash, &hash], &entry).await? {
        return Err(PageError::SessionOver);
    }
    portal.write_to(&signed_in.member.account, Notice::Password, language).await;
    match session::begin(&portal, member, Some(&hash), &headers, &network).await? {
        Some(session) => {
            Ok((CookieJar::new().add(session), Redirect::to("/account")).into_response())
        }
        None => Err(PageError::SessionOver),
    }
}

fn form(
    language: Language,
    SignedIn { member, session, .. }: &SignedIn,
    refusal: &'static str,
) -> Result<Html<String>, PageError> {
    render(&Page {
        frame: Frame::new(language),
        own: OwnAccountTexts::of(language),
        join: JoinTexts::of(language),
        form_token: session.form_token()?,
        account: member.account.clone(),
        refusal,
    })
}
