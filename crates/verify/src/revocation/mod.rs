//! Whether a certificate was revoked or suspended since it was issued (RFC 5280 §6.3, RFC 6960).
//!
//! Everything is kept by the authority's key, never by its name: the MOICA generations share one. No
//! answer is not "good": without a list or a response that holds now, a certificate is refused.
//!
//! The card's own certificate has to be covered. Those of the authorities are chosen by the operator, who
//! takes them out when they are revoked; where a list of the anchor is configured, it is asked as well.

mod cache;
mod error;
mod index;
mod issuer;
mod list;
mod ocsp;
mod read;
mod reason;
mod refresh;
mod source;

use std::sync::Arc;

use time::{Duration, OffsetDateTime};

pub use error::{Lasts, RevocationError};
pub use issuer::SourceError;
pub use list::RevocationList;
pub use ocsp::{OcspError, OcspSource};
pub use read::ListError;
pub use reason::RevocationReason;
pub use refresh::{RefreshError, Refreshed};
pub use source::CrlSource;

pub(crate) use issuer::Issuer;

use crate::certificate::{Certificate, KeyIdentifier};

/// How far the clocks of an authority and of this computer may differ.
pub(crate) const CLOCK_SKEW: Duration = Duration::minutes(5);

/// Who is asked about whose certificates.
pub(crate) struct Sources {
    pub(crate) lists: Vec<Arc<CrlSource>>,
    pub(crate) responders: Vec<OcspSource>,
}

impl Sources {
    pub(crate) fn is_empty(&self) -> bool {
        self.lists.is_empty() && self.responders.is_empty()
    }

    pub(crate) fn issuers(&self) -> impl Iterator<Item = &Issuer> {
        let lists = self.lists.iter().map(|source| source.issuer());
        lists.chain(self.responders.iter().map(OcspSource::issuer))
    }

    /// Asks about the card's certificate, and about its issuers' where somebody speaks for them.
    pub(crate) fn check(
        &self,
        certificate: &Certificate,
        issuers: &[&Certificate],
        now: OffsetDateTime,
    ) -> Result<(), RevocationError> {
        let mut below = certificate;
        for issuer in issuers {
            let of_the_card = std::ptr::eq(below, certificate);
            if !self.ask(below, issuer, now)? && of_the_card {
                let authority = issuer.extensions.subject_key.clone();
                return Err(RevocationError::NobodyToAsk {
                    authority: authority.unwrap_or(KeyIdentifier(Vec::new())),
                });
            }
            below = issuer;
        }
        Ok(())
    }

    /// False where nobody speaks for this issuer.
    fn ask(
        &self,
        certificate: &Certificate,
        issuer: &Certificate,
        now: OffsetDateTime,
    ) -> Result<bool, RevocationError> {
        if let Some(list) = self.lists.iter().find(|source| source.issuer().is(issuer)) {
            list.check(certificate, now)?;
        } else if let Some(responder) = self.responders.iter().find(|it| it.issuer().is(issuer)) {
            responder.check(certificate, now)?;
        } else {
            return Ok(false);
        }
        Ok(true)
    }
}
