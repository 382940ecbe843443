//! Everything that can be wrong with a token or a document, as a tree: one branch a check.

use openssl::error::ErrorStack;

use crate::{
    AlgorithmError, CertificateError, ChainError, CmsError, IdentityError, KeyUsageError,
    RevocationError, TokenError, ValidityError,
};

/// Why a token or a document proves nothing.
#[derive(Debug, thiserror::Error)]
pub enum VerifyError {
    /// It is not a token.
    #[error("the token cannot be read")]
    Token(#[from] TokenError),
    /// It is not a document as it should be.
    #[error("the signed document is not accepted")]
    Cms(#[from] CmsError),
    /// Its certificate cannot be read.
    #[error("the certificate cannot be judged")]
    Certificate(#[from] CertificateError),
    /// Its algorithm or key is not accepted.
    #[error("the algorithm or the key is not accepted")]
    Algorithm(#[from] AlgorithmError),
    /// Its certificate comes from nobody trusted here.
    #[error("the certificate does not lead to an anchor")]
    Chain(#[from] ChainError),
    /// A certificate is not in its time.
    #[error("a certificate is not in its time")]
    Validity(#[from] ValidityError),
    /// The key is there for something else.
    #[error("the certificate is not one for signing")]
    KeyUsage(#[from] KeyUsageError),
    /// The certificate was issued under another policy.
    #[error("the certificate has the policies {found:?} and not {required}")]
    Policy {
        /// The policy the site asks for.
        required: String,
        /// The policies in the certificate.
        found: Vec<String>,
    },
    /// The signature is not one over this site's origin and this challenge, or over this document.
    #[error("the signature is not over what was to be signed")]
    Signature,
    /// The certificate does not say who it is in the form it should.
    #[error("the certificate's subject is not in the expected form")]
    Identity(#[from] IdentityError),
    /// The certificate was issued to another kind of subject.
    #[error("the certificate's subject is of the kind {found:?} and not {required}")]
    SubjectType {
        /// The kind the site asks for.
        required: String,
        /// The kind in the certificate.
        found: Option<String>,
    },
    /// The certificate was revoked or suspended, or nobody can say that it was not.
    #[error("the certificate is not known to be in force")]
    Revocation(#[from] RevocationError),
    /// OpenSSL could not do its work.
    #[error("the cryptographic library failed")]
    Crypto(#[from] ErrorStack),
}

impl VerifyError {
    /// The stable code of this error; see the crate's `tests/data/README.md`.
    #[must_use]
    pub fn code(&self) -> &'static str {
        match self {
            Self::Token(error) => error.code(),
            Self::Cms(error) => error.code(),
            Self::Certificate(error) => error.code(),
            Self::Algorithm(error) => error.code(),
            Self::Chain(error) => error.code(),
            Self::Validity(error) => error.code(),
            Self::KeyUsage(error) => error.code(),
            Self::Policy { .. } => "wrong-policy",
            Self::Signature => "wrong-signature",
            Self::Identity(error) => error.code(),
            Self::SubjectType { .. } => "wrong-subject-type",
            Self::Revocation(error) => error.code(),
            Self::Crypto(_) => "internal",
        }
    }
}
