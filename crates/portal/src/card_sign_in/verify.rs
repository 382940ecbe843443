//! `POST /sign-in/card/verify`: the token the card made. If a member is gold by it, that member is signed in.

use std::sync::Arc;

use axum::{
    Json,
    extract::{State, rejection::JsonRejection},
    http::HeaderMap,
};
use axum_extra::extract::{CookieJar, cookie::Cookie};
use serde::{Deserialize, Serialize};
use serde_json::value::RawValue;

use super::visitor::Visitor;
use crate::{
    Portal, cookies,
    deed::{Network, What},
    gold::{Refusal, RefusalIn, verify_token},
    session,
};

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct Request {
    challenge: String,
    token: Box<RawValue>,
}

#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
pub(super) struct Answer {
    signed_in: bool,
}

pub(super) async fn verify(
    State(portal): State<Arc<Portal>>,
    headers: HeaderMap,
    visitor: Visitor,
    body: Result<Json<Request>, JsonRejection>,
) -> Result<(CookieJar, Json<Answer>), RefusalIn> {
    match sign_in(&portal, &headers, &visitor, body).await {
        Ok(session) => {
            let jar = CookieJar::new().add(cookies::forgotten(cookies::SIGN_IN)).add(session);
            Ok((jar, Json(Answer { signed_in: true })))
        }
        Err(refusal) => {
            let code = refusal.told().code;
            tracing::info!(code, error = refusal.for_the_log(), "a sign-in by card was refused");
            Err(refusal.in_language(visitor.language))
        }
    }
}

async fn sign_in(
    portal: &Arc<Portal>,
    headers: &HeaderMap,
    visitor: &Visitor,
    body: Result<Json<Request>, JsonRejection>,
) -> Result<Cookie<'static>, Refusal> {
    let Json(request) = body?;
    let (place, now) = (visitor.place(), portal.clock.now());
    // Taken before anything else is looked at: whatever comes of it, a challenge has one try.
    portal.store.take_challenge::<()>(&place, &request.challenge, now).await??;
    let card = verify_token(portal.clone(), request.token, request.challenge, now).await?;
    let fingerprint = card.certificate_fingerprint.as_bytes();
    let member = portal.store.member_of_card(fingerprint).await?.ok_or(Refusal::CardUnknown)?;
    let tries = portal.throttle.visitor(&place, visitor.address)?;
    portal.store.welcome(&tries, now).await?;
    let network = Network::of(visitor.address);
    if portal.store.is_stopped(member).await? {
        portal.note(What::SIGN_IN_REFUSED, member, "stopped", &network).await?;
        return Err(Refusal::Stopped);
    }
    portal.note(What::SIGNED_IN, member, "card", &network).await?;
    let session = session::begin(portal, member, None, headers, &network).await?;
    tracing::info!(member, "signed in with the card");
    session.ok_or(Refusal::CardUnknown) // the account has gone meanwhile
}
