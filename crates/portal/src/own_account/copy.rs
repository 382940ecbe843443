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

pub(super) async fn copy(
    State(portal): State<Arc<Portal>>,
    network: Network,
    SignedIn { member, .. }: SignedIn,
) -> Result<Response, PageError> {
    portal.note_seldom(What::COPIED, member.id, "", &network).await?;
    let consents = portal.store.consents(member.id).await?;
    let sessions = portal.store.sessions(member.id, portal.clock.now()).await?;
    let cases = portal.store.cases_of(member.id).await?;
    let deeds = portal.store.deeds_of(member.id).await?;
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
            "nationalIdVerified": gold.id_verified,
        })),
        "notices": consents.into_iter().map(|(version, at)| {
            json!({ "version": version, "acceptedAt": utc(at) })
        }).collect::<Vec<_>>(),
        "sessions": sessions.into_iter().map(|session| {
            json!({ "since": seconds(session.began_at), "used": seconds(session.used_at), "network": session.network })
        }).collect::<Vec<_>>(),
        "cases": cases.into_iter().map(|case| {
            json!({
                "number": case.id,
                "reason": case.reason,
                "nationalIdLastFour": case.national_id_tail,
                "opened": seconds(case.opened_at),
                "decision": case.decision,
                "decided": case.decided_at.map(seconds),
            })
        }).collect::<Vec<_>>(),
        "events": deeds.into_iter().map(|deed| {
            json!({ "at": seconds(deed.at), "what": deed.what, "detail": deed.detail, "network": deed.network })
        }).collect::<Vec<_>>(),
    });
    let file = [(CONTENT_DISPOSITION, "attachment; filename=\"account.json\"")];
    Ok((file, Json(body)).into_response())
}

fn seconds(at: i64) -> Value {
    OffsetDateTime::from_unix_timestamp(at).map_or(Value::Null, utc)
}

fn utc(at: OffsetDateTime) -> Value {
    at.format(&Rfc3339).map_or(Value::Null, Value::String)
}
