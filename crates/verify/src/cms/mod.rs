//! Signed documents: CMS SignedData (RFC 5652) with the signed attributes of CAdES-B-B (ETSI EN 319 122-1
//! §6.3), attached or detached, as `/v1/sign` of Ankong makes them.
//!
//! A document says what somebody signed, not who is there now, so it never signs anybody in: it has a
//! verifier and a result of its own. Without signed attributes it is refused, for then a card's answer to
//! some challenge could be passed off as a signature under a document.

mod attributes;
mod parse;

use std::sync::Arc;

use openssl::error::ErrorStack;
use time::OffsetDateTime;

use crate::{
    SubjectIdentity, Trust, VerifyError,
    certificate::Certificate,
    check::{algorithm, key_usage::Purpose},
};
use attributes::Attributes;
use parse::SignedData;

/// Most bytes of a document with its signature: 1 MiB of content, and certificates.
const MAX_CMS: usize = (1 << 20) + (1 << 18);

/// Judges signed documents. Made once, shared between threads.
pub struct CmsVerifier {
    trust: Arc<Trust>,
}

/// A document and who signed it. Only [`CmsVerifier`] makes one.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct SignedDocument {
    /// What was signed; empty where the document is detached.
    pub content: Vec<u8>,
    /// When the signer's computer says it was: nobody has checked that clock.
    pub unverified_signing_time: Option<OffsetDateTime>,
    signer: SubjectIdentity,
}

impl SignedDocument {
    /// Who signed it.
    #[must_use]
    pub fn signer(&self) -> &SubjectIdentity {
        &self.signer
    }
}

/// Why a document is not accepted.
#[derive(Debug, thiserror::Error)]
pub enum CmsError {
    /// It is not the DER of a SignedData, from the first byte to the last. BER is not read.
    #[error("the bytes are not the DER of a signed document")]
    Malformed,
    /// Longer than any document here.
    #[error("the document has {size} bytes, more than {limit}")]
    TooLarge {
        /// Bytes that came.
        size: usize,
        /// Bytes allowed.
        limit: usize,
    },
    /// The content is inside, and it was said to be elsewhere.
    #[error("the document is attached, and a detached one was expected")]
    Attached,
    /// The content is elsewhere, and it was said to be inside.
    #[error("the document is detached, and an attached one was expected")]
    Detached,
    /// There is not exactly one signature.
    #[error("the document has {found} signatures instead of one")]
    Signers {
        /// How many there are.
        found: usize,
    },
    /// There are no signed attributes (RFC 5652 §5.3), so nothing tells the signature from another one.
    #[error("the document's signature has no signed attributes")]
    NoSignedAttributes,
    /// An attribute that is needed is missing, or there twice.
    #[error("the document's signature has not exactly one {attribute}")]
    Attribute {
        /// The attribute's name in its standard.
        attribute: &'static str,
    },
    /// The attribute for the type of the content names another one (RFC 5652 §11.1).
    #[error("the signature is over another type of content")]
    ContentType,
    /// The content is not the one that was signed (RFC 5652 §11.2).
    #[error("the content is not the one that was signed")]
    MessageDigest,
    /// The certificate is not the one that was signed with (RFC 5035 §3).
    #[error("the certificate is not the one the signature names")]
    SigningCertificate,
    /// The signer's certificate did not come along.
    #[error("the signer's certificate is not in the document")]
    NoCertificate,
    /// The digest or the signature algorithm is not accepted, or they do not go together.
    #[error("the document's algorithms are not accepted")]
    Algorithm,
    /// OpenSSL could not do its work.
    #[error("the cryptographic library failed")]
    Crypto(#[from] ErrorStack),
}

impl CmsError {
    /// The stable code of this error; see the crate's `tests/data/README.md`.
    #[must_use]
    pub fn code(&self) -> &'static str {
        match self {
            Self::Malformed => "cms-unreadable",
            Self::TooLarge { .. } => "cms-too-large",
            Self::Attached => "cms-attached",
            Self::Detached => "cms-detached",
            Self::Signers { .. } => "cms-signers",
            Self::NoSignedAttributes => "cms-no-signed-attributes",
            Self::Attribute { .. } => "cms-attribute",
            Self::ContentType => "cms-content-type",
            Self::MessageDigest => "cms-message-digest",
            Self::SigningCertificate => "cms-signing-certificate",
            Self::NoCertificate => "cms-no-certificate",
            Self::Algorithm => "cms-algorithm",
            Self::Crypto(_) => "internal",
        }
    }
}

impl CmsVerifier {
    /// Believes the same certificates as a token's verifier may.
    #[must_use]
    pub fn new(trust: Arc<Trust>) -> Self {
        Self { trust }
    }

    /// Judges a document (DER) that has its content inside, at this moment.
    ///
    /// # Errors
    /// The first check that fails: form, attributes and digest, certificate, algorithm and key, chain and
    /// validity, key usage, policy, signature, subject, revocation.
    pub fn verify_attached(
        &self,
        cms: &[u8],
        now: OffsetDateTime,
    ) -> Result<SignedDocument, VerifyError> {
        let signed = read(cms)?;
        let content = signed.content.ok_or(CmsError::Detached)?;
        self.judge(&signed, content, content.to_vec(), now)
    }

    /// Judges a signature (DER) over a content that lies elsewhere, at this moment.
    ///
    /// # Errors
    /// As [`verify_attached`](Self::verify_attached).
    pub fn verify_detached(
        &self,
        cms: &[u8],
        content: &[u8],
        now: OffsetDateTime,
    ) -> Result<SignedDocument, VerifyError> {
        let signed = read(cms)?;
        if signed.content.is_some() {
            return Err(CmsError::Attached.into());
        }
        self.judge(&signed, content, Vec::new(), now)
    }

    fn judge(
        &self,
        signed: &SignedData<'_>,
        content: &[u8],
        attached: Vec<u8>,
        now: OffsetDateTime,
    ) -> Result<SignedDocument, VerifyError> {
        let signer = &signed.signer;
        let attributes = Attributes::read(signer.attributes)?;
        attributes.check_content(signed.content_type, signer.digest, content)?;
        let der = signed.signer_certificate()?.ok_or(CmsError::NoCertificate)?;
        attributes.check_certificate(der)?;

        let certificate = Certificate::parse(der)?;
        algorithm::check_strength(&certificate.public_key)?;
        let issuers = self.trust.path(&certificate, Purpose::Document, now)?;
        let algorithm = signer.algorithm(&certificate.public_key)?;
        let message = attributes.signed();
        if !algorithm.verifies(&certificate.public_key, signer.signature, &message)? {
            return Err(VerifyError::Signature);
        }
        Ok(SignedDocument {
            signer: self.trust.subject(&certificate, &issuers, now)?,
            unverified_signing_time: attributes.signing_time,
            content: attached,
        })
    }
}

fn read(cms: &[u8]) -> Result<SignedData<'_>, CmsError> {
    if cms.len() > MAX_CMS {
        return Err(CmsError::TooLarge { size: cms.len(), limit: MAX_CMS });
    }
    SignedData::parse(cms)
}
