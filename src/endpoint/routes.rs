//! The calls of protocol version 1.

use std::sync::Arc;
use std::time::Duration;

use axum::body::{Bytes, HttpBody};
use axum::extract::Request;
use axum::http::{HeaderMap, HeaderValue, Method, StatusCode, header};
use axum::response::{IntoResponse, Response};
use http_body_util::{BodyExt, Limited};

use super::conversation::InWork;
use super::guard;
use super::own::Own;
use super::problem::Problem;
use super::wire::{Answered, Authenticate, Body, Certificates, Sign, StatusAnswer};
use super::{Behind, Notice, Sentences, Wanted, Who, worker};
use crate::origins::Origins;
use crate::session::cancel::{Cancel, CancelOnDrop};
use crate::session::origin::Origin;
use crate::session::{Desk, Refusal};

/// The calls that ask a person.
const AUTHENTICATE: &str = "/v1/authenticate";
const SIGN: &str = "/v1/sign";
const CERTIFICATES: &str = "/v1/certificates";
/// Largest body, bytes.
const MAX_BODY: u64 = 1536 * 1024;
/// A body has to arrive within this time.
const BODY_TIME: Duration = Duration::from_secs(10);

/// Where the requests of all connections arrive.
pub struct Routes {
    port: u16,
    desk: Arc<Desk>,
    origins: Arc<Origins>,
    asked: Notice,
    wanted: Wanted,
    sentences: Sentences,
}

impl Routes {
    /// What is `behind` the door on `port`.
    #[must_use]
    pub fn new(port: u16, behind: Behind) -> Self {
        let Behind { desk, origins, asked, wanted, sentences } = behind;
        Self { port, desk, origins, asked, wanted, sentences }
    }

    /// Every path leads through the guard; an unknown one is told so only to those who may call.
    pub(super) async fn enter(&self, request: Request, who: Who, in_work: InWork) -> Response {
        let headers = request.headers();
        if worker::is_asked_for(request.method(), headers)
            && guard::is_addressed(headers, self.port)
        {
            return no_store(worker::that_leaves());
        }
        let language = language(headers);
        let origin = match guard::caller(request.headers(), self.port) {
            Ok(origin) => origin,
            Err(problem) => return refuse(self, problem, &language),
        };
        if !guard::is_own(&origin, self.port) && !self.origins.allows(&origin) {
            // For the person to look at, who may allow it.
            if self.origins.asked(&origin) {
                (self.asked)();
            }
            return refuse(self, Problem::OriginNotAllowed, &language);
        }
        let mut answer = match call(self, &origin, request, who, in_work).await {
            Ok(answer) => answer,
            Err(problem) => refuse(self, problem, &language),
        };
        guard::admit(answer.headers_mut(), &origin);
        answer
    }
}

async fn call(
    door: &Routes,
    origin: &Origin,
    request: Request,
    who: Who,
    in_work: InWork,
) -> Result<Response, Problem> {
    // RFC 9112 section 6.3: a body in chunks says nothing of its length, and where two lengths are
    // given, two readers may disagree where it ends. No browser sends one over HTTP/1.1.
    if request.headers().contains_key(header::TRANSFER_ENCODING) {
        return Err(Problem::NoLength);
    }
    if guard::is_preflight(request.method(), request.headers()) {
        let mut answer = StatusCode::NO_CONTENT.into_response();
        guard::admit_preflight(answer.headers_mut());
        return Ok(answer);
    }
    if guard::is_own(origin, door.port) && request.method() == Method::POST {
        return own(door, request.uri().path());
    }
    match (request.uri().path(), request.method()) {
        ("/v1/status", &Method::GET) => Ok(status(door, origin)),
        (AUTHENTICATE, &Method::POST) => {
            ask::<Authenticate>(door, origin, request, who, &in_work).await
        }
        (SIGN, &Method::POST) => ask::<Sign>(door, origin, request, who, &in_work).await,
        (CERTIFICATES, &Method::POST) => {
            ask::<Certificates>(door, origin, request, who, &in_work).await
        }
        ("/v1/status", _) => Err(Problem::WrongMethod("GET")),
        (AUTHENTICATE | SIGN | CERTIFICATES, _) => Err(Problem::WrongMethod("POST")),
        _ => Err(Problem::NoSuchCall),
    }
}

/// The program's own origin is no site's: it has its own calls to post, and no others.
fn own(door: &Routes, path: &str) -> Result<Response, Problem> {
    let own = Own::at(path).ok_or(Problem::OriginNotAllowed)?;
    (door.wanted)(own);
    Ok(no_store(StatusCode::NO_CONTENT.into_response()))
}

fn status(door: &Routes, origin: &Origin) -> Response {
    // The program's own question is the person's, who may know everything.
    let status = if guard::is_own(origin, door.port) {
        door.desk.state()
    } else {
        door.desk.status_for(origin)
    };
    no_store(axum::Json(StatusAnswer::from(status)).into_response())
}

/// A call that asks a person.
async fn ask<B: Body>(
    door: &Routes,
    origin: &Origin,
    request: Request,
    who: Who,
    in_work: &InWork,
) -> Result<Response, Problem> {
    let body: B = json(request).await?;
    // From here on a person is asked: this connection is not one to make room.
    let _working = in_work.begin();
    let request = body.request(origin.clone())?;

    let cancel = Cancel::default();
    let desk = Arc::clone(&door.desk);
    let recall = CancelOnDrop::new(cancel.clone()); // hyper drops this future when the page goes away
    let outcome =
        tokio::task::spawn_blocking(move || desk.serve(&request, who.as_ref(), &cancel)).await;
    recall.disarm();
    let reply = match outcome {
        Ok(outcome) => outcome?,
        Err(error) => {
            tracing::error!(%error, "serving a request broke off");
            return Err(Problem::Refused(Refusal::Internal));
        }
    };
    Ok(no_store(axum::Json(Answered::from(reply)).into_response()))
}

/// Reads a JSON body of bounded length in bounded time. Only `application/json` counts: the types
/// a form can send would spare a page the preflight.
async fn json<T: serde::de::DeserializeOwned>(request: Request) -> Result<T, Problem> {
    let is_json = request.headers().get(header::CONTENT_TYPE).is_some_and(|value| {
        let essence = value.to_str().unwrap_or_default().split(';').next().unwrap_or_default();
        essence.trim().eq_ignore_ascii_case("application/json")
    });
    if !is_json {
        return Err(Problem::BadRequest("content type must be application/json"));
    }
    if request.body().size_hint().lower() > MAX_BODY {
        return Err(Problem::TooLarge); // before any of it is read
    }
    let body = Limited::new(request.into_body(), MAX_BODY as usize);
    let bytes: Bytes = match tokio::time::timeout(BODY_TIME, body.collect()).await {
        Ok(Ok(collected)) => collected.to_bytes(),
        Ok(Err(error)) if error.is::<http_body_util::LengthLimitError>() => {
            return Err(Problem::TooLarge);
        }
        Ok(Err(_)) => return Err(Problem::BadRequest("the body broke off")),
        Err(_) => return Err(Problem::BadRequest("the body took longer than 10 seconds")),
    };
    serde_json::from_slice(&bytes)
        .map_err(|_| Problem::BadRequest("the body is not the JSON object of this call"))
}

fn refuse(door: &Routes, problem: Problem, language: &str) -> Response {
    no_store(problem.answer((door.sentences)(problem.code(), language)))
}

fn language(headers: &HeaderMap) -> String {
    let value = headers.get(header::ACCEPT_LANGUAGE).and_then(|value| value.to_str().ok());
    value.unwrap_or_default().to_owned()
}

fn no_store(mut answer: Response) -> Response {
    let headers = answer.headers_mut();
    headers.insert(header::CACHE_CONTROL, HeaderValue::from_static("no-store"));
    headers.insert(header::X_CONTENT_TYPE_OPTIONS, HeaderValue::from_static("nosniff"));
    answer
}
