//! `/account/contact`: another number or address to sign in with. The code that goes there is asked for and
//! typed on the pages of the registration; what comes of it is another account for this member, not another
//! member.

use std::sync::Arc;

use askama::Template;
use axum::{
    Form,
    extract::State,
    response::{Html, IntoResponse, Redirect, Response},
};
use axum_extra::extract::CookieJar;
use serde::Deserialize;

use crate::{
    Portal, StoreError, cookies,
    deed::{Network, What},
    language::Language,
    pages::{Frame, PageError, render},
    session::{SessionId, SignedIn},
    texts::OwnAccountTexts,
};

#[derive(Template)]
#[template(path = "own_account/contact.html")]
struct Page {
    frame: Frame,
    own: &'static OwnAccountTexts,
    form_token: String,
    account: String,
    refusal: &'static str,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct Begin {
    form_token: String,
}

pub(super) async fn page(language: Language, signed_in: SignedIn) -> Result<Response, PageError> {
    if !signed_in.is_fresh {
        return Ok(Redirect::to("/confirm?to=contact").into_response());
    }
    Ok(form(language, &signed_in, "")?.into_response())
}

pub(super) async fn begin(
    State(portal): State<Arc<Portal>>,
    signed_in: SignedIn,
    Form(fields): Form<Begin>,
) -> Result<Response, PageError> {
    if !signed_in.session.accepts(&fields.form_token)? {
        return Err(PageError::ForeignForm);
    }
    if !signed_in.is_fresh {
        return Ok(Redirect::to("/confirm?to=contact").into_response());
    }
    let (visitor, now) = (SessionId::new()?, portal.clock.now());
    portal.store.begin_change(&visitor.hash(), signed_in.member.id, now).await?;
    let cookie = cookies::strict(cookies::JOIN, visitor.expose().to_owned());
    Ok((CookieJar::new().add(cookie), Redirect::to("/join/contact")).into_response())
}

/// The code was known: the last step. A redirect leads here, so it is a GET; it does something once, for the
/// member whose session it is and whose way it was, and both cookies come from pages of this site only.
pub(super) async fn finish(
    State(portal): State<Arc<Portal>>,
    language: Language,
    network: Network,
    jar: CookieJar,
    signed_in: SignedIn,
) -> Result<Response, PageError> {
    let Some(visitor) = SessionId::in_cookie(&jar, cookies::JOIN) else {
        return Ok(Redirect::to("/account").into_response());
    };
    let member = signed_in.member.id;
    let entry = portal.entry(What::ACCOUNT_CHANGED, member, "", &network);
    let jar = CookieJar::new().add(cookies::forgotten(cookies::JOIN));
    match portal.store.change_account(&visitor.hash(), member, &entry).await {
        Ok(_) => Ok((jar, Redirect::to("/account")).into_response()),
        Err(StoreError::AccountTaken) => {
            let taken = OwnAccountTexts::of(language).account_taken;
            Ok((jar, form(language, &signed_in, taken)?).into_response())
        }
        Err(error) => Err(error.into()),
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
