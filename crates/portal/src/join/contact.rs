//! `/join/contact`: mobile number or e-mail address, and the code that was sent there.

use std::sync::Arc;

use askama::Template;
use axum::{
    Form,
    extract::{Query, State},
    http::StatusCode,
    response::{IntoResponse, Redirect, Response},
};
use openssl::memcmp;
use serde::Deserialize;

use super::{applicant::Applicant, code};
use crate::{
    Portal,
    language::Language,
    pages::{Frame, PageError, render},
    texts::JoinTexts,
};

#[derive(Template)]
#[template(path = "join/contact.html")]
struct Page {
    frame: Frame,
    join: &'static JoinTexts,
    form_token: String,
    /// Whether there is a choice between number and address.
    both: bool,
    by_email: bool,
    account: String,
    refusal: &'static str,
}

/// Which of the two ways the page shows.
#[derive(Deserialize)]
pub(super) struct Way {
    by: Option<String>,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct Confirmation {
    form_token: String,
    account: String,
    code: String,
}

pub(super) async fn contact(
    State(portal): State<Arc<Portal>>,
    language: Language,
    applicant: Applicant,
    Query(way): Query<Way>,
) -> Result<Response, PageError> {
    if applicant.registration.is_verified {
        return Ok(Redirect::to("/join/profile").into_response());
    }
    // Where a code is under way the page goes on with its account.
    let sent_to = applicant.registration.account.clone().unwrap_or_default();
    let both = portal.sending.reaches_mail() && portal.sending.reaches_mobiles();
    let by_email = match way.by {
        Some(by) if both => by == "email",
        None if both => sent_to.contains('@'),
        Some(_) | None => portal.sending.reaches_mail(),
    };
    let account = if sent_to.contains('@') == by_email { sent_to } else { String::new() };
    let page = Page {
        frame: Frame::new(language),
        join: JoinTexts::of(language),
        form_token: applicant.visitor.form_token()?,
        both,
        by_email,
        account,
        refusal: "",
    };
    Ok(render(&page)?.into_response())
}

pub(super) async fn confirm(
    State(portal): State<Arc<Portal>>,
    language: Language,
    applicant: Applicant,
    Form(form): Form<Confirmation>,
) -> Result<Response, PageError> {
    applicant.require(&form.form_token)?;
    if is_known(&portal, &applicant, &form.code).await? {
        return Ok(Redirect::to("/join/profile").into_response());
    }
    let join = JoinTexts::of(language);
    let page = Page {
        frame: Frame::new(language),
        join,
        form_token: applicant.visitor.form_token()?,
        both: portal.sending.reaches_mail() && portal.sending.reaches_mobiles(),
        by_email: form.account.contains('@'),
        account: form.account,
        refusal: join.wrong_code,
    };
    Ok((StatusCode::UNPROCESSABLE_ENTITY, render(&page)?).into_response())
}

/// Takes a try, whatever comes of it, and only of the account the code was sent to: the field of the
/// page may have been changed since.
async fn is_known(portal: &Portal, applicant: &Applicant, code: &str) -> Result<bool, PageError> {
    let Some(account) = &applicant.registration.account else {
        return Ok(false);
    };
    let id = applicant.visitor.hash();
    let Some(kept) = portal.store.take_code_try(&id, portal.clock.now()).await? else {
        return Ok(false);
    };
    let typed = code::mac(&applicant.visitor, account, code.trim())?;
    let agree = typed.len() == kept.len() && memcmp::eq(&typed, &kept);
    Ok(agree && portal.store.accept_code(&id, &kept).await?)
}
