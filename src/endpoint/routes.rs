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
use super::problem::Problem;
use super::wire::{Answered, Authenticate, Body, Certificates, Sign, StatusAnswer};
use super::{Behind, Notice, Sentences, Show, Who, worker};
use crate::origins::Origins;
use crate::session::cancel::{Cancel, CancelOnDrop};
use crate::session::origin::Origin;
use crate::session::{Desk, Refusal};

/// The calls that ask a person.
const AUTHENTICATE: &str = "/v1/authenticate";
const SIGN: &str = "/v1/sign";
const CERTIFICATES: &str = "/v1/certificates";
/// The program's own calls, of a second start to the first: no site has their origin.
const OWN_STATUS: &str = "/own/status";
const OWN_SITES: &str = "/own/sites";
const OWN_QUIT: &str = "/own/quit";
const OWN_CHANGED: &str = "/own/changed";
/// Largest body, bytes.
const MAX_BODY: u64 = 1536 * 1024;
/// A body has to arrive within this time.
const BODY_TIME: Duration = Duration::from_secs(10);

/// What a second start of the program wants of the first.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Own {
    /// A window that shows how things stand.
    Status,
    /// A window with the sites.
    Sites,
    /// That it ends, for its files are to be replaced.
    Quit,
    /// That it looks again at what another program of ours has changed.
    Changed,
}

impl Own {
    /// Where the wish is posted to.
    #[must_use]
    pub const fn path(self) -> &'static str {
        match self {
            Self::Status => OWN_STATUS,
            Self::Sites => OWN_SITES,
            Self::Quit => OWN_QUIT,
            Self::Changed => OWN_CHANGED,
        }
    }

    fn at(path: &str) -> Option<Self> {
        let all = [Self::Status, Self::Sites, Self::Quit, Self::Changed];
        all.into_iter().find(|own| own.path() == path)
    }
}

/// Where the requests of all connections arrive.
pub struct Routes {
    port: u16,
    desk: Arc<Desk>,
    origins: Arc<Origins>,
    asked: Notice,
    show: Show,
    sentences: Sentences,
}

impl Routes {
    /// What is `behind` the door on `port`.
    #[must_use]
    pub fn new(port: u16, behind: Behind) -> Self {
        let Behind { desk, origins, asked, show, sentences } = behind;
        Self { port, desk, origins, asked, show, sentences }
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
    match (request.uri().path(), request.method()) {
        ("/v1/status", &Method::GET) => Ok(status(door, origin)),
        (AUTHENTICATE | SIGN | CERTIFICATES, &Method::POST) if guard::is_own(origin, door.port) => {
            Err(Problem::OriginNotAllowed)
        }
        (AUTHENTICATE, &Method::POST) => {
            ask::<Authenticate>(door, origin, request, who, &in_work).await
        }
        (SIGN, &Method::POST) => ask::<Sign>(door, origin, request, who, &in_work).await,
        (CERTIFICATES, &Method::POST) => {
            ask::<Certificates>(door, origin, request, who, &in_work).await
        }
        (path, &Method::POST) if Own::at(path).is_some() && guard::is_own(origin, door.port) => {
            Own::at(path).into_iter().for_each(|own| (door.show)(own));
            Ok(no_store(StatusCode::NO_CONTENT.into_response()))
        }
        ("/v1/status", _) => Err(Problem::WrongMethod("GET")),
        (AUTHENTICATE | SIGN | CERTIFICATES, _) => Err(Problem::WrongMethod("POST")),
        _ => Err(Problem::NoSuchCall),
    }
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
