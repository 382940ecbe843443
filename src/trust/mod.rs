//! Where browsers keep whom they trust on this system, and the three things done there with the
//! root of localhost: check, install, remove.
//!
//! A store is looked into for the certificate itself: its name alone proves nothing. Removing takes
//! away every root that this program made for this user, and nothing else.

mod firefox;
#[cfg(target_os = "linux")]
mod nss;
#[cfg(target_os = "linux")]
#[path = "linux.rs"]
mod system;
#[cfg(target_os = "macos")]
#[path = "macos.rs"]
mod system;
#[cfg(windows)]
#[path = "windows.rs"]
mod system;
#[cfg(unix)]
mod tool;
mod trouble;

use std::path::{Path, PathBuf};

pub use trouble::Trouble;

use crate::endpoint::identity::Root;
use crate::paths::UserFolders;

/// A place where trust is kept.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Store {
    /// Which browsers read it.
    pub browser: String,
    /// Its folder or file, or what the system calls it.
    pub place: PathBuf,
}

/// How a store stands to the root.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Standing {
    /// Its browsers trust the root.
    Trusted,
    /// They do not.
    Untrusted,
    /// So many roots of this program's were in it and are gone.
    Removed(usize),
}

/// What came of it in one store.
#[derive(Debug, Clone)]
pub struct Told {
    /// Which.
    pub store: Store,
    /// How it stands now, or why that is not known or not done.
    pub outcome: Result<Standing, Trouble>,
}

/// Looks into every store, and changes nothing.
#[must_use]
pub fn check(folders: &UserFolders, root: &Root) -> Vec<Told> {
    system::check(folders, root)
}

/// Has every store trust the root. Windows and macOS ask the person first.
#[must_use]
pub fn install(folders: &UserFolders, root: &Root) -> Vec<Told> {
    system::install(folders, root)
}

/// Takes every root of this program's out of every store.
#[must_use]
pub fn remove(folders: &UserFolders) -> Vec<Told> {
    system::remove(folders)
}

impl Store {
    fn new(browser: &str, place: &Path) -> Self {
        Self { browser: browser.into(), place: place.to_owned() }
    }

    fn tells(self, outcome: Result<Standing, Trouble>) -> Told {
        Told { store: self, outcome }
    }
}
