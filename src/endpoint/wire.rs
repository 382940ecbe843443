//! The JSON of the native door.

use base64::{Engine, prelude::BASE64_STANDARD};
use serde::{Deserialize, Serialize};

use crate::session::{Proof, Refusal, Status};
use crate::signing::Token;

/// Body of `POST /v1/authenticate`.
#[derive(Deserialize)]
#[serde(deny_unknown_fields, rename_all = "camelCase")]
pub(super) struct Authenticate {
    pub(super) challenge: String,
    pub(super) purpose: String,
    pub(super) id_tail: Option<String>,
}

/// What a site gets for it.
#[derive(Serialize)]
pub struct Authenticated {
    token: Token,
    chain: Vec<String>,
}

impl From<Proof> for Authenticated {
    fn from(proof: Proof) -> Self {
        let chain = proof.issuers.iter().map(|der| BASE64_STANDARD.encode(der)).collect();
        Self { token: proof.token, chain }
    }
}

/// Answer to `GET /v1/status`.
#[derive(Serialize)]
pub(super) struct StatusAnswer {
    service: &'static str,
    version: &'static str,
    protocol: u8,
    state: &'static str,
}

impl From<Status> for StatusAnswer {
    fn from(status: Status) -> Self {
        let state = match status {
            Status::Running => "running",
            Status::CardReady => "card-ready",
            Status::Not(refusal) => match refusal {
                Refusal::Busy
                | Refusal::NoService
                | Refusal::NoReader
                | Refusal::NoCard
                | Refusal::UnsupportedCard => refusal.code(),
                // No states of a reader; told when a request meets them.
                Refusal::NoSigningModule
                | Refusal::CardRemoved
                | Refusal::CertificateExpired
                | Refusal::IdMismatch
                | Refusal::PinBlocked
                | Refusal::UserDeclined
                | Refusal::TimedOut
                | Refusal::Cancelled
                | Refusal::NoWindow
                | Refusal::Internal => "running",
            },
        };
        Self { service: "ankong", version: env!("CARGO_PKG_VERSION"), protocol: 1, state }
    }
}
