//! `POST /sign-in/card/challenge`: what the card has to sign.

use std::sync::Arc;

use axum::{Json, extract::State};
use serde::Serialize;

use super::visitor::Visitor;
use crate::{
    Portal,
    gold::{Refusal, RefusalIn},
};

#[derive(Serialize)]
pub(super) struct Answer {
    challenge: String,
    purpose: &'static str,
}

pub(super) async fn challenge(
    State(portal): State<Arc<Portal>>,
    visitor: Visitor,
) -> Result<Json<Answer>, RefusalIn> {
    issue(&portal, &visitor)
        .await
        .map(Json)
        .map_err(|refusal| refusal.in_language(visitor.language))
}

/// A challenge is a try at signing in: otherwise one network could take all places for challenges.
async fn issue(portal: &Portal, visitor: &Visitor) -> Result<Answer, Refusal> {
    let (place, now) = (visitor.place(), portal.clock.now());
    let tries = portal.throttle.visitor(&place, visitor.address)?;
    portal.store.admit(&tries, now).await??;
    let challenge = portal.store.issue_challenge(&place, &(), now).await??;
    Ok(Answer {
        challenge: challenge.as_str().to_owned(),
        purpose: visitor.language.pick(["以自然人憑證登入臺北卡會員", "Sign in to Taipei Card"]),
    })
}
