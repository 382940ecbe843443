//! How a list comes anew: from its file when that has changed, or by a conditional request.
//!
//! Whatever goes wrong, the list that was there stays, for as long as it holds by itself.

use std::{error::Error, fs::File, io, path::Path};

use super::{
    CrlSource, ListError, RevocationList,
    cache::Cache,
    read::MAX_LIST,
    source::{Last, Place},
};
use crate::{Fetch, FetchError, Get, Got, Validators};

/// What came of a refresh.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Refreshed {
    /// The list is the one that was there.
    Unchanged,
    /// A newer list is in its place.
    New {
        /// How many certificates are on it.
        entries: usize,
    },
}

/// Why a list could not be refreshed.
#[derive(Debug, thiserror::Error)]
pub enum RefreshError {
    /// It could not be had.
    #[error("the list could not be fetched")]
    Fetch(#[from] FetchError),
    /// A file cannot be used: the list's own, or one of the cache.
    #[error("a file of the list cannot be used")]
    Io(#[from] io::Error),
    /// What came is not believed.
    #[error("the list is not believed")]
    List(#[from] ListError),
    /// What came is older than what is there: somebody holds back the newer ones.
    #[error("the list is older than the one that is there")]
    Older,
}

impl RefreshError {
    /// The stable code of this error; see the crate's `tests/data/README.md`.
    #[must_use]
    pub fn code(&self) -> &'static str {
        match self {
            Self::Fetch(_) => "list-not-fetched",
            Self::Io(_) => "list-unreadable",
            Self::List(error) => error.code(),
            Self::Older => "older-list",
        }
    }
}

impl CrlSource {
    /// Brings the list up to date. Blocks its thread for as long as `fetch` does.
    ///
    /// # Errors
    /// See [`RefreshError`]; the list that was there stays.
    pub fn refresh(&self, fetch: &dyn Fetch) -> Result<Refreshed, RefreshError> {
        let mut last = self.last();
        let done = match &self.place {
            Place::File(path) => self.read_file(path, &mut last),
            Place::Url { url, cache } => self.fetch(url, cache, fetch),
        };
        self.note(done.as_ref().err().map(causes));
        done
    }

    fn read_file(&self, path: &Path, last: &mut Last) -> Result<Refreshed, RefreshError> {
        let file = File::open(path)?;
        let metadata = file.metadata()?;
        let seen = (metadata.modified()?, metadata.len());
        if last.seen == Some(seen) {
            return Ok(Refreshed::Unchanged);
        }
        let refreshed = self.take(RevocationList::of(file, &self.issuer)?)?;
        last.seen = Some(seen);
        Ok(refreshed)
    }

    fn fetch(
        &self,
        url: &str,
        folder: &Path,
        fetch: &dyn Fetch,
    ) -> Result<Refreshed, RefreshError> {
        let cache = Cache::open(folder, self.authority())?;
        let mut kept = Ok(Refreshed::Unchanged);
        if self.list().is_none() {
            kept = self.read_kept(&cache);
        }
        // Without a list that is believed, none is known.
        let known = match self.list() {
            Some(_) => cache.validators(),
            None => Validators::default(),
        };
        let mut coming = cache.begin()?;
        let got = fetch.get(&Get { url, known: &known, limit: MAX_LIST }, &mut coming);
        drop(coming);
        match got {
            Ok(Got::NotModified) => {
                cache.drop_coming();
                kept
            }
            Ok(Got::New(validators)) => {
                let taken = self.take_coming(&cache);
                match &taken {
                    Ok(_) => cache.keep(&validators)?,
                    Err(_) => cache.drop_coming(),
                }
                taken
            }
            Err(error) => {
                cache.drop_coming();
                Err(error.into())
            }
        }
    }

    fn read_kept(&self, cache: &Cache) -> Result<Refreshed, RefreshError> {
        match cache.list()? {
            Some(file) => self.take(RevocationList::of(file, &self.issuer)?),
            None => Ok(Refreshed::Unchanged),
        }
    }

    fn take_coming(&self, cache: &Cache) -> Result<Refreshed, RefreshError> {
        self.take(RevocationList::of(cache.coming()?, &self.issuer)?)
    }

    fn take(&self, list: RevocationList) -> Result<Refreshed, RefreshError> {
        if self.list().is_some_and(|there| there.is_newer_than(&list)) {
            return Err(RefreshError::Older);
        }
        let entries = list.len();
        self.replace(list);
        Ok(Refreshed::New { entries })
    }
}

/// An error and what caused it, for one line of a log.
fn causes(error: &RefreshError) -> String {
    let mut text = error.to_string();
    let mut cause = error.source();
    while let Some(error) = cause {
        text = format!("{text}: {error}");
        cause = error.source();
    }
    text
}
