//! Everything that can be wrong with a token, as a tree: one branch a check.

use openssl::error::ErrorStack;

use crate::{
    AlgorithmError, CertificateError, ChainError, IdentityError, KeyUsageError, TokenError,
    ValidityError,
};

/// Why a token proves nothing.
#[derive(Debug, thiserror::Error)]
pub enum VerifyError {
    /// It is not a token.
    #[error("the token cannot be read")]
    Token(#[from] TokenError),
    /// Its certificate cannot be read.
    #[error("the token's certificate cannot be judged")]
    Certificate(#[from] CertificateError),
    /// Its algorithm or key is not accepted.
    #[error("the token's algorithm or key is not accepted")]
    Algorithm(#[from] AlgorithmError),
    /// Its certificate comes from nobody trusted here.
    #[error("the certificate does not lead to an anchor")]
    Chain(#[from] ChainError),
    /// A certificate is not in its time.
    #[error("a certificate is not in its time")]
    Validity(#[from] ValidityError),
    /// The key is there for something else.
    #[error("the certificate is not one for signing in")]
    KeyUsage(#[from] KeyUsageError),
    /// The certificate was issued under another policy.
    #[error("the certificate has the policies {found:?} and not {required}")]
    Policy {
        /// The policy the site asks for.
        required: String,
        /// The policies in the certificate.
        found: Vec<String>,
    },
    /// The signature is not one over this site's origin and this challenge.
    #[error("the signature is not over this origin and this challenge")]
    Signature,
    /// All is in order, but the certificate does not say who it is in MOICA's way.
    #[error("the certificate's subject is not in MOICA's form")]
    Identity(#[from] IdentityError),
    /// OpenSSL could not do its work.
    #[error("the cryptographic library failed")]
    Crypto(#[from] ErrorStack),
}
