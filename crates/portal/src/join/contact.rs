//! `/join/contact`: mobile number or e-mail address, and the code that was sent there.

use std::sync::Arc;

use askama::Template;
use axum::{
    Form,
    extract::{Query, State},
    http::{StatusCode, header::CONTENT_SECURITY_POLICY},
    response::{IntoResponse, Redirect, Response},
};
use openssl::memcmp;
use serde::Deserialize;
use unicode_normalization::UnicodeNormalization;

use super::{applicant::Applicant, code};
use crate::{
    Portal,
    headers::policy_with_recaptcha,
    language::Language,
    pages::{Frame, PageError, render},
    robot,
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
    digits: u8,
    code_hint: String,
    code_pattern: String,
    /// Version and site key, where Google judges who is a robot.
    recaptcha: Option<(&'static str, String)>,
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
        return Ok(Redirect::to(applicant.next_page()).into_response());
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
    show(&portal, language, &applicant, by_email, account, "")
}

pub(super) async fn confirm(
    State(portal): State<Arc<Portal>>,
    language: Language,
    applicant: Applicant,
    Form(form): Form<Confirmation>,
) -> Result<Response, PageError> {
    applicant.require(&form.form_token)?;
    if is_known(&portal, &applicant, &form.code).await? {
        return Ok(Redirect::to(applicant.next_page()).into_response());
    }
    let (by_email, refusal) = (form.account.contains('@'), JoinTexts::of(language).wrong_code);
    let page = show(&portal, language, &applicant, by_email, form.account, refusal)?;
    Ok((StatusCode::UNPROCESSABLE_ENTITY, page).into_response())
}

fn show(
    portal: &Portal,
    language: Language,
    applicant: &Applicant,
    by_email: bool,
    account: String,
    refusal: &'static str,
) -> Result<Response, PageError> {
    let recaptcha = match &portal.robots {
        robot::Judge::Puzzle(_) => None,
        robot::Judge::Recaptcha(google) => Some((google.version.name(), google.site_key.clone())),
    };
    let policy =
        recaptcha.as_ref().and_then(|_| policy_with_recaptcha(&portal.config.helper_ports));
    let digits = code::digits(portal, applicant.registration.aim).count();
    let join = JoinTexts::of(language);
    let page = Page {
        frame: Frame::new(language),
        join,
        digits,
        code_hint: join.code_hint.replace("{digits}", &digits.to_string()),
        code_pattern: format!("[0-9]{{{digits}}}"),
        form_token: applicant.visitor.form_token()?,
        both: portal.sending.reaches_mail() && portal.sending.reaches_mobiles(),
        by_email,
        account,
        refusal,
        recaptcha,
    };
    let mut response = render(&page)?.into_response();
    if let Some(policy) = policy {
        response.headers_mut().insert(CONTENT_SECURITY_POLICY, policy);
    }
    Ok(response)
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
    let code: String = code.nfkc().collect();
    let typed = code::mac(&applicant.visitor, account, code.trim())?;
    let agree = typed.len() == kept.len() && memcmp::eq(&typed, &kept);
    Ok(agree && portal.store.accept_code(&id, &kept).await?)
}
