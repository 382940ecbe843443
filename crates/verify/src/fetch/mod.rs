//! What is fetched over the network, as an argument: revocation lists and OCSP answers.
//!
//! Refuses to know a protocol; [`HttpFetch`] (feature `http`) is one for HTTP.

#[cfg(feature = "http")]
mod http;

use std::{io, io::Write};

#[cfg(feature = "http")]
pub use http::HttpFetch;
use serde::{Deserialize, Serialize};

/// Something that fetches. It has to bound its time by itself.
pub trait Fetch: Send + Sync {
    /// Writes what lies at the address into `into`, unless it is what is known already.
    ///
    /// # Errors
    /// It could not be had, or is longer than the request allows.
    fn get(&self, request: &Get<'_>, into: &mut dyn Write) -> Result<Got, FetchError>;

    /// Sends a question and gets its answer.
    ///
    /// # Errors
    /// There was no answer, or one that is longer than the request allows.
    fn post(&self, request: &Post<'_>) -> Result<Vec<u8>, FetchError>;
}

/// A conditional request (RFC 9110 §13.1).
#[derive(Debug, Clone, Copy)]
pub struct Get<'a> {
    /// The address.
    pub url: &'a str,
    /// What is known of the last answer.
    pub known: &'a Validators,
    /// Most bytes of the answer.
    pub limit: u64,
}

/// A question in the body.
#[derive(Debug, Clone, Copy)]
pub struct Post<'a> {
    /// The address.
    pub url: &'a str,
    /// The media type of the question.
    pub content_type: &'a str,
    /// The question.
    pub body: &'a [u8],
    /// Most bytes of the answer.
    pub limit: u64,
}

/// What tells one version of something from the next (RFC 9110 §8.8).
#[derive(Debug, Clone, PartialEq, Eq, Default, Serialize, Deserialize)]
#[serde(deny_unknown_fields, rename_all = "kebab-case")]
pub struct Validators {
    /// The entity tag, with its quotes.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub etag: Option<String>,
    /// The date as it came.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub last_modified: Option<String>,
}

/// What came of a conditional request.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Got {
    /// It is what is known.
    NotModified,
    /// It was written, and these tell it from the next.
    New(Validators),
}

/// Why something could not be had.
#[derive(Debug, thiserror::Error)]
pub enum FetchError {
    /// The server answered something else.
    #[error("the server answered with status {status}")]
    Status {
        /// The HTTP status.
        status: u16,
    },
    /// The answer is longer than anything expected there.
    #[error("the answer has more than {limit} bytes")]
    TooLarge {
        /// Most bytes of it.
        limit: u64,
    },
    /// The server took too long.
    #[error("the server took too long")]
    TimedOut,
    /// There was no connection, or it broke.
    #[error("there was no connection: {reason}")]
    Transport {
        /// What the library says.
        reason: String,
    },
    /// What came could not be written.
    #[error("what came could not be written")]
    Io(#[from] io::Error),
}
