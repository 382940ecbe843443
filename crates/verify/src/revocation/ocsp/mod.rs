//! Asks an authority's responder about one certificate (OCSP, RFC 6960), while a person waits.
//!
//! Refuses to believe an answer without the nonce that was asked with, unless the operator knows that the
//! responder has none; then the answer's own times are all that says it is new.

mod certificate_id;
mod request;
mod responder;
mod response;

use std::sync::Arc;

use openssl::{error::ErrorStack, rand::rand_bytes};
use time::{Duration, OffsetDateTime};

use super::{Issuer, RevocationError, RevocationReason, SourceError};
use crate::{
    Fetch, FetchError, Post,
    certificate::Certificate,
    der::{self, Malformed, Reader},
};
use certificate_id::CertificateId;
use response::{Response, Status};

/// Most bytes of an answer: a status, and the responder's certificate with its issuers.
const MAX_RESPONSE: u64 = 64 * 1024;
/// As many as RFC 9654 §2.1 recommends.
const NONCE_OCTETS: usize = 32;
/// How long an answer without nextUpdate holds: newer ones are to be had at any time (RFC 6960 §4.2.2.1).
const MAX_AGE: Duration = Duration::minutes(10);

/// A responder, and how it is asked.
pub struct OcspSource {
    issuer: Issuer,
    fetch: Arc<dyn Fetch>,
    url: Option<String>,
    nonce: Nonce,
}

#[derive(Clone, Copy, PartialEq, Eq)]
enum Nonce {
    Required,
    Optional,
}

/// Why a responder's answer does not count.
#[derive(Debug, thiserror::Error)]
pub enum OcspError {
    /// Neither the certificate nor the operator says where the responder is.
    #[error("the certificate names no responder")]
    NoResponder,
    /// It could not be asked.
    #[error("the responder could not be asked")]
    Fetch(#[from] FetchError),
    /// It is not the DER of an OCSP response.
    #[error("the response cannot be read")]
    Malformed,
    /// The responder gives no answer (RFC 6960 §4.2.1, OCSPResponseStatus).
    #[error("the responder refuses to answer, status {status}")]
    NotSuccessful {
        /// 1 malformed request, 2 internal error, 3 try later, 5 signature required, 6 unauthorized.
        status: u8,
    },
    /// Neither the authority nor somebody it has appointed for this signed the response.
    #[error("the response is signed by nobody who may")]
    Responder,
    /// The signature does not fit, or its algorithm is not accepted.
    #[error("the response's signature does not fit")]
    Signature,
    /// The response is about another certificate, or about several.
    #[error("the response is not about the one certificate that was asked about")]
    OtherCertificate,
    /// The response answers another question, perhaps an old one.
    #[error("the response has another nonce than the question, or none")]
    Nonce,
    /// An extension that must be understood and is not.
    #[error("the response has a critical extension that is not understood")]
    UnknownCritical,
    /// The response is too old.
    #[error("the response was good until {until}")]
    Stale {
        /// Its nextUpdate, or as long as one without holds.
        until: OffsetDateTime,
    },
    /// The response is from the future: one of both clocks is wrong.
    #[error("the response is of {this_update}, which has not come")]
    Future {
        /// Its thisUpdate.
        this_update: OffsetDateTime,
    },
    /// The responder does not know the certificate.
    #[error("the responder does not know the certificate")]
    UnknownCertificate,
    /// OpenSSL could not do its work.
    #[error("the cryptographic library failed")]
    Crypto(#[from] ErrorStack),
}

impl OcspError {
    /// The stable code of this error; see the crate's `tests/data/README.md`.
    #[must_use]
    pub fn code(&self) -> &'static str {
        match self {
            Self::NoResponder => "ocsp-no-responder",
            Self::Fetch(_) => "ocsp-not-fetched",
            Self::Malformed => "ocsp-unreadable",
            Self::NotSuccessful { .. } => "ocsp-not-successful",
            Self::Responder => "ocsp-responder",
            Self::Signature => "ocsp-signature",
            Self::OtherCertificate => "ocsp-other-certificate",
            Self::Nonce => "ocsp-nonce",
            Self::UnknownCritical => "ocsp-critical-extension",
            Self::Stale { .. } => "ocsp-stale",
            Self::Future { .. } => "ocsp-of-the-future",
            Self::UnknownCertificate => "ocsp-unknown-certificate",
            Self::Crypto(_) => "internal",
        }
    }
}

impl OcspSource {
    /// The responder that the certificates of this authority (its own certificate, DER) name.
    ///
    /// # Errors
    /// The certificate is not one of an authority.
    pub fn new(authority: &[u8], fetch: Arc<dyn Fetch>) -> Result<Self, SourceError> {
        Ok(Self { issuer: Issuer::read(authority)?, fetch, url: None, nonce: Nonce::Required })
    }

    /// Asks here, whatever the certificates say.
    #[must_use]
    pub fn at(mut self, url: &str) -> Self {
        self.url = Some(url.to_owned());
        self
    }

    /// Takes answers without a nonce too. Whoever can come between can then repeat an answer for as long
    /// as it says it holds.
    #[must_use]
    pub fn with_optional_nonce(mut self) -> Self {
        self.nonce = Nonce::Optional;
        self
    }

    pub(crate) fn issuer(&self) -> &Issuer {
        &self.issuer
    }

    /// Whether this certificate of the authority is in force.
    pub(crate) fn check(
        &self,
        certificate: &Certificate,
        now: OffsetDateTime,
    ) -> Result<(), RevocationError> {
        let counts = self.ask(certificate, now);
        let counts = counts.map_err(|source| self.no_answer(source))?;
        match counts.status {
            Status::Good => Ok(()),
            Status::Revoked { since, reason: RevocationReason::CERTIFICATE_HOLD } => {
                Err(RevocationError::Suspended { since, until: counts.until })
            }
            Status::Revoked { since, reason } => Err(RevocationError::Revoked { since, reason }),
            Status::Unknown => Err(self.no_answer(OcspError::UnknownCertificate)),
        }
    }

    fn ask(&self, certificate: &Certificate, now: OffsetDateTime) -> Result<Answer, OcspError> {
        let url = self.url.as_ref().or_else(|| named(certificate)).ok_or(OcspError::NoResponder)?;
        let id = CertificateId::new(certificate, &self.issuer)?;
        let mut nonce = [0; NONCE_OCTETS];
        rand_bytes(&mut nonce)?;
        let body = request::build(&id, &nonce);
        let bytes = self.fetch.post(&Post {
            url,
            content_type: "application/ocsp-request",
            body: &body,
            limit: MAX_RESPONSE,
        })?;
        let response = Response::parse(&bytes)?;
        responder::check(&response, &self.issuer, now)?;
        match response.nonce {
            Some(echo) if echo != nonce => return Err(OcspError::Nonce),
            None if self.nonce == Nonce::Required => return Err(OcspError::Nonce),
            Some(_) | None => {}
        }
        if response.certificate_id != id.der() {
            return Err(OcspError::OtherCertificate);
        }
        let until = in_time(&response, now)?;
        Ok(Answer { status: response.status, until })
    }

    fn no_answer(&self, source: OcspError) -> RevocationError {
        RevocationError::Ocsp { authority: self.issuer.key_identifier.clone(), source }
    }
}

/// An answer that counts, and how long it does.
struct Answer {
    status: Status,
    until: OffsetDateTime,
}

fn named(certificate: &Certificate) -> Option<&String> {
    certificate.extensions.ocsp.iter().find(|url| url.starts_with("http"))
}

/// RFC 6960 §4.2.2.1.
fn in_time(response: &Response<'_>, now: OffsetDateTime) -> Result<OffsetDateTime, OcspError> {
    let this_update = response.this_update;
    if now + super::CLOCK_SKEW < this_update {
        return Err(OcspError::Future { this_update });
    }
    let until = response.next_update.unwrap_or(this_update + MAX_AGE);
    if now > until { Err(OcspError::Stale { until }) } else { Ok(until) }
}

/// The key's identifier as responders use it: SHA-1 of the key's bits (RFC 6960 §4.1.1). It tells keys
/// apart and proves nothing.
fn key_hash(spki: &[u8]) -> Result<[u8; 20], OcspError> {
    let bits = || {
        let mut fields = Reader::only(spki, der::SEQUENCE)?;
        fields.content(der::SEQUENCE)?;
        fields.octets_of_bits()
    };
    let bits: Result<_, Malformed> = bits();
    Ok(openssl::sha::sha1(bits?))
}
