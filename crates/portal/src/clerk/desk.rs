//! `/clerk`: the open cases, and what becomes of them.

use std::sync::Arc;

use askama::Template;
use axum::{
    Form,
    extract::{FromRequestParts, State},
    http::request::Parts,
    response::{Html, IntoResponse, Redirect, Response},
};
use serde::Deserialize;

use crate::{
    Member, Portal, StoreError,
    deed::{Network, What},
    gold::masked,
    language::Language,
    notice::Notice,
    pages::{Frame, PageError, day, render},
    session::SignedIn,
    store::{Case, Decided, Decision, Taken},
    texts::ClerkTexts,
};

/// A member who may decide, and has given the password a moment ago.
pub(super) struct Clerk(SignedIn);

impl FromRequestParts<Arc<Portal>> for Clerk {
    type Rejection = Response;

    async fn from_request_parts(
        parts: &mut Parts,
        portal: &Arc<Portal>,
    ) -> Result<Self, Self::Rejection> {
        let signed_in = SignedIn::from_request_parts(parts, portal).await;
        let signed_in = signed_in.map_err(IntoResponse::into_response)?;
        let is_clerk = portal.store.is_clerk(signed_in.member.id).await;
        match is_clerk.map_err(|error| PageError::from(error).into_response())? {
            false => Err(PageError::NotFound.into_response()),
            true if !signed_in.is_fresh => Err(Redirect::to("/confirm?to=clerk").into_response()),
            true => Ok(Self(signed_in)),
        }
    }
}

#[derive(Template)]
#[template(path = "clerk/desk.html")]
struct Page {
    frame: Frame,
    clerk: &'static ClerkTexts,
    form_token: String,
    cases: Vec<Line>,
}

/// A case in words.
struct Line {
    id: i64,
    opened: String,
    reason: &'static str,
    tail: String,
    member: Party,
    /// None where the account has gone.
    holder: Option<Party>,
    /// The clerk is one of the two.
    is_own: bool,
}

/// One of the two members, as much as is needed to tell who stands at the counter.
struct Party {
    name: String,
    account: String,
    gold_since: Option<String>,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct Verdict {
    form_token: String,
    case: i64,
    decision: Decision,
}

pub(super) async fn desk(
    State(portal): State<Arc<Portal>>,
    language: Language,
    network: Network,
    Clerk(SignedIn { member, session, .. }): Clerk,
) -> Result<Html<String>, PageError> {
    let clerk = ClerkTexts::of(language);
    let mut cases = Vec::new();
    for case in portal.store.open_cases().await? {
        cases.extend(line(&portal, clerk, case, member.id).await?);
    }
    let shown = cases.len().to_string();
    portal.note(What::CLERK_LOOKED, member.id, &shown, &network).await?;
    tracing::info!(clerk = member.id, cases = cases.len(), "the clerk looked at the open cases");
    let form_token = session.form_token()?;
    render(&Page { frame: Frame::new(language), clerk, form_token, cases })
}

pub(super) async fn decide(
    State(portal): State<Arc<Portal>>,
    network: Network,
    Clerk(SignedIn { member, session, .. }): Clerk,
    Form(verdict): Form<Verdict>,
) -> Result<Response, PageError> {
    if !session.accepts(&verdict.form_token)? {
        return Err(PageError::ForeignForm);
    }
    let Verdict { case, decision, .. } = verdict;
    let detail = format!("{case} {}", decision.tag());
    let entry = portal.entry(What::CLERK_DECIDED, member.id, &detail, &network);
    let decided = portal.store.decide_case(case, decision, member.id, &entry).await?;
    tracing::info!(
        clerk = member.id,
        case,
        decision = decision.tag(),
        ?decided,
        "the clerk decided"
    );
    match decided {
        Decided::No => {
            let detail = format!("{detail} (too late)");
            portal.note(What::CLERK_DECIDED, member.id, &detail, &network).await?;
        }
        Decided::Yes(None) => {}
        // In Taiwan's Chinese: which language the holder reads is kept nowhere.
        Decided::Yes(Some(holder)) => {
            if let Some(holder) = portal.store.member(holder).await? {
                portal.write_to(&holder.account, Notice::GoldFreed, Language::Chinese).await;
            }
        }
    }
    // One that was decided meanwhile is not on the page any more, which says enough.
    Ok(Redirect::to("/clerk").into_response())
}

/// None where the member has gone meanwhile.
async fn line(
    portal: &Portal,
    clerk: &'static ClerkTexts,
    case: Case,
    own: i64,
) -> Result<Option<Line>, StoreError> {
    let Some(member) = portal.store.member(case.member).await? else {
        return Ok(None);
    };
    let holder = match case.holder {
        Some(holder) => portal.store.member(holder).await?,
        None => None,
    };
    Ok(Some(Line {
        id: case.id,
        opened: day(case.opened),
        reason: match case.taken {
            Taken::Card => clerk.card_taken,
            Taken::Id => clerk.id_taken,
        },
        tail: case.national_id_tail,
        is_own: case.member == own || case.holder == Some(own),
        member: member.into(),
        holder: holder.map(Party::from),
    }))
}

impl From<Member> for Party {
    fn from(member: Member) -> Self {
        let gold_since = member.gold_since.map(day);
        Self { name: member.name, account: masked(&member.account), gold_since }
    }
}
