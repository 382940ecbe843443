//! `POST /gold/verify`: the token the card made. If it is this member's, the member is gold.

use std::sync::Arc;

use ankong_verify::{SubjectIdentity, UnverifiedId};
use axum::{
    Json,
    extract::{State, rejection::JsonRejection},
};
use serde::{Deserialize, Serialize};
use serde_json::value::RawValue;
use time::OffsetDateTime;
use tokio::task::spawn_blocking;

use super::{Claim, Refusal, caller::Caller, challenge, person, refusal::RefusalIn};
use crate::{
    Portal, national_id_mac,
    store::{Grant, GrantRefusal},
};

#[derive(Deserialize)]
#[serde(deny_unknown_fields, rename_all = "camelCase")]
pub(crate) struct Request {
    challenge: String,
    national_id: String,
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
            // What axum says of a body repeats parts of it, so only the token's and the register's errors are logged.
            let error = match &refusal {
                Refusal::Token(error) => Some(error as &dyn std::error::Error),
                Refusal::IdCheck(error) => Some(error as &dyn std::error::Error),
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
    let typed = challenge::parse(&request.national_id)?;
    if national_id_mac::mac(&portal.national_id_key, &typed)? != claim.national_id_mac {
        return Err(Refusal::OtherId);
    }
    let identity = verify_token(portal.clone(), request.token, request.challenge, now).await?;
    let national_id_tail = typed.last_four().to_owned();
    let id = person::check(&identity, &caller.member, typed)?;
    let grant = Grant {
        member: caller.member.id,
        certificate_fingerprint: *identity.certificate_fingerprint.as_bytes(),
        certificate_expires: identity.not_after,
        national_id_mac: &claim.national_id_mac,
        national_id_tail: &national_id_tail,
        id_verified: ask_register(portal, identity, id).await?,
    };
    portal.store.grant_gold(&grant, now).await?.map_err(|refusal| match refusal {
        GrantRefusal::AlreadyGold => Refusal::AlreadyGold,
        GrantRefusal::Taken(taken, case) => Refusal::Taken(taken, case),
    })
}

/// Off the threads that serve: a card's authority may have to be asked whether it is revoked.
async fn verify_token(
    portal: Arc<Portal>,
    token: Box<RawValue>,
    challenge: String,
    now: OffsetDateTime,
) -> Result<SubjectIdentity, Refusal> {
    let judged = spawn_blocking(move || {
        portal.judge.verifier.verify(token.get().as_bytes(), &challenge, now)
    });
    Ok(judged.await.map_err(Refusal::Broken)??.subject().clone())
}

/// Whether the number is verified: yes or an error where there is somebody to ask, and no where not.
/// Off the threads that serve, too.
async fn ask_register(
    portal: &Portal,
    identity: SubjectIdentity,
    id: UnverifiedId,
) -> Result<bool, Refusal> {
    let Some(register) = portal.id_check.clone() else {
        return Ok(false);
    };
    let asked = spawn_blocking(move || id.verify(&identity, &*register));
    asked.await.map_err(Refusal::Broken)??;
    Ok(true)
}
