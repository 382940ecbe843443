//! Whose certificates are believed, and what is asked of each: the part that tokens and documents have
//! in common.

use std::sync::Arc;

use openssl::error::ErrorStack;
use time::OffsetDateTime;
use x509_parser::asn1_rs::Oid;

use crate::{
    AlgorithmError, CertificateError, CrlSource, Fingerprint, KeyIdentifier, OcspSource,
    SubjectForm, SubjectIdentity, VerifyError,
    certificate::Certificate,
    check::{
        algorithm,
        chain::Authorities,
        key_usage::{self, Purpose},
        policy, subject_type,
    },
    revocation::Sources,
};

/// Whose certificates are believed. Made once, shared between threads and verifiers.
pub struct Trust {
    authorities: Authorities,
    policy: Option<String>,
    subject_type: Option<String>,
    form: SubjectForm,
    /// Nothing where the operator has said that revocation is not to be checked.
    sources: Option<Sources>,
}

impl Trust {
    /// Begins with nobody trusted.
    #[must_use]
    pub fn builder() -> TrustBuilder {
        TrustBuilder::default()
    }

    /// Chain and validity, key usage, policy.
    pub(crate) fn path(
        &self,
        certificate: &Certificate,
        purpose: Purpose,
        now: OffsetDateTime,
    ) -> Result<Vec<&Certificate>, VerifyError> {
        let issuers = self.authorities.path(certificate, now)?;
        key_usage::check(&certificate.extensions, purpose)?;
        policy::check(&certificate.extensions, self.policy.as_deref())?;
        Ok(issuers)
    }

    /// Subject, and revocation, for which somebody may have to be asked over the network: only once
    /// a signature has shown that the certificate's holder is there.
    pub(crate) fn subject(
        &self,
        certificate: &Certificate,
        issuers: &[&Certificate],
        now: OffsetDateTime,
    ) -> Result<SubjectIdentity, VerifyError> {
        let subject = SubjectIdentity::read(certificate, self.form)?;
        subject_type::check(&subject, self.subject_type.as_deref())?;
        if let Some(sources) = &self.sources {
            sources.check(certificate, issuers, now)?;
        }
        Ok(subject)
    }
}

/// What trust is made of; see [`Trust::builder`].
#[derive(Default)]
pub struct TrustBuilder {
    anchors: Vec<(Vec<u8>, Fingerprint)>,
    intermediates: Vec<Vec<u8>>,
    policy: Option<String>,
    subject_type: Option<String>,
    form: SubjectForm,
    lists: Vec<Arc<CrlSource>>,
    responders: Vec<OcspSource>,
    without_revocation: bool,
}

/// Why trust cannot be made: the site's configuration is wrong.
#[derive(Debug, thiserror::Error)]
pub enum BuildError {
    /// Without an anchor nobody can be trusted.
    #[error("no anchor is configured; name at least one certificate to trust")]
    NoAnchor,
    /// An anchor is another certificate than the one that is meant.
    #[error("an anchor has the fingerprint {found}, not {pinned}; is the file the right one?")]
    Fingerprint {
        /// What the configuration says.
        pinned: Fingerprint,
        /// What the certificate has.
        found: Fingerprint,
    },
    /// A configured certificate cannot be read.
    #[error("a configured certificate cannot be judged")]
    Certificate(#[from] CertificateError),
    /// A configured certificate is not an authority's, or may not sign people's certificates.
    #[error("a configured certificate is not of an authority that may sign people's certificates")]
    NotAnAuthority,
    /// A configured certificate has no subject key identifier, by which it would be found.
    #[error("a configured certificate has no subject key identifier")]
    NoSubjectKey,
    /// A configured certificate's key is too weak to trust.
    #[error("a configured certificate's key is not accepted")]
    Key(#[from] AlgorithmError),
    /// An object identifier is none, so no certificate could ever have it.
    #[error("the configured {text:?} is not an object identifier such as 2.16.886.101.0.3.3")]
    ObjectIdentifier {
        /// What is configured.
        text: String,
    },
    /// Nobody says which cards were revoked, and nobody has said that this is meant so.
    #[error("no list and no responder says which cards were revoked; name one")]
    NoRevocation,
    /// Somebody says which cards were revoked, and it is not to be asked.
    #[error("revocation is switched off, and there is a list or a responder; choose one of both")]
    RevocationSwitchedOff,
    /// A list or a responder speaks for an authority that no certificate is believed of.
    #[error("the list or responder of the authority with the key {authority} is of no use here")]
    StrangeSource {
        /// Its key.
        authority: KeyIdentifier,
    },
    /// Two lists or responders speak for one authority.
    #[error("the authority with the key {authority} has two lists or responders; choose one")]
    TwoSources {
        /// Its key.
        authority: KeyIdentifier,
    },
    /// OpenSSL could not do its work.
    #[error("the cryptographic library failed")]
    Crypto(#[from] ErrorStack),
}

impl TrustBuilder {
    /// Trusts this certificate (DER), for instance the government's root authority, and whatever it has
    /// signed within the standard's limits, if it is the one with this fingerprint.
    #[must_use]
    pub fn anchor(mut self, der: &[u8], pinned: Fingerprint) -> Self {
        self.anchors.push((der.to_vec(), pinned));
        self
    }

    /// Knows this issuer (DER). It is not trusted by itself: an anchor has to have signed it.
    #[must_use]
    pub fn intermediate(mut self, der: &[u8]) -> Self {
        self.intermediates.push(der.to_vec());
        self
    }

    /// Accepts only certificates issued under this policy, for instance `2.16.886.101.0.3.3`.
    #[must_use]
    pub fn policy(mut self, oid: &str) -> Self {
        self.policy = Some(oid.to_owned());
        self
    }

    /// Accepts only subjects of this kind, for instance [`moica::NATURAL_PERSON`](crate::moica::NATURAL_PERSON).
    #[must_use]
    pub fn subject_type(mut self, oid: &str) -> Self {
        self.subject_type = Some(oid.to_owned());
        self
    }

    /// How certificates name their subject; MOICA's form if left out.
    #[must_use]
    pub fn subject_form(mut self, form: SubjectForm) -> Self {
        self.form = form;
        self
    }

    /// Asks this list about the certificates of its authority. Keep the other end of it, and refresh it.
    #[must_use]
    pub fn crl(mut self, source: Arc<CrlSource>) -> Self {
        self.lists.push(source);
        self
    }

    /// Asks this responder about the certificates of its authority.
    #[must_use]
    pub fn ocsp(mut self, source: OcspSource) -> Self {
        self.responders.push(source);
        self
    }

    /// Believes cards that were reported lost, until they expire: for a test, or where something else
    /// asks about revocation.
    #[must_use]
    pub fn without_revocation(mut self) -> Self {
        self.without_revocation = true;
        self
    }

    /// The finished trust.
    ///
    /// # Errors
    /// See [`BuildError`].
    pub fn build(self) -> Result<Trust, BuildError> {
        if self.anchors.is_empty() {
            return Err(BuildError::NoAnchor);
        }
        let oids = self.policy.iter().chain(&self.subject_type);
        if let Some(text) = oids.into_iter().find(|text| !is_object_identifier(text)) {
            return Err(BuildError::ObjectIdentifier { text: text.clone() });
        }
        let anchors = self.anchors.iter().map(|(der, pinned)| anchor(der, *pinned));
        let intermediates = self.intermediates.iter().map(|der| authority(der));
        let authorities = Authorities::new(
            anchors.collect::<Result<_, _>>()?,
            intermediates.collect::<Result<_, _>>()?,
        )?;
        let sources = Sources { lists: self.lists, responders: self.responders };
        let sources = match (sources.is_empty(), self.without_revocation) {
            (true, true) => None,
            (true, false) => return Err(BuildError::NoRevocation),
            (false, true) => return Err(BuildError::RevocationSwitchedOff),
            (false, false) => {
                check_sources(&sources, &authorities)?;
                Some(sources)
            }
        };
        Ok(Trust {
            authorities,
            policy: self.policy,
            subject_type: self.subject_type,
            form: self.form,
            sources,
        })
    }
}

fn anchor(der: &[u8], pinned: Fingerprint) -> Result<Certificate, BuildError> {
    let found = Fingerprint::of(der);
    if found != pinned {
        return Err(BuildError::Fingerprint { pinned, found });
    }
    authority(der)
}

/// RFC 5280 §6.1.4 (k) and (n), asked of every issuer once instead of on every token.
fn authority(der: &[u8]) -> Result<Certificate, BuildError> {
    let certificate = Certificate::parse(der)?;
    let extensions = &certificate.extensions;
    let signs = extensions.key_usage.as_ref().is_some_and(|usage| usage.key_cert_sign());
    if !extensions.is_ca || !signs || extensions.is_for_others {
        return Err(BuildError::NotAnAuthority);
    }
    if extensions.subject_key.is_none() {
        return Err(BuildError::NoSubjectKey);
    }
    algorithm::check_strength(&certificate.public_key)?;
    Ok(certificate)
}

fn check_sources(sources: &Sources, authorities: &Authorities) -> Result<(), BuildError> {
    let mut seen: Vec<&[u8]> = Vec::new();
    for issuer in sources.issuers() {
        let authority = issuer.key_identifier.clone();
        if !authorities.know(&issuer.spki) {
            return Err(BuildError::StrangeSource { authority });
        }
        if seen.contains(&issuer.spki.as_slice()) {
            return Err(BuildError::TwoSources { authority });
        }
        seen.push(&issuer.spki);
    }
    Ok(())
}

/// In the form in which the certificates' policies are told, without blanks and leading zeros.
fn is_object_identifier(text: &str) -> bool {
    text.parse::<Oid<'_>>().is_ok_and(|oid| oid.to_id_string() == text)
}
