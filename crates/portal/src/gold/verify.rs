//! `POST /gold/verify`: the token the card made. If it is this member's, the member is gold.

use std::sync::Arc;

use axum::{
    Json,
    extract::{State, rejection::JsonRejection},
};
use serde::{Deserialize, Serialize};
use serde_json::value::RawValue;

use super::{Refusal, caller::Caller, person, refusal::RefusalIn};
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
    portal: &Portal,
    caller: &Caller,
    body: Result<Json<Request>, JsonRejection>,
) -> Result<(), Refusal> {
    let Json(request) = body?;
    let now = portal.clock.now();
    // Taken before anything else is looked at: whatever comes of it, a challenge has one try.
    let claim = portal.challenges().take(&caller.place(), &request.challenge, now)?;
    if claim.session != caller.session.hash() {
        return Err(Refusal::OtherSession);
    }
    let token = request.token.get().as_bytes();
    let identity = portal.verifier.verify(token, &request.challenge, now)?;
    person::check(&identity, &caller.member, &claim)?;
    let grant = Grant {
        member: caller.member.id,
        certificate_fingerprint: identity.certificate_fingerprint,
        certificate_expires: identity.not_after,
        unverified_national_id_mac: &claim.unverified_national_id_mac,
        national_id_tail: &claim.tail,
    };
    portal.store.grant_gold(&grant, now).await?.map_err(|refusal| match refusal {
        GrantRefusal::AlreadyGold => Refusal::AlreadyGold,
        GrantRefusal::CardTaken => Refusal::CardTaken,
    })
}
