//! The checks in their order.

use openssl::pkey::Id;
use time::OffsetDateTime;
use x509_parser::asn1_rs::Oid;

use crate::{
    AlgorithmError, CertificateError, Origin, OriginError, SubjectIdentity, VerifyError,
    certificate::Certificate,
    check::{algorithm, chain, key_usage, policy, signature},
    token::UnverifiedToken,
};

/// Judges tokens for one web site. Made once, shared between threads.
pub struct Verifier {
    origin: Origin,
    anchors: Vec<Certificate>,
    intermediates: Vec<Certificate>,
    policy: Option<String>,
}

impl Verifier {
    /// Begins a verifier for the site with this origin: its own, from its configuration, never
    /// one that came with a request.
    #[must_use]
    pub fn builder(origin: &str) -> VerifierBuilder {
        VerifierBuilder {
            origin: origin.to_owned(),
            anchors: Vec::new(),
            intermediates: Vec::new(),
            policy: None,
        }
    }

    /// Judges a token (its JSON) that answers this challenge at this moment. Take the challenge
    /// out of the store first: a token can only be new if its challenge was.
    ///
    /// Does not check revocation: see the crate's documentation.
    ///
    /// # Errors
    /// The first check that fails, in this order: form, certificate, algorithm and key, chain
    /// and validity, key usage, policy, signature, subject.
    pub fn verify(
        &self,
        token: &[u8],
        challenge: &str,
        now: OffsetDateTime,
    ) -> Result<SubjectIdentity, VerifyError> {
        let token = UnverifiedToken::parse(token)?;
        let certificate = Certificate::parse(&token.certificate)?;
        algorithm::check(&token.algorithm, &certificate.public_key)?;
        chain::check(&certificate, &self.anchors, &self.intermediates, now)?;
        key_usage::check(&certificate.extensions)?;
        policy::check(&certificate.extensions, self.policy.as_deref())?;
        signature::check(&token.signature, &self.origin, challenge, &certificate.public_key)?;
        Ok(SubjectIdentity::read(&certificate)?)
    }
}

/// What a verifier is made of; see [`Verifier::builder`].
pub struct VerifierBuilder {
    origin: String,
    anchors: Vec<Vec<u8>>,
    intermediates: Vec<Vec<u8>>,
    policy: Option<String>,
}

/// Why a verifier cannot be made: the site's configuration is wrong.
#[derive(Debug, thiserror::Error)]
pub enum BuildError {
    /// The origin is not one.
    #[error("the configured origin is not usable")]
    Origin(#[from] OriginError),
    /// Without an anchor nobody can be trusted.
    #[error("no anchor is configured; name at least one certificate to trust")]
    NoAnchor,
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
    /// A configured certificate has a key that is neither RSA nor elliptic.
    #[error("a configured certificate has a key that is neither RSA nor elliptic")]
    KeyType,
    /// The policy is not an object identifier, so no certificate could ever have it.
    #[error(
        "the configured policy {policy:?} is not an object identifier such as 2.16.886.101.0.3.3"
    )]
    Policy {
        /// What is configured.
        policy: String,
    },
}

impl VerifierBuilder {
    /// Trusts this certificate (DER), for instance the government's root authority, and whatever
    /// it has signed within the standard's limits.
    #[must_use]
    pub fn anchor(mut self, der: &[u8]) -> Self {
        self.anchors.push(der.to_vec());
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

    /// The finished verifier. It does **not check revocation** (neither CRL nor OCSP): a card that
    /// was reported lost passes until its certificate expires.
    ///
    /// # Errors
    /// The origin, the policy or a certificate is not usable, or there is no anchor.
    pub fn build(self) -> Result<Verifier, BuildError> {
        if self.anchors.is_empty() {
            return Err(BuildError::NoAnchor);
        }
        if let Some(policy) = self.policy.as_ref().filter(|policy| !is_object_identifier(policy)) {
            return Err(BuildError::Policy { policy: policy.clone() });
        }
        let authorities =
            |all: &[Vec<u8>]| all.iter().map(|der| authority(der)).collect::<Result<Vec<_>, _>>();
        Ok(Verifier {
            origin: Origin::parse(&self.origin)?,
            anchors: authorities(&self.anchors)?,
            intermediates: authorities(&self.intermediates)?,
            policy: self.policy,
        })
    }
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
    if ![Id::RSA, Id::EC].contains(&certificate.public_key.id()) {
        return Err(BuildError::KeyType);
    }
    algorithm::check_strength(&certificate.public_key)?;
    Ok(certificate)
}

/// In the form in which the certificates' policies are told, without blanks and leading zeros.
fn is_object_identifier(text: &str) -> bool {
    text.parse::<Oid<'_>>().is_ok_and(|oid| oid.to_id_string() == text)
}
