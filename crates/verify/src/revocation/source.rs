//! The list of one authority as it stands: read, looked up, and exchanged for a newer one.

use std::{
    path::{Path, PathBuf},
    sync::{Arc, Mutex, MutexGuard, PoisonError, RwLock},
    time::SystemTime,
};

use time::{Duration, OffsetDateTime};

use super::{Issuer, RevocationError, RevocationList, SourceError};
use crate::{KeyIdentifier, certificate::Certificate};

/// Where an authority's complete list comes from, and the one that holds now.
///
/// Nothing is read before the first [`refresh`](Self::refresh), and until then every certificate of the
/// authority is refused. Refresh at the start and every few minutes: that costs one conditional request,
/// or a look at the file's date.
pub struct CrlSource {
    pub(super) issuer: Issuer,
    pub(super) place: Place,
    grace: Duration,
    /// A list is exchanged whole, so whoever looks something up never waits for one being read.
    list: RwLock<Option<Arc<RevocationList>>>,
    /// What refreshing has to remember. Held while a list is fetched, so two do not at once.
    pub(super) last: Mutex<Last>,
    fault: RwLock<Option<String>>,
}

pub(super) enum Place {
    File(PathBuf),
    Url { url: String, cache: PathBuf },
}

/// What was there at the last refresh.
#[derive(Default)]
pub(super) struct Last {
    /// Date and length of the file that was read.
    pub(super) seen: Option<(SystemTime, u64)>,
}

impl CrlSource {
    /// The list lies in this file (DER), where something else keeps it new.
    ///
    /// # Errors
    /// The certificate (DER) is not one of an authority that signs lists.
    pub fn file(authority: &[u8], path: &Path) -> Result<Self, SourceError> {
        Self::new(authority, Place::File(path.to_owned()))
    }

    /// The list lies at this address; a copy is kept in the folder `cache`, for the next start.
    ///
    /// # Errors
    /// The certificate (DER) is not one of an authority that signs lists.
    pub fn url(authority: &[u8], url: &str, cache: &Path) -> Result<Self, SourceError> {
        Self::new(authority, Place::Url { url: url.to_owned(), cache: cache.to_owned() })
    }

    fn new(authority: &[u8], place: Place) -> Result<Self, SourceError> {
        Ok(Self {
            issuer: Issuer::of_lists(authority)?,
            place,
            grace: Duration::ZERO,
            list: RwLock::default(),
            last: Mutex::default(),
            fault: RwLock::default(),
        })
    }

    /// How much longer than it says a list holds, where no newer one can be had. None if left out.
    #[must_use]
    pub fn with_grace(mut self, grace: Duration) -> Self {
        self.grace = grace.max(Duration::ZERO);
        self
    }

    /// The authority's key.
    #[must_use]
    pub fn authority(&self) -> &KeyIdentifier {
        &self.issuer.key_identifier
    }

    /// The list that was read last, whether it still holds or not.
    #[must_use]
    pub fn list(&self) -> Option<Arc<RevocationList>> {
        self.list.read().unwrap_or_else(PoisonError::into_inner).clone()
    }

    pub(crate) fn issuer(&self) -> &Issuer {
        &self.issuer
    }

    /// Whether this certificate of the authority is in force.
    pub(crate) fn check(
        &self,
        certificate: &Certificate,
        now: OffsetDateTime,
    ) -> Result<(), RevocationError> {
        let Some(list) = self.list() else {
            let (authority, cause) = (self.authority().clone(), self.fault());
            return Err(RevocationError::NoList { authority, cause });
        };
        list.check(certificate, self.grace, now).map_err(|error| match error {
            RevocationError::StaleList { authority, next_update, cause: _ } => {
                RevocationError::StaleList { authority, next_update, cause: self.fault() }
            }
            other => other,
        })
    }

    pub(super) fn replace(&self, list: RevocationList) {
        *self.list.write().unwrap_or_else(PoisonError::into_inner) = Some(Arc::new(list));
    }

    pub(super) fn note(&self, fault: Option<String>) {
        *self.fault.write().unwrap_or_else(PoisonError::into_inner) = fault;
    }

    pub(super) fn last(&self) -> MutexGuard<'_, Last> {
        self.last.lock().unwrap_or_else(PoisonError::into_inner)
    }

    fn fault(&self) -> Option<String> {
        self.fault.read().unwrap_or_else(PoisonError::into_inner).clone()
    }
}
