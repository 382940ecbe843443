//! `POST /gold/verify`, `POST /gold/renew/verify`: the token the card made. If it is this member's, the
//! member is gold by this card.

use std::sync::Arc;

use axum::{
    Extension, Json,
    extract::{State, rejection::JsonRejection},
};
use serde::{Deserialize, Serialize};
use serde_json::value::RawValue;

use super::{
    Claim, Operation, Refusal,
    caller::Caller,
    challenge, person,
    refusal::RefusalIn,
    token::{ask_register, verify_token},
};
use crate::{
    Portal,
    deed::What,
    national_id_mac,
    store::{Grant, GrantRefusal},
};

#[derive(Deserialize)]
#[serde(deny_unknown_fields, rename_all = "camelCase")]
pub(super) struct Request {
    challenge: String,
    national_id: String,
    token: Box<RawValue>,
}

#[derive(Serialize)]
pub(super) struct Answer {
    membership: &'static str,
}

pub(super) async fn answer(
    State(portal): State<Arc<Portal>>,
    Extension(operation): Extension<Operation>,
    caller: Caller,
    body: Result<Json<Request>, JsonRejection>,
) -> Result<Json<Answer>, RefusalIn> {
    let member = caller.member.id;
    match judge(&portal, &caller, operation, body).await {
        Ok(()) => {
            tracing::info!(member, ?operation, "gold");
            portal.write_to(&caller.member.account, operation.notice(), caller.language).await;
            Ok(Json(Answer { membership: "gold" }))
        }
        Err(refusal) => {
            let code = refusal.told().code;
            tracing::info!(member, ?operation, code, error = refusal.for_the_log(), "not gold");
            // What comes without a challenge of ours tells nothing, and could come without end; what opens a
            // case has its line.
            let tells = !matches!(refusal, Refusal::BadRequest(_) | Refusal::Challenge(_));
            if tells {
                let (what, network) = (What::GOLD_REFUSED, &caller.network);
                let kept = match refusal {
                    Refusal::Taken(..) => portal.note(what, member, code, network).await,
                    _ => portal.note_seldom(what, member, code, network).await,
                };
                kept.map_err(|error| Refusal::from(error).in_language(caller.language))?;
            }
            Err(refusal.in_language(caller.language))
        }
    }
}

async fn judge(
    portal: &Arc<Portal>,
    caller: &Caller,
    operation: Operation,
    body: Result<Json<Request>, JsonRejection>,
) -> Result<(), Refusal> {
    let Json(request) = body?;
    let (place, now) = (operation.place(caller.member.id), portal.clock.now());
    // Taken before anything else is looked at: whatever comes of it, a challenge has one try.
    let claim: Claim = portal.store.take_challenge(&place, &request.challenge, now).await??;
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
    let member = caller.member.id;
    let grant = Grant {
        member,
        certificate_fingerprint: *identity.certificate_fingerprint.as_bytes(),
        certificate_expires: identity.not_after,
        national_id_mac: &claim.national_id_mac,
        national_id_tail: &national_id_tail,
        id_verified: ask_register(portal, identity, id).await?,
    };
    let entry = portal.entry(What::GOLD, member, operation.name(), &caller.network);
    let granted = match operation {
        Operation::Upgrade => portal.store.grant_gold(&grant, &entry).await?,
        Operation::Renew => portal.store.renew_gold(&grant, &entry).await?,
    };
    granted.map_err(|refusal| match refusal {
        GrantRefusal::AlreadyGold => Refusal::AlreadyGold,
        GrantRefusal::NotGold => Refusal::NotGold,
        GrantRefusal::OtherId => Refusal::IdDiffers,
        GrantRefusal::Taken(taken, case) => Refusal::Taken(taken, case),
    })
}
