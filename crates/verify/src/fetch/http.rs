//! Fetches over HTTP and HTTPS, with OpenSSL's (elsewhere the system's) TLS and the system's roots.

use std::{
    io::{self, Read, Write},
    time::Duration,
};

use ureq::{
    Agent, Error,
    http::{HeaderMap, Response, StatusCode, header},
    tls::{RootCerts, TlsConfig, TlsProvider},
};

use super::{Fetch, FetchError, Get, Got, Post, Validators};

/// From the first look-up of the name until there is a connection.
const CONNECT: Duration = Duration::from_secs(5);
/// A list of 20 MB at 3 Mbit/s.
const WHOLE_GET: Duration = Duration::from_secs(60);
/// A person waits for it.
const WHOLE_POST: Duration = Duration::from_secs(5);
/// Redirections that are followed; none for a question.
const REDIRECTIONS: u32 = 3;
/// Longest entity tag and date that are sent back.
const MAX_VALIDATOR: usize = 256;

/// A [`Fetch`] for `http:` and `https:`. Blocks its thread: 60 s at most for a list, 5 s for a question.
pub struct HttpFetch {
    agent: Agent,
}

impl HttpFetch {
    /// Trusts the system's roots.
    #[must_use]
    pub fn new() -> Self {
        let tls = TlsConfig::builder()
            .provider(TlsProvider::NativeTls)
            .root_certs(RootCerts::PlatformVerifier)
            .build();
        let config = Agent::config_builder()
            .tls_config(tls)
            .timeout_connect(Some(CONNECT))
            .max_redirects(REDIRECTIONS)
            .http_status_as_error(false)
            .user_agent(concat!("ankong-verify/", env!("CARGO_PKG_VERSION")))
            .build();
        Self { agent: config.new_agent() }
    }
}

impl Default for HttpFetch {
    fn default() -> Self {
        Self::new()
    }
}

impl Fetch for HttpFetch {
    fn get(&self, request: &Get<'_>, into: &mut dyn Write) -> Result<Got, FetchError> {
        let Get { url, known, limit } = *request;
        let mut call = self.agent.get(url).config().timeout_global(Some(WHOLE_GET)).build();
        if let Some(etag) = &known.etag {
            call = call.header(header::IF_NONE_MATCH, etag);
        }
        if let Some(date) = &known.last_modified {
            call = call.header(header::IF_MODIFIED_SINCE, date);
        }
        let answer = call.call().map_err(transport)?;
        match answer.status() {
            StatusCode::OK => {
                let validators = Validators {
                    etag: text(answer.headers(), header::ETAG),
                    last_modified: text(answer.headers(), header::LAST_MODIFIED),
                };
                copy(answer, limit, into)?;
                Ok(Got::New(validators))
            }
            StatusCode::NOT_MODIFIED => Ok(Got::NotModified),
            status => Err(FetchError::Status { status: status.as_u16() }),
        }
    }

    fn post(&self, request: &Post<'_>) -> Result<Vec<u8>, FetchError> {
        let Post { url, content_type, body, limit } = *request;
        let call = self.agent.post(url).config().timeout_global(Some(WHOLE_POST)).max_redirects(0);
        let call = call.build().header(header::CONTENT_TYPE, content_type);
        let answer = call.send(body).map_err(transport)?;
        if answer.status() != StatusCode::OK {
            return Err(FetchError::Status { status: answer.status().as_u16() });
        }
        let mut bytes = Vec::new();
        copy(answer, limit, &mut bytes)?;
        Ok(bytes)
    }
}

fn copy(
    answer: Response<ureq::Body>,
    limit: u64,
    into: &mut (impl Write + ?Sized),
) -> Result<(), FetchError> {
    let mut body = answer.into_body().into_reader().take(limit.saturating_add(1));
    let mut chunk = vec![0; 64 * 1024];
    let mut written = 0;
    loop {
        let read = match body.read(&mut chunk) {
            Ok(0) => return Ok(()),
            Ok(read) => read,
            Err(error) if error.kind() == io::ErrorKind::Interrupted => continue,
            Err(error) => return Err(transport(Error::from(error))),
        };
        written += read as u64;
        if written > limit {
            return Err(FetchError::TooLarge { limit });
        }
        into.write_all(chunk.get(..read).unwrap_or_default())?;
    }
}

fn transport(error: Error) -> FetchError {
    match error {
        Error::Timeout(_) => FetchError::TimedOut,
        Error::Io(error) if error.kind() == io::ErrorKind::TimedOut => FetchError::TimedOut,
        other => FetchError::Transport { reason: other.to_string() },
    }
}

fn text(headers: &HeaderMap, name: header::HeaderName) -> Option<String> {
    let value = headers.get(name)?.to_str().ok()?;
    (value.len() <= MAX_VALIDATOR).then(|| value.to_owned())
}
