//! `/sign-in/password`: the new password, once the code was known. All sessions of the member end with the
//! old one, and the member signs in with the new one: an account that is stopped stays so.

use std::sync::Arc;

use askama::Template;
use axum::{
    Form,
    extract::State,
    response::{IntoResponse, Redirect, Response},
};
use axum_extra::extract::CookieJar;
use serde::Deserialize;
use zeroize::Zeroizing;

use crate::{
    Portal, cookies,
    deed::{Network, What},
    join::Applicant,
    language::Language,
    notice::Notice,
    pages::{Farewell, Frame, NewPassword, PageError, render},
    store::Aim,
    texts::{ForgottenTexts, JoinTexts, OwnAccountTexts},
};

#[derive(Template)]
#[template(path = "forgotten/password.html")]
struct Page {
    frame: Frame,
    forgotten: &'static ForgottenTexts,
    own: &'static OwnAccountTexts,
    join: &'static JoinTexts,
    form_token: String,
    account: String,
    refusal: &'static str,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct Chosen {
    form_token: String,
    new_password: String,
    new_password_again: String,
}

pub(super) async fn page(language: Language, applicant: Applicant) -> Result<Response, PageError> {
    match may_change(&applicant) {
        true => form(language, &applicant, ""),
        false => Ok(Redirect::to("/sign-in/forgotten").into_response()),
    }
}

pub(super) async fn change(
    State(portal): State<Arc<Portal>>,
    language: Language,
    network: Network,
    applicant: Applicant,
    Form(fields): Form<Chosen>,
) -> Result<Response, PageError> {
    let typed = [fields.new_password, fields.new_password_again].map(Zeroizing::new);
    applicant.require(&fields.form_token)?;
    if !may_change(&applicant) {
        return Ok(Redirect::to("/sign-in/forgotten").into_response());
    }
    let hash = match NewPassword::read(language, typed) {
        Ok(new) => new.hash(&portal, language).await?,
        Err(refused) => Err(refused),
    };
    let hash = match hash {
        Ok(hash) => hash,
        Err((status, sentence)) => {
            return Ok((status, form(language, &applicant, sentence)?).into_response());
        }
    };
    let entry = portal.entry(What::PASSWORD_FORGOTTEN, None, "", &network);
    let changed = portal.store.replace_password(&applicant.visitor.hash(), &hash, &entry).await?;
    let jar = CookieJar::new().add(cookies::forgotten(cookies::JOIN));
    // Sent twice, or nobody has the account any more: nothing to be said that is true of both.
    let Some(account) = changed else {
        return Ok((jar, Redirect::to("/sign-in")).into_response());
    };
    portal.write_to(&account, Notice::Password, language).await;
    Ok((jar, Farewell::Password.redirect()).into_response())
}

fn may_change(applicant: &Applicant) -> bool {
    applicant.registration.is_verified && applicant.registration.aim == Aim::Password
}

fn form(
    language: Language,
    applicant: &Applicant,
    refusal: &'static str,
) -> Result<Response, PageError> {
    let page = Page {
        frame: Frame::new(language),
        forgotten: ForgottenTexts::of(language),
        own: OwnAccountTexts::of(language),
        join: JoinTexts::of(language),
        form_token: applicant.visitor.form_token()?,
        account: applicant.registration.account.clone().unwrap_or_default(),
        refusal,
    };
    Ok(render(&page)?.into_response())
}
