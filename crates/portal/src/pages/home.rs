//! `/`: for a visitor, which memberships there are and what each opens; for a member, who they are and
//! which services are open to them.

use std::sync::Arc;

use askama::Template;
use axum::{extract::State, http::HeaderMap, response::Html};

use super::{Frame, PageError, day, render};
use crate::{
    Member, Portal,
    language::Language,
    services::{self, Services},
    session::SignedIn,
    texts::{HomeTexts, JoinTexts},
};

#[derive(Template)]
#[template(path = "front.html")]
struct Front {
    frame: Frame,
    home: &'static HomeTexts,
    join: &'static JoinTexts,
    /// The way to an account, where there is one.
    apply: Option<&'static str>,
    general: &'static Services,
    gold: &'static Services,
}

#[derive(Template)]
#[template(path = "home.html")]
struct Page {
    frame: Frame,
    home: &'static HomeTexts,
    form_token: String,
    member: Member,
    gold_since: Option<String>,
    /// The last day of the certificate by which the member is gold.
    card_until: Option<String>,
    /// Version and day of each notice the member accepted.
    consents: Vec<(String, String)>,
    is_clerk: bool,
    general: &'static Services,
    gold: &'static Services,
}

pub(crate) async fn home(
    State(portal): State<Arc<Portal>>,
    language: Language,
    headers: HeaderMap,
) -> Result<Html<String>, PageError> {
    match SignedIn::find(&portal, &headers).await? {
        Some(signed_in) => of_member(&portal, language, signed_in).await,
        None => front(&portal, language),
    }
}

fn front(portal: &Portal, language: Language) -> Result<Html<String>, PageError> {
    let join = JoinTexts::of(language);
    render(&Front {
        frame: Frame::new(language),
        home: HomeTexts::of(language),
        join,
        apply: portal.sending.is_possible().then_some(join.apply),
        general: services::general(language),
        gold: services::gold(language),
    })
}

async fn of_member(
    portal: &Portal,
    language: Language,
    SignedIn { member, session, .. }: SignedIn,
) -> Result<Html<String>, PageError> {
    let consents = portal.store.consents(member.id).await?;
    render(&Page {
        frame: Frame::new(language),
        home: HomeTexts::of(language),
        form_token: session.form_token()?,
        gold_since: member.gold_since.map(day),
        card_until: portal.store.certificate_expiry(member.id).await?.map(day),
        consents: consents.into_iter().map(|(version, at)| (version, day(at))).collect(),
        is_clerk: portal.store.is_clerk(member.id).await?,
        member,
        general: services::general(language),
        gold: services::gold(language),
    })
}
