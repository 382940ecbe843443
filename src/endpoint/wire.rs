//! The JSON of the native door: docs/protocol.md, openapi.yaml.

use base64::{Engine, prelude::BASE64_STANDARD};
use serde::{Deserialize, Serialize};

use crate::session::origin::Origin;
use crate::session::request::{BadRequest, Request};
use crate::session::{Refusal, Reply, Status};
use crate::signing::Token;

/// Body of a call that asks a person.
pub(super) trait Body: serde::de::DeserializeOwned {
    /// The request in it.
    ///
    /// # Errors
    /// A field is wrong.
    fn request(self, origin: Origin) -> Result<Request, BadRequest>;
}

/// Body of `POST /v1/authenticate`.
#[derive(Deserialize)]
#[serde(deny_unknown_fields, rename_all = "camelCase")]
pub(super) struct Authenticate {
    challenge: String,
    purpose: String,
    id_tail: Option<String>,
}

impl Body for Authenticate {
    fn request(self, origin: Origin) -> Result<Request, BadRequest> {
        Request::authenticate(origin, self.challenge, self.purpose, self.id_tail)
    }
}

/// Body of `POST /v1/sign`.
#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct Sign {
    content: String,
    hash: String,
    #[serde(default)]
    detached: bool,
    purpose: String,
}

impl Body for Sign {
    fn request(self, origin: Origin) -> Result<Request, BadRequest> {
        Request::sign(origin, &self.content, &self.hash, self.detached, self.purpose)
    }
}

/// Body of `POST /v1/certificates`.
#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct Certificates {
    purpose: String,
}

impl Body for Certificates {
    fn request(self, origin: Origin) -> Result<Request, BadRequest> {
        Request::certificates(origin, self.purpose)
    }
}

/// What a site gets for it; DER is base64.
#[derive(Serialize)]
#[serde(untagged)]
pub enum Answered {
    /// To `POST /v1/authenticate`.
    #[allow(missing_docs, reason = "docs/protocol.md has the fields")]
    Authenticated { token: Token, chain: Vec<String> },
    /// To `POST /v1/sign`.
    #[allow(missing_docs, reason = "docs/protocol.md has the fields")]
    Signed { cms: String, certificate: String, chain: Vec<String> },
    /// To `POST /v1/certificates`.
    #[allow(missing_docs, reason = "docs/protocol.md has the fields")]
    Certificates { signing: String, chain: Vec<String> },
}

impl From<Reply> for Answered {
    fn from(reply: Reply) -> Self {
        let text = |der: &Vec<u8>| BASE64_STANDARD.encode(der);
        let chain = |issuers: Vec<Vec<u8>>| issuers.iter().map(text).collect();
        match reply {
            Reply::Token { token, issuers } => Self::Authenticated { token, chain: chain(issuers) },
            Reply::Signature { cms, certificate, issuers } => Self::Signed {
                cms: text(&cms),
                certificate: text(&certificate),
                chain: chain(issuers),
            },
            Reply::Certificates { signing, issuers } => {
                Self::Certificates { signing: text(&signing), chain: chain(issuers) }
            }
        }
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
                Refusal::Muted
                | Refusal::NoSigningModule
                | Refusal::CardRemoved
                | Refusal::CertificateExpired
                | Refusal::UnsupportedHash
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
