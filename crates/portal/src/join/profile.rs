//! `/join/profile`: name and password. With them the registration becomes a member, who is signed in.

use std::sync::Arc;

use askama::Template;
use axum::{
    Form,
    extract::State,
    http::{HeaderMap, StatusCode},
    response::{IntoResponse, Redirect, Response},
};
use axum_extra::extract::CookieJar;
use serde::Deserialize;
use zeroize::Zeroizing;

use super::applicant::Applicant;
use crate::{
    Portal, StoreError, cookies,
    deed::{Network, What},
    language::Language,
    pages::{Frame, NewPassword, PageError, render},
    session,
    store::Aim,
    texts::JoinTexts,
    unseen,
};

/// Of each of the two names, in characters.
const LONGEST_NAME: usize = 50;

#[derive(Template)]
#[template(path = "join/profile.html")]
struct Page {
    frame: Frame,
    join: &'static JoinTexts,
    form_token: String,
    family_name: String,
    given_name: String,
    refusal: &'static str,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct Profile {
    form_token: String,
    family_name: String,
    given_name: String,
    password: String,
    password_again: String,
}

pub(super) async fn profile(
    language: Language,
    applicant: Applicant,
) -> Result<Response, PageError> {
    if !may_join(&applicant) {
        return Ok(Redirect::to("/join/contact").into_response());
    }
    form(language, &applicant, [String::new(), String::new()], "")
}

pub(super) async fn complete(
    State(portal): State<Arc<Portal>>,
    language: Language,
    headers: HeaderMap,
    network: Network,
    applicant: Applicant,
    Form(fields): Form<Profile>,
) -> Result<Response, PageError> {
    let typed = [fields.password, fields.password_again].map(Zeroizing::new);
    applicant.require(&fields.form_token)?;
    if !may_join(&applicant) {
        return Ok(Redirect::to("/join/contact").into_response());
    }
    let join = JoinTexts::of(language);
    let again = |names, status, sentence| {
        Ok((status, form(language, &applicant, names, sentence)?).into_response())
    };
    let names = [fields.family_name, fields.given_name];
    let Some(name) = full_name(&names) else {
        return again(names, StatusCode::UNPROCESSABLE_ENTITY, join.name_unusable);
    };
    let hash = match NewPassword::read(language, typed) {
        Ok(new) => new.hash(&portal, language).await?,
        Err(refused) => Err(refused),
    };
    let hash = match hash {
        Ok(hash) => hash,
        Err((status, sentence)) => return again(names, status, sentence),
    };
    let (id, entry) =
        (applicant.visitor.hash(), portal.entry(What::REGISTERED, None, "", &network));
    let member = match portal.store.complete_registration(&id, &name, &hash, &entry).await {
        Ok(Some(member)) => member,
        // Sent twice: the first one has made the member.
        Ok(None) => return Ok(Redirect::to("/welcome").into_response()),
        Err(StoreError::AccountTaken) => {
            return again(names, StatusCode::CONFLICT, join.account_taken);
        }
        Err(error) => return Err(error.into()),
    };
    tracing::info!(member, "registered");
    let session = session::begin(&portal, member, Some(&hash), &headers, &network).await?;
    let session = session.ok_or(PageError::SessionOver)?;
    let jar = CookieJar::new().add(cookies::forgotten(cookies::JOIN)).add(session);
    Ok((jar, Redirect::to("/welcome")).into_response())
}

fn may_join(applicant: &Applicant) -> bool {
    applicant.registration.is_verified && applicant.registration.aim == Aim::Join
}

fn form(
    language: Language,
    applicant: &Applicant,
    [family_name, given_name]: [String; 2],
    refusal: &'static str,
) -> Result<Response, PageError> {
    let page = Page {
        frame: Frame::new(language),
        join: JoinTexts::of(language),
        form_token: applicant.visitor.form_token()?,
        family_name,
        given_name,
        refusal,
    };
    Ok(render(&page)?.into_response())
}

/// Family name first, as on the card; a blank between them where they are in Latin letters.
fn full_name(names: &[String; 2]) -> Option<String> {
    // What is not seen came along with what was pasted.
    let seen = |name: &String| {
        let seen = name.chars().filter(|c| !unseen::is_unseen(*c) || unseen::is_selector(*c));
        seen.collect::<String>().trim().to_owned()
    };
    let [family, given] = names.each_ref().map(seen);
    let is_name = |name: &str| {
        !name.is_empty()
            && name.chars().count() <= LONGEST_NAME
            && !name.chars().any(char::is_control)
    };
    let blank = if family.is_ascii() || given.is_ascii() { " " } else { "" };
    (is_name(&family) && is_name(&given)).then(|| format!("{family}{blank}{given}"))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_name_is_put_together_as_on_the_card() {
        let of = |family: &str, given: &str| full_name(&[family.into(), given.into()]);
        assert_eq!(of(" 王 ", "曉明").as_deref(), Some("王曉明"));
        assert_eq!(of("SMITH", "JOHN").as_deref(), Some("SMITH JOHN"));
        assert_eq!(of("王\u{200B}", "\u{FEFF}曉明").as_deref(), Some("王曉明"));
        assert_eq!(of("葛\u{E0100}", "小明").as_deref(), Some("葛\u{E0100}小明"));
        for (family, given) in [("", "曉明"), ("王", " "), ("王\n", "曉\u{7}明")] {
            assert_eq!(of(family, given), None, "{family:?} {given:?}");
        }
        assert_eq!(of("王", &"明".repeat(51)), None);
    }
}
