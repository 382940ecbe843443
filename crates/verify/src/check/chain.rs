//! From the card's certificate to an anchor, by key identifier and signature (RFC 5280 §6.1).
//!
//! Never by name alone: three generations of the MOICA authority bear one name. Refuses to use
//! any certificate the token brought along, and to know revocation.

use openssl::error::ErrorStack;

use crate::certificate::{Certificate, KeyIdentifier};

/// Issuers between a card and its anchor are one or two; more than this is no chain of ours.
const MAX_ISSUERS: usize = 5;

/// sha256/384/512WithRSAEncryption (RFC 8017 A.2.4), ecdsa-with-SHA256/384/512 (RFC 5758 §3.2).
const SOUND_SIGNATURES: [&str; 6] = [
    "1.2.840.113549.1.1.11",
    "1.2.840.113549.1.1.12",
    "1.2.840.113549.1.1.13",
    "1.2.840.10045.4.3.2",
    "1.2.840.10045.4.3.3",
    "1.2.840.10045.4.3.4",
];

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
    /// No anchor after as many issuers as a chain may have.
    #[error("no anchor within {MAX_ISSUERS} issuers")]
    TooLong,
    /// OpenSSL could not do its work.
    #[error("a signature in the chain could not be checked")]
    Crypto(#[from] ErrorStack),
}

/// The issuers of `leaf`, nearest first; the last is an anchor.
pub(crate) fn build<'a>(
    leaf: &'a Certificate,
    anchors: &'a [Certificate],
    intermediates: &'a [Certificate],
) -> Result<Vec<&'a Certificate>, ChainError> {
    if leaf.is_self_issued() && leaf.x509.verify(&leaf.public_key)? {
        return Err(ChainError::SelfSigned);
    }
    let mut issuers = Vec::new();
    let mut current = leaf;
    while issuers.len() < MAX_ISSUERS {
        let (issuer, is_anchor) = issuer_of(current, anchors, intermediates)?;
        check_path_length(issuer, &issuers)?;
        issuers.push(issuer);
        if is_anchor {
            return Ok(issuers);
        }
        current = issuer;
    }
    Err(ChainError::TooLong)
}

fn issuer_of<'a>(
    certificate: &Certificate,
    anchors: &'a [Certificate],
    intermediates: &'a [Certificate],
) -> Result<(&'a Certificate, bool), ChainError> {
    if !SOUND_SIGNATURES.contains(&certificate.signature_algorithm.as_str()) {
        let oid = certificate.signature_algorithm.clone();
        return Err(ChainError::SignatureAlgorithm { oid });
    }
    let wanted = &certificate.extensions.authority_key;
    let authority_key = wanted.clone().ok_or(ChainError::NoAuthorityKey)?;
    let candidates = anchors
        .iter()
        .map(|anchor| (anchor, true))
        .chain(intermediates.iter().map(|intermediate| (intermediate, false)))
        .filter(|(issuer, _)| issuer.extensions.subject_key == *wanted);

    let mut refused = ChainError::UnknownIssuer { authority_key: authority_key.clone() };
    for (issuer, is_anchor) in candidates {
        if issuer.subject_name != certificate.issuer_name {
            refused = ChainError::IssuerName { authority_key: authority_key.clone() };
        } else if !certificate.x509.verify(&issuer.public_key)? {
            refused = ChainError::NotSigned { authority_key: authority_key.clone() };
        } else {
            return Ok((issuer, is_anchor));
        }
    }
    Err(refused)
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
