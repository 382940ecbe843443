//! From the card's certificate to an anchor, by key identifier and signature (RFC 5280 §6.1).
//!
//! Never by name alone: three generations of the MOICA authority bear one name. Refuses to use
//! any certificate the token brought along, and to know revocation.
//!
//! The authorities' own signatures are checked once, when they are configured: a card costs one.

use std::collections::HashSet;

use openssl::error::ErrorStack;
use time::OffsetDateTime;

use super::validity::{self, Position};
use crate::{
    Fingerprint,
    certificate::{Certificate, KeyIdentifier},
    error::VerifyError,
};

/// Issuers between a card and its anchor are one or two; more than this is no chain of ours.
const MAX_ISSUERS: usize = 5;
/// How many signatures are checked before a search is given up. A usual one takes two.
const MAX_SIGNATURES: usize = 32;

/// Why a certificate does not lead to an anchor.
#[derive(Debug, thiserror::Error)]
pub enum ChainError {
    /// The certificate vouches for itself; anyone can make such a one.
    #[error("the certificate is signed by its own key")]
    SelfSigned,
    /// The certificate does not say which key signed it.
    #[error("a certificate has no authority key identifier")]
    NoAuthorityKey,
    /// None of the configured issuers has that key.
    #[error("no configured issuer has the key {authority_key}; add its certificate if it is real")]
    UnknownIssuer {
        /// The key the certificate says it was signed by.
        authority_key: KeyIdentifier,
    },
    /// The issuer's key is known, but it belongs to another name.
    #[error("the issuer with the key {authority_key} has another name than the certificate says")]
    IssuerName {
        /// The issuer's key.
        authority_key: KeyIdentifier,
    },
    /// The certificate names a known issuer that did not sign it.
    #[error("the issuer with the key {authority_key} did not sign the certificate")]
    NotSigned {
        /// The key the certificate says it was signed by.
        authority_key: KeyIdentifier,
    },
    /// Signed with a digest that can be forged, or with an algorithm not known to be sound.
    #[error("a certificate is signed with the algorithm {oid}, which is not accepted")]
    SignatureAlgorithm {
        /// The algorithm.
        oid: String,
    },
    /// The issuer allows fewer authorities below it.
    #[error("the issuer {issuer} allows {allowed} authorities below it")]
    PathLength {
        /// The issuer's key.
        issuer: KeyIdentifier,
        /// Its path length constraint.
        allowed: u32,
    },
    /// No anchor after as many issuers as a chain may have, or as many signatures as are checked.
    #[error("no anchor within {MAX_ISSUERS} issuers and {MAX_SIGNATURES} signatures")]
    TooLong,
    /// OpenSSL could not do its work.
    #[error("a signature in the chain could not be checked")]
    Crypto(#[from] ErrorStack),
}

impl ChainError {
    /// The stable code of this error; see the crate's `tests/data/README.md`.
    #[must_use]
    pub fn code(&self) -> &'static str {
        match self {
            Self::SelfSigned => "self-signed",
            Self::NoAuthorityKey | Self::UnknownIssuer { .. } | Self::IssuerName { .. } => {
                "unknown-issuer"
            }
            Self::NotSigned { .. } => "issuer-signature",
            Self::SignatureAlgorithm { .. } => "weak-signature-algorithm",
            Self::PathLength { .. } | Self::TooLong => "path-length",
            Self::Crypto(_) => "internal",
        }
    }
}

/// The certificates of authorities, and who of them signed whom.
pub(crate) struct Authorities {
    pub(crate) anchors: Vec<Certificate>,
    pub(crate) intermediates: Vec<Certificate>,
    /// Fingerprints of a certificate and of the issuer whose key signed it.
    signed: HashSet<(Fingerprint, Fingerprint)>,
}

impl Authorities {
    pub(crate) fn new(
        anchors: Vec<Certificate>,
        intermediates: Vec<Certificate>,
    ) -> Result<Self, ErrorStack> {
        let mut signed = HashSet::new();
        for below in &intermediates {
            for issuer in anchors.iter().chain(&intermediates) {
                let named = below.extensions.authority_key == issuer.extensions.subject_key;
                if named && below.is_signed_by(&issuer.public_key)? {
                    signed.insert((below.fingerprint, issuer.fingerprint));
                }
            }
        }
        Ok(Self { anchors, intermediates, signed })
    }

    /// The issuers on some way from `leaf` to an anchor, nearest first. Every certificate on it is
    /// signed by the next and in its time (RFC 5280 §6.1.3 (a)).
    ///
    /// # Errors
    /// Where there is no way: why the one that came farthest ended.
    pub(crate) fn path(
        &self,
        leaf: &Certificate,
        now: OffsetDateTime,
    ) -> Result<Vec<&Certificate>, VerifyError> {
        if leaf.is_self_issued() && leaf.is_signed_by(&leaf.public_key)? {
            return Err(ChainError::SelfSigned.into());
        }
        let mut search =
            Search { authorities: self, now, issuers: Vec::new(), signatures: MAX_SIGNATURES };
        search.climb(leaf).map_err(|end| end.error)?;
        Ok(search.issuers)
    }

    /// Whether this key is one of theirs.
    pub(crate) fn know(&self, spki: &[u8]) -> bool {
        self.anchors.iter().chain(&self.intermediates).any(|authority| authority.spki == spki)
    }
}

/// One authority may have several certificates: renewed, or signed by several roots. All ways are
/// tried, within bounds.
struct Search<'a> {
    authorities: &'a Authorities,
    now: OffsetDateTime,
    /// The way from the leaf to here, nearest first.
    issuers: Vec<&'a Certificate>,
    /// How many may still be checked.
    signatures: usize,
}

/// Where a way ended: the more steps it made, the more its error tells.
struct DeadEnd {
    steps: usize,
    error: VerifyError,
}

/// What each certificate on a way has to pass, in this order.
#[derive(Clone, Copy)]
enum Step {
    Issuer,
    Name,
    Signature,
    Time,
    Limits,
}

impl<'a> Search<'a> {
    fn climb(&mut self, certificate: &Certificate) -> Result<(), DeadEnd> {
        let authority_key = issuer_key(certificate).map_err(|e| self.end(Step::Issuer, e))?;
        let Authorities { anchors, intermediates, .. } = self.authorities;
        let candidates = anchors
            .iter()
            .map(|anchor| (anchor, true))
            .chain(intermediates.iter().map(|intermediate| (intermediate, false)))
            .filter(|(issuer, _)| issuer.extensions.subject_key.as_ref() == Some(authority_key));

        let unknown = ChainError::UnknownIssuer { authority_key: authority_key.clone() };
        let mut farthest = self.end(Step::Issuer, unknown);
        for (issuer, is_anchor) in candidates {
            match self.step(certificate, authority_key, issuer, is_anchor) {
                Ok(()) => return Ok(()),
                Err(end) if end.steps > farthest.steps => farthest = end,
                Err(_) => {}
            }
        }
        Err(farthest)
    }

    /// From a certificate to this issuer, and on from there.
    fn step(
        &mut self,
        certificate: &Certificate,
        authority_key: &KeyIdentifier,
        issuer: &'a Certificate,
        is_anchor: bool,
    ) -> Result<(), DeadEnd> {
        if issuer.subject_name != certificate.issuer_name {
            let error = ChainError::IssuerName { authority_key: authority_key.clone() };
            return Err(self.end(Step::Name, error));
        }
        let Some(left) = self.signatures.checked_sub(1) else {
            return Err(self.end(Step::Signature, ChainError::TooLong));
        };
        self.signatures = left;
        let signed = self.is_signed_by(certificate, issuer);
        if !signed.map_err(|error| self.end(Step::Signature, ChainError::from(error)))? {
            let error = ChainError::NotSigned { authority_key: authority_key.clone() };
            return Err(self.end(Step::Signature, error));
        }
        let position = match self.issuers.last() {
            None => Position::EndEntity,
            Some(issuer) => Position::Issuer(issuer.extensions.subject_key.clone()),
        };
        validity::check(certificate, position, self.now).map_err(|e| self.end(Step::Time, e))?;
        check_path_length(issuer, &self.issuers).map_err(|e| self.end(Step::Limits, e))?;
        if self.issuers.len() >= MAX_ISSUERS {
            return Err(self.end(Step::Limits, ChainError::TooLong));
        }
        self.issuers.push(issuer);
        let end = if is_anchor {
            let position = Position::Issuer(issuer.extensions.subject_key.clone());
            validity::check(issuer, position, self.now).map_err(|e| self.end(Step::Time, e))
        } else {
            self.climb(issuer)
        };
        if end.is_err() {
            self.issuers.pop();
        }
        end
    }

    /// Authorities' signatures are known; a card's is checked now.
    fn is_signed_by(
        &self,
        certificate: &Certificate,
        issuer: &Certificate,
    ) -> Result<bool, ErrorStack> {
        if self.issuers.is_empty() {
            return certificate.is_signed_by(&issuer.public_key);
        }
        let pair = (certificate.fingerprint, issuer.fingerprint);
        Ok(self.authorities.signed.contains(&pair))
    }

    fn end(&self, step: Step, error: impl Into<VerifyError>) -> DeadEnd {
        let whole = Step::Limits as usize + 1;
        DeadEnd { steps: self.issuers.len() * whole + step as usize, error: error.into() }
    }
}

/// The key the certificate says it was signed by, with an algorithm that is sound.
fn issuer_key(certificate: &Certificate) -> Result<&KeyIdentifier, ChainError> {
    if certificate.signature_algorithm.is_none() {
        let oid = certificate.signature_algorithm_oid.clone();
        return Err(ChainError::SignatureAlgorithm { oid });
    }
    certificate.extensions.authority_key.as_ref().ok_or(ChainError::NoAuthorityKey)
}

/// RFC 5280 §4.2.1.9: self-issued authorities do not count.
fn check_path_length(issuer: &Certificate, below: &[&Certificate]) -> Result<(), ChainError> {
    let authorities = below.iter().filter(|authority| !authority.is_self_issued()).count();
    match (issuer.extensions.path_length, issuer.extensions.subject_key.clone()) {
        (Some(allowed), Some(issuer)) if authorities as u64 > u64::from(allowed) => {
            Err(ChainError::PathLength { issuer, allowed })
        }
        (Some(_) | None, _) => Ok(()),
    }
}
