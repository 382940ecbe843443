//! `/account/contact`: another number or address to sign in with. The code that goes there is asked for and
//! typed on the pages of the registration; what comes of it is another account for this member, not another
//! member.

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

use crate::{
    Portal, StoreError, cookies,
    deed::{Network, What},
    join::Applicant,
    language::Language,
    notice::Notice,
    pages::{Frame, PageError, render},
    session::{SessionId, SignedIn},
    store::Aim,
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

#[derive(Template)]
#[template(path = "own_account/contact_finish.html")]
struct FinishPage {
    frame: Frame,
    own: &'static OwnAccountTexts,
    form_token: String,
    /// The new one.
    account: String,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct Step {
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
    Form(fields): Form<Step>,
) -> Result<Response, PageError> {
    if !signed_in.session.accepts(&fields.form_token)? {
        return Err(PageError::ForeignForm);
    }
    if !signed_in.is_fresh {
        return Ok(Redirect::to("/confirm?to=contact").into_response());
    }
    let (visitor, now) = (SessionId::new()?, portal.clock.now());
    portal.store.begin(&visitor.hash(), Aim::Change(signed_in.member.id), now).await?;
    let cookie = cookies::strict(cookies::JOIN, visitor.expose().to_owned());
    Ok((CookieJar::new().add(cookie), Redirect::to("/join/contact")).into_response())
}

/// The code was known: what is going to happen.
pub(super) async fn finish_page(
    State(portal): State<Arc<Portal>>,
    language: Language,
    headers: HeaderMap,
    signed_in: SignedIn,
) -> Result<Response, PageError> {
    let applicant = Applicant::find(&portal, &headers).await?;
    let way = applicant.map(|applicant| applicant.registration);
    let way = way.filter(|way| way.is_verified && way.aim == Aim::Change(signed_in.member.id));
    let Some(account) = way.and_then(|way| way.account) else {
        return Ok(Redirect::to("/account").into_response());
    };
    let (form_token, own) = (signed_in.session.form_token()?, OwnAccountTexts::of(language));
    let page = FinishPage { frame: Frame::new(language), own, form_token, account };
    Ok(render(&page)?.into_response())
}

pub(super) async fn finish(
    State(portal): State<Arc<Portal>>,
    language: Language,
    network: Network,
    jar: CookieJar,
    signed_in: SignedIn,
    Form(fields): Form<Step>,
) -> Result<Response, PageError> {
    if !signed_in.session.accepts(&fields.form_token)? {
        return Err(PageError::ForeignForm);
    }
    let Some(visitor) = SessionId::in_cookie(&jar, cookies::JOIN) else {
        return Ok(Redirect::to("/account").into_response());
    };
    let member = &signed_in.member;
    let entry = portal.entry(What::ACCOUNT_CHANGED, member.id, "", &network);
    let jar = CookieJar::new().add(cookies::forgotten(cookies::JOIN));
    match portal.store.change_account(&visitor.hash(), member.id, &entry).await {
        Ok(changed) => {
            if let Some(new) = changed {
                portal.write_to(&member.account, Notice::Account(&new), language).await;
            }
            Ok((jar, Redirect::to("/account")).into_response())
        }
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
