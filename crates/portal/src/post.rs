//! What the portal itself posts to other sites: HTTPS with OpenSSL's (elsewhere the system's) TLS and
//! the system's roots, bounded in time and length. Blocks its thread.

use std::{
    io::{self, Read},
    time::Duration,
};

use axum::http::{HeaderName, HeaderValue, StatusCode, Uri, header};
use ureq::{
    Agent, Error,
    tls::{RootCerts, TlsConfig, TlsProvider},
};
use zeroize::Zeroizing;

/// Gateways and services answer in a few hundred bytes.
const MAX_ANSWER: u64 = 64 * 1024;

/// One client for one other site.
pub(crate) struct Client {
    agent: Agent,
    uri: Uri,
}

/// What is posted.
pub(crate) struct Post {
    pub(crate) content_type: &'static str,
    pub(crate) header: Option<(HeaderName, HeaderValue)>,
    pub(crate) body: Zeroizing<String>,
}

/// What came back.
pub(crate) struct Answer {
    pub(crate) status: StatusCode,
    pub(crate) body: Vec<u8>,
}

/// Why nothing came back. It names neither what was posted nor what was answered.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub(crate) enum PostError {
    #[error("the server did not answer in time")]
    TimedOut,
    #[error("there is no secure connection to the server")]
    Tls,
    #[error("there is no connection to the server")]
    Connection,
    #[error("the server does not speak as agreed")]
    Protocol,
}

impl Client {
    /// None where the address is not one, or what is posted would be readable on its way.
    pub(crate) fn open(url: &str, patience: Duration) -> Option<Self> {
        let uri: Uri = url.parse().ok()?;
        let host = uri.host()?;
        let is_safe = match uri.scheme_str()? {
            "https" => true,
            "http" => is_local(host),
            _ => false,
        };
        let tls = TlsConfig::builder()
            .provider(TlsProvider::NativeTls)
            .root_certs(RootCerts::PlatformVerifier)
            .build();
        let config = Agent::config_builder()
            .tls_config(tls)
            .timeout_global(Some(patience))
            .max_redirects(0)
            .max_redirects_will_error(false)
            .http_status_as_error(false)
            .user_agent(concat!("ankong-portal/", env!("CARGO_PKG_VERSION")))
            .build();
        is_safe.then(|| Self { agent: config.new_agent(), uri })
    }

    pub(crate) fn post(&self, post: Post) -> Result<Answer, PostError> {
        let Post { content_type, header, body } = post;
        let mut call = self.agent.post(&self.uri).header(header::CONTENT_TYPE, content_type);
        if let Some((name, value)) = header {
            call = call.header(name, value);
        }
        let answer = call.send(body.as_str()).map_err(reason)?;
        let status = answer.status();
        let mut body = Vec::new();
        let mut rest = answer.into_body().into_reader().take(MAX_ANSWER + 1);
        rest.read_to_end(&mut body).map_err(|error| reason(error.into()))?;
        let fits = body.len() as u64 <= MAX_ANSWER;
        fits.then_some(Answer { status, body }).ok_or(PostError::Protocol)
    }
}

/// Whether a server by this name is on this computer.
pub(crate) fn is_local(server: &str) -> bool {
    let address = server.trim_start_matches('[').trim_end_matches(']');
    server == "localhost" || address.parse().is_ok_and(|ip: std::net::IpAddr| ip.is_loopback())
}

/// A value in a body of `application/x-www-form-urlencoded`, with nothing but RFC 3986's unreserved
/// characters left as it is.
pub(crate) fn form_encoded(value: &str) -> String {
    let mut encoded = String::with_capacity(3 * value.len());
    for byte in value.bytes() {
        match byte {
            b'A'..=b'Z' | b'a'..=b'z' | b'0'..=b'9' | b'-' | b'.' | b'_' | b'~' => {
                encoded.push(byte.into());
            }
            _ => encoded.push_str(&format!("%{byte:02X}")),
        }
    }
    encoded
}

fn reason(error: Error) -> PostError {
    match error {
        Error::Timeout(_) => PostError::TimedOut,
        Error::Io(error) if error.kind() == io::ErrorKind::TimedOut => PostError::TimedOut,
        Error::Io(_) | Error::HostNotFound | Error::ConnectionFailed => PostError::Connection,
        Error::Tls(_) | Error::NativeTls(_) => PostError::Tls,
        _ => PostError::Protocol,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn nothing_is_posted_readably_to_another_computer() {
        let can = |url| Client::open(url, Duration::from_secs(1)).is_some();
        for url in ["https://sms.example.tw/send", "http://localhost:1/", "http://[::1]:1/x"] {
            assert!(can(url), "{url}");
        }
        for url in
            ["http://sms.example.tw/", "http://127.0.0.1.example.tw/", "ftp://localhost/", "x"]
        {
            assert!(!can(url), "{url}");
        }
    }

    #[test]
    fn a_value_in_a_form_is_one_value() {
        assert_eq!(form_encoded("+886&a=b 碼"), "%2B886%26a%3Db%20%E7%A2%BC");
    }
}
