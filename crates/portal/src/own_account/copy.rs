//! `GET /account/copy`: everything that is kept of the member, as JSON. Times are UTC (RFC 3339).

use std::sync::Arc;

use axum::{
    Json,
    extract::State,
    http::header::CONTENT_DISPOSITION,
    response::{IntoResponse, Response},
};
use serde_json::{Value, json};
use time::{OffsetDateTime, format_description::well_known::Rfc3339};

use crate::{
    Portal,
    deed::{Network, What},
    pages::PageError,
    session::SignedIn,
};

/// More than are kept of one member in half a year.
const SIGN_INS: i64 = 1000;

pub(super) async fn copy(
    State(portal): State<Arc<Portal>>,
    network: Network,
    SignedIn { member, .. }: SignedIn,
) -> Result<Response, PageError> {
    portal.note(What::COPIED, member.id, "", &network).await?;
    let consents = portal.store.consents(member.id).await?;
    let sign_ins = portal.store.sign_ins(member.id, SIGN_INS).await?;
    let kept = portal.store.kept_of(member.id).await?;
    let body = json!({
        "number": member.id,
        "account": member.account,
        "name": member.name,
        "memberSince": kept.member_since.map(utc),
        "gold": kept.gold.map(|gold| json!({
            "since": utc(gold.since),
            "certificateSha256": hex::encode(gold.certificate_fingerprint),
            "certificateExpires": utc(gold.certificate_expires),
            "nationalIdLastFour": gold.national_id_tail,
        })),
        "notices": consents.into_iter().map(|(version, at)| {
            json!({ "version": version, "acceptedAt": utc(at) })
        }).collect::<Vec<_>>(),
        "signIns": sign_ins.into_iter().map(|(at, deed)| {
            json!({ "at": utc(at), "what": deed.what, "detail": deed.detail, "network": deed.network })
        }).collect::<Vec<_>>(),
    });
    let file = [(CONTENT_DISPOSITION, "attachment; filename=\"account.json\"")];
    Ok((file, Json(body)).into_response())
}

fn utc(at: OffsetDateTime) -> Value {
    at.format(&Rfc3339).map_or(Value::Null, Value::String)
}
