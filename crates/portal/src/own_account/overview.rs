//! `GET /account`: what is kept, and when somebody signed in or tried to.

use std::sync::Arc;

use askama::Template;
use axum::{extract::State, response::Html};
use time::OffsetDateTime;

use crate::{
    Member, Portal, StoreError,
    language::Language,
    pages::{Frame, PageError, minute, render},
    session::SignedIn,
    store::{Deed, Session, handle},
    texts::OwnAccountTexts,
};

/// So many sign-ins are shown.
const SIGN_INS: i64 = 20;

#[derive(Template)]
#[template(path = "own_account/overview.html")]
struct Page {
    frame: Frame,
    own: &'static OwnAccountTexts,
    form_token: String,
    /// Whether a code can be sent to another account.
    may_change_account: bool,
    member: Member,
    gold_since: Option<String>,
    /// Version and time of each notice the member accepted.
    consents: Vec<(String, String)>,
    sign_ins: Vec<SignIn>,
    /// Browsers in which the member is signed in, this one too.
    sessions: Vec<Open>,
}

struct Open {
    began: String,
    used: String,
    network: String,
    /// None of the session that looks.
    handle: Option<String>,
}

struct SignIn {
    at: String,
    how: &'static str,
    network: String,
}

pub(super) async fn overview(
    State(portal): State<Arc<Portal>>,
    language: Language,
    SignedIn { member, session, .. }: SignedIn,
) -> Result<Html<String>, PageError> {
    let own = OwnAccountTexts::of(language);
    let consents = portal.store.consents(member.id).await?;
    let sign_ins = portal.store.sign_ins(member.id, SIGN_INS).await?;
    let sign_ins = sign_ins.into_iter().map(|(at, deed)| SignIn {
        at: minute(at),
        how: how(own, &deed),
        network: deed.network,
    });
    let own_handle = handle(&session.hash());
    let sessions = portal.store.sessions(member.id, portal.clock.now()).await?;
    render(&Page {
        frame: Frame::new(language),
        own,
        form_token: session.form_token()?,
        may_change_account: portal.sending.is_possible(),
        gold_since: member.gold_since.map(minute),
        consents: consents.into_iter().map(|(version, at)| (version, minute(at))).collect(),
        sign_ins: sign_ins.collect(),
        sessions: sessions
            .into_iter()
            .map(|one| open(one, &own_handle))
            .collect::<Result<_, _>>()?,
        member,
    })
}

fn open(one: Session, own: &str) -> Result<Open, StoreError> {
    let at = |seconds| Ok::<_, StoreError>(minute(OffsetDateTime::from_unix_timestamp(seconds)?));
    Ok(Open {
        began: at(one.began_at)?,
        used: at(one.used_at)?,
        network: one.network,
        handle: (one.handle != own).then_some(one.handle),
    })
}

fn how(own: &'static OwnAccountTexts, deed: &Deed) -> &'static str {
    match (deed.what.as_str(), deed.detail.as_str()) {
        ("signed-in", "card") => own.by_card,
        ("signed-in", _) => own.by_password,
        (_, "stopped") => own.while_stopped,
        _ => own.wrong_password,
    }
}
