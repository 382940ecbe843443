//! What a card answered, judged.

use std::sync::Arc;

use ankong_verify::{SubjectIdentity, UnverifiedId};
use serde_json::value::RawValue;
use time::OffsetDateTime;
use tokio::task::spawn_blocking;

use super::Refusal;
use crate::Portal;

/// Whose card it is. Off the threads that serve: its authority may have to be asked whether it is revoked.
pub(crate) async fn verify_token(
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
pub(super) async fn ask_register(
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
