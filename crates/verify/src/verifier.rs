//! The checks of a token in their order.

use std::sync::Arc;

use time::OffsetDateTime;

use crate::{
    Origin, SubjectIdentity, Trust, VerifyError,
    certificate::Certificate,
    check::{algorithm, key_usage::Purpose, signature},
    token::UnverifiedToken,
};

/// Judges tokens for one web site. Made once, shared between threads.
pub struct Verifier {
    origin: Origin,
    trust: Arc<Trust>,
}

/// Somebody who has just signed in with a card. Only [`Verifier::verify`] makes one: no signed document
/// can stand in for it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Authenticated {
    subject: SubjectIdentity,
}

impl Authenticated {
    /// Who it is.
    #[must_use]
    pub fn subject(&self) -> &SubjectIdentity {
        &self.subject
    }
}

impl Verifier {
    /// For the site with this origin: its own, from its configuration, never one that came with a
    /// request.
    #[must_use]
    pub fn new(origin: Origin, trust: Arc<Trust>) -> Self {
        Self { origin, trust }
    }

    /// Judges a token (its JSON) that answers this challenge at this moment. Take the challenge
    /// out of the store first: a token can only be new if its challenge was.
    ///
    /// Where the card's authority answers OCSP, it is asked now, and this waits for it.
    ///
    /// # Errors
    /// The first check that fails, in this order: form, certificate, algorithm and key, chain
    /// and validity, key usage, policy, signature, subject, revocation.
    pub fn verify(
        &self,
        token: &[u8],
        challenge: &str,
        now: OffsetDateTime,
    ) -> Result<Authenticated, VerifyError> {
        let token = UnverifiedToken::parse(token)?;
        let certificate = Certificate::parse(&token.certificate)?;
        let key = &certificate.public_key;
        let algorithm = algorithm::check(&token.algorithm, key)?;
        let issuers = self.trust.path(&certificate, Purpose::Token, now)?;
        signature::check(&token.signature, algorithm, &self.origin, challenge, key)?;
        let subject = self.trust.subject(&certificate, &issuers, now)?;
        Ok(Authenticated { subject })
    }
}
