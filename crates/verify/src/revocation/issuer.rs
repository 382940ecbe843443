//! The authority a list or a responder speaks for: what is needed of it to check their signatures.

use openssl::pkey::{PKey, Public};

use crate::{
    AlgorithmError, CertificateError, KeyIdentifier, certificate::Certificate, check::algorithm,
};

/// An authority whose certificate the operator has named.
pub(crate) struct Issuer {
    pub(crate) key_identifier: KeyIdentifier,
    /// The Name, DER.
    pub(crate) name: Vec<u8>,
    /// SubjectPublicKeyInfo, DER.
    pub(crate) spki: Vec<u8>,
    pub(crate) public_key: PKey<Public>,
}

/// Why nobody can speak for an authority.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum SourceError {
    /// Its certificate cannot be read.
    #[error("the authority's certificate cannot be judged")]
    Certificate(#[from] CertificateError),
    /// Its certificate does not allow it to sign such a thing.
    #[error("the certificate is not of an authority that signs revocation lists")]
    NotForLists,
    /// Its certificate has no subject key identifier.
    #[error("the authority's certificate has no subject key identifier")]
    NoSubjectKey,
    /// Its key is too weak to trust.
    #[error("the authority's key is not accepted")]
    Key(#[from] AlgorithmError),
}

impl Issuer {
    /// From an authority's certificate (DER).
    pub(crate) fn read(der: &[u8]) -> Result<Self, SourceError> {
        let certificate = Certificate::parse(der)?;
        if !certificate.extensions.is_ca {
            return Err(SourceError::NotForLists);
        }
        algorithm::check_strength(&certificate.public_key)?;
        Ok(Self {
            key_identifier: certificate.extensions.subject_key.ok_or(SourceError::NoSubjectKey)?,
            name: certificate.subject_name,
            spki: certificate.spki,
            public_key: certificate.public_key,
        })
    }

    /// The same, where the authority may sign lists (RFC 5280 §4.2.1.3).
    pub(crate) fn of_lists(der: &[u8]) -> Result<Self, SourceError> {
        let certificate = Certificate::parse(der)?;
        if !certificate.extensions.key_usage.is_some_and(|usage| usage.crl_sign()) {
            return Err(SourceError::NotForLists);
        }
        Self::read(der)
    }

    /// Whether this certificate is of the same authority: same key, same name.
    pub(crate) fn is(&self, certificate: &Certificate) -> bool {
        certificate.spki == self.spki
            && certificate.subject_name == self.name
            && certificate.extensions.subject_key.as_ref() == Some(&self.key_identifier)
    }
}
