//! `POST /gold/challenge`, `POST /gold/renew/challenge`: the member says who they are, and gets what the
//! card has to sign.

use std::sync::Arc;

use ankong_verify::{NationalId, NationalIdError};
use axum::{
    Extension, Json,
    extract::{State, rejection::JsonRejection},
};
use serde::{Deserialize, Serialize};
use unicode_normalization::UnicodeNormalization;

use super::{Operation, Refusal, caller::Caller, refusal::RefusalIn};
use crate::{Portal, national_id_mac, store::SessionHash};

/// The session and the typed national ID a challenge was issued for, as far as they are kept. The ID
/// itself is not: it comes again with the token.
#[derive(Serialize, Deserialize)]
pub(crate) struct Claim {
    pub(crate) session: SessionHash,
    pub(crate) national_id_mac: Vec<u8>,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields, rename_all = "camelCase")]
pub(super) struct Request {
    national_id: String,
}

#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
pub(super) struct Answer {
    challenge: String,
    purpose: String,
    id_tail: String,
}

pub(super) async fn answer(
    State(portal): State<Arc<Portal>>,
    Extension(operation): Extension<Operation>,
    caller: Caller,
    body: Result<Json<Request>, JsonRejection>,
) -> Result<Json<Answer>, RefusalIn> {
    let issued = issue(&portal, &caller, operation, body).await;
    issued.map(Json).map_err(|refusal| refusal.in_language(caller.language))
}

async fn issue(
    portal: &Portal,
    caller: &Caller,
    operation: Operation,
    body: Result<Json<Request>, JsonRejection>,
) -> Result<Answer, Refusal> {
    let Json(request) = body?;
    match (operation, caller.member.gold_since) {
        (Operation::Upgrade, Some(_)) => return Err(Refusal::AlreadyGold),
        (Operation::Renew, None) => return Err(Refusal::NotGold),
        (Operation::Upgrade, None) | (Operation::Renew, Some(_)) => {}
    }
    if !caller.is_fresh {
        return Err(Refusal::SignInOld);
    }
    let id = parse(&request.national_id)?;
    let claim = Claim {
        session: caller.session.hash(),
        national_id_mac: national_id_mac::mac(&portal.national_id_key, &id)?,
    };
    let (place, now) = (operation.place(caller.member.id), portal.clock.now());
    let challenge = portal.store.issue_challenge(&place, &claim, now).await??;
    Ok(Answer {
        challenge: challenge.as_str().to_owned(),
        purpose: operation.purpose(&caller.member.account, caller.language),
        id_tail: id.last_four().to_owned(),
    })
}

pub(super) fn parse(national_id: &str) -> Result<NationalId, Refusal> {
    let typed: String = national_id.nfkc().collect();
    NationalId::parse(&typed).map_err(|error| match error {
        NationalIdError::Shape => Refusal::IdShape,
        NationalIdError::CheckDigit => Refusal::IdCheckDigit,
    })
}
