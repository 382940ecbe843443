//! One list of one authority, read and believed.

use std::io::Read;

use time::{Duration, OffsetDateTime};

use super::{
    CLOCK_SKEW, Issuer, ListError, RevocationError, RevocationReason, SourceError,
    index::{Index, Serial, serial},
    read,
};
use crate::{KeyIdentifier, certificate::Certificate};

/// A complete list whose signature is its authority's.
pub struct RevocationList {
    pub(super) authority: KeyIdentifier,
    pub(super) number: Serial,
    pub(super) this_update: OffsetDateTime,
    pub(super) next_update: OffsetDateTime,
    /// Where it lies, if it covers those certificates only that name one of these places.
    pub(super) places: Option<Vec<String>>,
    pub(super) covers: Covers,
    pub(super) index: Index,
}

/// Which certificates of its authority a list is about (RFC 5280 §5.2.5).
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Covers {
    All,
    People,
    Authorities,
}

impl RevocationList {
    /// Reads a list (DER) from its first byte to its last, and checks its signature with the key of this
    /// authority (a certificate, DER). Memory: 28 bytes an entry, whatever comes.
    ///
    /// # Errors
    /// It is not a complete list of this authority; see [`ListError`].
    pub fn read(list: impl Read, authority: &[u8]) -> Result<Self, ListError> {
        Self::of(list, &Issuer::of_lists(authority)?)
    }

    pub(super) fn of(list: impl Read, issuer: &Issuer) -> Result<Self, ListError> {
        read::list(list, issuer)
    }

    /// How many certificates are on it.
    #[must_use]
    pub fn len(&self) -> usize {
        self.index.len()
    }

    /// Whether no certificate is on it.
    #[must_use]
    pub fn is_empty(&self) -> bool {
        self.index.len() == 0
    }

    /// When it was made.
    #[must_use]
    pub fn this_update(&self) -> OffsetDateTime {
        self.this_update
    }

    /// When the next one is due.
    #[must_use]
    pub fn next_update(&self) -> OffsetDateTime {
        self.next_update
    }

    /// Whether a certificate of its authority is in force, as far as this list holds now. `grace` is how
    /// much longer than it says.
    pub(super) fn check(
        &self,
        certificate: &Certificate,
        grace: Duration,
        now: OffsetDateTime,
    ) -> Result<(), RevocationError> {
        let authority = || self.authority.clone();
        let Self { this_update, next_update, .. } = *self;
        if now + CLOCK_SKEW < this_update {
            return Err(RevocationError::ListOfTheFuture { authority: authority(), this_update });
        }
        if now > next_update + grace {
            let authority = authority();
            return Err(RevocationError::StaleList { authority, next_update, cause: None });
        }
        if !self.is_about(certificate) {
            return Err(RevocationError::NotCovered { authority: authority() });
        }
        // A number that fits no entry's size cannot be looked up, so nothing is known of it.
        let serial = serial(&certificate.serial_number)
            .ok_or_else(|| RevocationError::NotCovered { authority: authority() })?;
        match self.index.find(&serial) {
            None => Ok(()),
            Some((since, RevocationReason::CERTIFICATE_HOLD)) => {
                Err(RevocationError::Suspended { since, until: next_update })
            }
            Some((since, reason)) => Err(RevocationError::Revoked { since, reason }),
        }
    }

    fn is_about(&self, certificate: &Certificate) -> bool {
        let kind = match self.covers {
            Covers::All => true,
            Covers::People => !certificate.extensions.is_ca,
            Covers::Authorities => certificate.extensions.is_ca,
        };
        let here = self.places.as_ref().is_none_or(|places| {
            certificate.extensions.distribution_points.iter().any(|place| places.contains(place))
        });
        kind && here
    }

    /// Whether `other` came out before this one: its number is smaller, or it is older (RFC 5280 §5.2.3).
    pub(super) fn is_newer_than(&self, other: &Self) -> bool {
        other.number < self.number || other.this_update < self.this_update
    }
}

impl From<SourceError> for ListError {
    fn from(error: SourceError) -> Self {
        Self::Authority(error)
    }
}
