//! The key has to be there for a person's signatures (RFC 5280 §4.2.1.3 and §4.2.1.12). A MOICA card
//! has a second pair for encryption, whose certificate must never pass for its owner's word.
//!
//! Refuses to guess: without keyUsage nothing is allowed. extendedKeyUsage may be missing; whether
//! MOICA's cards have one is not known here. Where it is there it has to allow what people do with
//! their keys: client authentication, e-mail, or anything.

use crate::certificate::Extensions;

/// What a person signs.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Purpose {
    /// A token, to sign in: digitalSignature.
    Token,
    /// A document: digitalSignature or nonRepudiation.
    Document,
}

/// Why the certificate's key may not sign.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum KeyUsageError {
    /// The certificate does not say what its key is for.
    #[error("the certificate does not say what its key is for")]
    Missing,
    /// The key is not for digital signatures.
    #[error("the certificate's key is not for digital signatures")]
    NotForSignatures,
    /// The key is for encryption: it is the card's other certificate.
    #[error("the certificate's key is for encryption; the card's signature certificate is needed")]
    ForEncryption,
    /// The certificate is an authority's, not a person's.
    #[error("the certificate belongs to an authority, not to a person")]
    Authority,
    /// The extended key usage allows other things only, such as a server's TLS or time stamps.
    #[error("the certificate's extended key usage allows nothing that a person signs")]
    OtherPurpose,
}

impl KeyUsageError {
    /// The stable code of this error; see the crate's `tests/data/README.md`.
    #[must_use]
    pub fn code(&self) -> &'static str {
        "wrong-usage"
    }
}

pub(crate) fn check(extensions: &Extensions, purpose: Purpose) -> Result<(), KeyUsageError> {
    let usage = extensions.key_usage.as_ref().ok_or(KeyUsageError::Missing)?;
    if extensions.is_ca || usage.key_cert_sign() {
        return Err(KeyUsageError::Authority);
    }
    if usage.key_encipherment() || usage.data_encipherment() {
        return Err(KeyUsageError::ForEncryption);
    }
    let document = purpose == Purpose::Document && usage.non_repudiation();
    if !usage.digital_signature() && !document {
        return Err(KeyUsageError::NotForSignatures);
    }
    if extensions.is_for_others {
        return Err(KeyUsageError::OtherPurpose);
    }
    Ok(())
}
