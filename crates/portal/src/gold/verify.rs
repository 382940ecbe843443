//! `POST /gold/verify`: the token the card made. If it is this member's, the member is gold.

use std::sync::Arc;

use ankong_verify::SubjectIdentity;
use axum::{
    Json,
    extract::{State, rejection::JsonRejection},
};
use serde::{Deserialize, Serialize};
use serde_json::value::RawValue;
use time::OffsetDateTime;
use tokio::task::spawn_blocking;

use super::{Claim, Refusal, caller::Caller, person, refusal::RefusalIn};
use crate::{
    Portal,
    store::{Grant, GrantRefusal},
};

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct Request {
    challenge: String,
    token: Box<RawValue>,
}

#[derive(Serialize)]
pub(crate) struct Answer {
    membership: &'static str,
}

pub(crate) async fn verify(
    State(portal): State<Arc<Portal>>,
    caller: Caller,
    body: Result<Json<Request>, JsonRejection>,
) -> Result<Json<Answer>, RefusalIn> {
    let (member, language) = (caller.member.id, caller.language);
    match judge(&portal, &caller, body).await {
        Ok(()) => {
            tracing::info!(member, "gold");
            Ok(Json(Answer { membership: "gold" }))
        }
        Err(refusal) => {
            // What axum says of a body repeats parts of it, so only the token's own errors are logged.
            let error = match &refusal {
                Refusal::Token(error) => Some(error as &dyn std::error::Error),
                _ => None,
            };
            tracing::info!(member, code = refusal.told().code, error, "not gold");
            Err(refusal.in_language(language))
        }
    }
}

async fn judge(
    portal: &Arc<Portal>,
    caller: &Caller,
    body: Result<Json<Request>, JsonRejection>,
) -> Result<(), Refusal> {
    let Json(request) = body?;
    let now = portal.clock.now();
    // Taken before anything else is looked at: whatever comes of it, a challenge has one try.
    let claim: Claim =
        portal.store.take_challenge(&caller.place(), &request.challenge, now).await??;
    if claim.session != caller.session.hash() {
        return Err(Refusal::OtherSession);
    }
    let identity = verify_token(portal.clone(), request, now).await?;
    person::check(&identity, &caller.member, &claim)?;
    let grant = Grant {
        member: caller.member.id,
        certificate_fingerprint: *identity.certificate_fingerprint.as_bytes(),
        certificate_expires: identity.not_after,
        unverified_national_id_mac: &claim.unverified_national_id_mac,
        national_id_tail: &claim.tail,
    };
    portal.store.grant_gold(&grant, now).await?.map_err(|refusal| match refusal {
        GrantRefusal::AlreadyGold => Refusal::AlreadyGold,
        GrantRefusal::CardTaken => Refusal::CardTaken,
    })
}

/// Off the threads that serve: a card's authority may have to be asked whether it is revoked.
async fn verify_token(
    portal: Arc<Portal>,
    request: Request,
    now: OffsetDateTime,
) -> Result<SubjectIdentity, Refusal> {
    let judged = spawn_blocking(move || {
        let token = request.token.get().as_bytes();
        portal.judge.verifier.verify(token, &request.challenge, now)
    });
    Ok(judged.await.map_err(Refusal::Broken)??.subject().clone())
}
