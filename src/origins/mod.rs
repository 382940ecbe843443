//! Which origins may call: the built-in list, the administrator's and the person's own; and those
//! that asked without being on any, for the person to look at.
//!
//! Refuses to know who shows them. What a person allows or takes back counts from that moment on.

mod asked;
mod file;

use std::path::{Path, PathBuf};
use std::sync::{Mutex, MutexGuard, PoisonError};

pub use crate::private_file::FileError;
use crate::private_file::set_aside;
use crate::session::origin::{Origin, OriginPattern};
use asked::Asked;

/// Allowed without asking anybody: the city and the government.
const BUILT_IN: [&str; 3] = ["https://id.taipei", "https://*.gov.taipei", "https://*.gov.tw"];

/// The lists.
pub struct Origins {
    built_in: Vec<OriginPattern>,
    administrator: Vec<OriginPattern>,
    /// Where the person's list is kept; `None` where the administrator forbids it.
    file: Option<PathBuf>,
    changing: Mutex<Changing>,
}

struct Changing {
    user: Result<Vec<Origin>, FileError>,
    asked: Asked,
}

/// What stands on the lists.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Listing {
    /// Patterns of the built-in list.
    pub built_in: Vec<String>,
    /// Patterns of the administrator's.
    pub administrator: Vec<String>,
    /// The person's own.
    pub user: Vec<Origin>,
    /// On no list, and have called; the newest first.
    pub asked: Vec<Origin>,
    /// Whether the person may have a list.
    pub user_may_allow: bool,
    /// Why the person's file does not count.
    pub damage: Option<String>,
}

/// Whether the person's list in this file does not count.
#[must_use]
pub fn is_damaged(file: &Path) -> bool {
    file::load(file).is_err()
}

/// Why an origin was not put on the person's list, or taken off it.
#[derive(Debug, thiserror::Error)]
pub enum NotChanged {
    /// `user-origins = false` in the administrator's file.
    #[error("the administrator does not let users allow origins")]
    Forbidden,
    /// The list is full.
    #[error("no more than {MAX_ORIGINS} origins can be allowed")]
    Full,
    /// The file does not count, or cannot be written.
    #[error(transparent)]
    File(#[from] FileError),
}

/// Origins a person can allow; more than anybody needs.
const MAX_ORIGINS: usize = 64;

impl Origins {
    /// The lists; the person's is read from `file`, unless the administrator forbids it (`None`). A
    /// file that does not count leaves that list empty.
    #[must_use]
    pub fn new(administrator: Vec<OriginPattern>, file: Option<PathBuf>) -> Self {
        let user = file.as_deref().map_or(Ok(Vec::new()), file::load);
        if let Err(error) = &user {
            tracing::error!(%error, "the user's list of origins does not count");
        }
        Self {
            built_in: BUILT_IN.iter().filter_map(|text| OriginPattern::parse(text).ok()).collect(),
            administrator,
            file,
            changing: Mutex::new(Changing { user, asked: Asked::default() }),
        }
    }

    /// Whether `origin` may call.
    #[must_use]
    pub fn allows(&self, origin: &Origin) -> bool {
        self.built_in.iter().chain(&self.administrator).any(|pattern| pattern.allows(origin))
            || self.changing().user.as_ref().is_ok_and(|list| list.contains(origin))
    }

    /// Remembers that an origin that may not call has called; tells whether that is news.
    pub fn asked(&self, origin: &Origin) -> bool {
        self.changing().asked.note(origin)
    }

    /// What stands on the lists now.
    #[must_use]
    pub fn listing(&self) -> Listing {
        let texts = |list: &[OriginPattern]| list.iter().map(ToString::to_string).collect();
        let changing = self.changing();
        Listing {
            built_in: texts(&self.built_in),
            administrator: texts(&self.administrator),
            user: changing.user.as_ref().cloned().unwrap_or_default(),
            asked: changing.asked.newest_first(),
            user_may_allow: self.file.is_some(),
            damage: changing.user.as_ref().err().map(ToString::to_string),
        }
    }

    /// Puts an origin on the person's list, for this moment and every later start.
    ///
    /// # Errors
    /// See [`NotChanged`]; then nothing has changed.
    pub fn allow(&self, origin: &Origin) -> Result<(), NotChanged> {
        self.change(|list| {
            if !list.contains(origin) {
                if list.len() >= MAX_ORIGINS {
                    return Err(NotChanged::Full);
                }
                list.push(origin.clone());
            }
            Ok(())
        })?;
        self.changing().asked.forget(origin);
        Ok(())
    }

    /// Takes an origin off the person's list.
    ///
    /// # Errors
    /// See [`NotChanged`]. It may not call any more, even where the file could not be written.
    pub fn revoke(&self, origin: &Origin) -> Result<(), NotChanged> {
        let outcome = self.change(|list| {
            list.retain(|listed| listed != origin);
            Ok(())
        });
        if let Ok(list) = &mut self.changing().user {
            list.retain(|listed| listed != origin);
        }
        outcome
    }

    /// Moves a file that does not count out of the way; the person's list is empty then.
    ///
    /// # Errors
    /// The file system refused, or the person may have no list.
    pub fn set_aside(&self) -> Result<(), NotChanged> {
        let file = self.file.as_deref().ok_or(NotChanged::Forbidden)?;
        let mut changing = self.changing();
        if changing.user.is_err() {
            set_aside(file)?;
            changing.user = Ok(Vec::new());
        }
        Ok(())
    }

    fn change(
        &self,
        change: impl FnOnce(&mut Vec<Origin>) -> Result<(), NotChanged>,
    ) -> Result<(), NotChanged> {
        let file = self.file.as_deref().ok_or(NotChanged::Forbidden)?;
        let mut changing = self.changing();
        // What is damaged is not written over: somebody may want to mend it.
        let mut list = changing.user.clone()?;
        change(&mut list)?;
        file::save(file, &list)?;
        changing.user = Ok(list);
        Ok(())
    }

    fn changing(&self) -> MutexGuard<'_, Changing> {
        self.changing.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

#[cfg(test)]
mod tests;
