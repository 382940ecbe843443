//! `GET /join/robot` and `POST /join/code`: a puzzle, and for its solution a code to the account.

use std::{net::SocketAddr, sync::Arc};

use axum::{
    Extension, Json,
    extract::{ConnectInfo, State, rejection::JsonRejection},
    http::HeaderMap,
};
use openssl::{error::ErrorStack, hash::MessageDigest, pkey::PKey, sign::Signer};
use serde::{Deserialize, Serialize};

use super::{
    CodeDigits,
    applicant::Applicant,
    refusal::{Refusal, RefusalIn},
};
use crate::{
    Portal,
    account::Account,
    language::Language,
    robot::{self, Puzzle, RobotError},
    sending::{Letter, Seat},
    session::SessionId,
    store::{Aim, CODE_PAUSE, CodeSent, Messages, NewCode},
    texts::{ForgottenTexts, JoinTexts},
    throttle::network,
};

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct Request {
    account: String,
    /// What the page found, see [`robot`].
    robot: String,
}

/// The same whether somebody has the account or not.
#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
pub(super) struct Answer {
    /// Seconds until another may be asked for.
    next_in: i64,
}

pub(super) async fn puzzle(
    State(portal): State<Arc<Portal>>,
    language: Language,
    headers: HeaderMap,
) -> Result<Json<Puzzle>, RefusalIn> {
    let puzzle = async {
        let applicant = Applicant::find(&portal, &headers).await?.ok_or(Refusal::BeginAgain)?;
        Ok(portal.robots.puzzle(&applicant.visitor, portal.clock.now())?)
    };
    puzzle.await.map(Json).map_err(|refusal: Refusal| refusal.in_language(language))
}

pub(super) async fn send(
    State(portal): State<Arc<Portal>>,
    language: Language,
    peer: Option<Extension<ConnectInfo<SocketAddr>>>,
    headers: HeaderMap,
    body: Result<Json<Request>, JsonRejection>,
) -> Result<Json<Answer>, RefusalIn> {
    let from = peer.map(|Extension(ConnectInfo(peer))| network(peer.ip()).to_string());
    let sent = send_code(&portal, language, from.unwrap_or_default(), &headers, body).await;
    sent.map(Json).map_err(|refusal| refusal.in_language(language))
}

async fn send_code(
    portal: &Portal,
    language: Language,
    network: String,
    headers: &HeaderMap,
    body: Result<Json<Request>, JsonRejection>,
) -> Result<Answer, Refusal> {
    let Applicant { visitor, registration } =
        Applicant::find(portal, headers).await?.ok_or(Refusal::BeginAgain)?;
    let form_token = headers.get("x-form-token").and_then(|token| token.to_str().ok());
    if !visitor.accepts(form_token.unwrap_or_default())? {
        return Err(Refusal::BeginAgain);
    }
    let Json(request) = body.map_err(|_| Refusal::NotAnAccount)?;
    let account = Account::parse(&request.account).ok_or(Refusal::NotAnAccount)?;
    let now = portal.clock.now();
    // Before anything is spent or counted, and whoever the account belongs to.
    let seat = portal.sending.seat(&account)?;
    let solved = portal.robots.judge(&visitor, request.robot, now).await?;
    // One is made whoever the account belongs to, so that it takes no shorter where it is known.
    let (join, aim) = (JoinTexts::of(language), registration.aim);
    let code = digits(portal, aim).random_code()?;
    let (with_code, without) = messages(aim, language);
    let sent = NewCode {
        registration: &visitor.hash(),
        account: account.as_str(),
        network: &network,
        puzzle: &solved,
        puzzle_expires: now + robot::LIFETIME,
        mac: &mac(&visitor, account.as_str(), &code)?,
        is_for_owner: aim.is_for_owner(),
        messages: Messages { with_code: &with_code.replace("{code}", &code), without },
        most_an_hour: portal.config.codes_per_hour.get(),
        in_outbox: matches!(seat, Seat::Outbox),
    };
    let text = match portal.store.send_code(&sent, now).await? {
        CodeSent::Sent(text) => text.to_owned(),
        CodeSent::PuzzleSpent => return Err(RobotError::Failed.into()),
        CodeSent::TooMany => return Err(Refusal::TooManyCodes),
        CodeSent::Full => return Err(Refusal::AllCodesGone),
    };
    if let Seat::Queue(place) = seat {
        let (subject, language) = (join.message_subject, language.tag());
        place.take(Letter { account, subject, text, language });
    }
    tracing::info!("a code is on its way");
    Ok(Answer { next_in: CODE_PAUSE.whole_seconds() })
}

/// The message with the code, and the one in its place.
fn messages(aim: Aim, language: Language) -> (&'static str, &'static str) {
    match aim {
        Aim::Join | Aim::Change(_) => {
            let join = JoinTexts::of(language);
            (join.message_code, join.message_known)
        }
        Aim::Password => {
            let forgotten = ForgottenTexts::of(language);
            (forgotten.message_code, forgotten.message_unknown)
        }
    }
}

/// How long a code is: as the operator says, but in place of a password as long as one can be.
pub(super) fn digits(portal: &Portal, aim: Aim) -> CodeDigits {
    match aim {
        Aim::Join | Aim::Change(_) => portal.config.code_digits,
        Aim::Password => CodeDigits::default(),
    }
}

/// What is kept of a code: its HMAC under the visitor's cookie, which the data base does not have.
pub(super) fn mac(visitor: &SessionId, account: &str, code: &str) -> Result<Vec<u8>, ErrorStack> {
    let key = PKey::hmac(visitor.expose().as_bytes())?;
    let mut signer = Signer::new(MessageDigest::sha256(), &key)?;
    for part in ["ankong portal code 1", account, code] {
        signer.update(part.as_bytes())?;
        signer.update(b"\0")?;
    }
    signer.sign_to_vec()
}
