//! What the person has set: a small file in TOML, `settings.toml` beside their list of sites.
//!
//! A file that is not understood as a whole does not count: the program runs as if nothing were
//! set, says so, and does not write over it.

use std::path::{Path, PathBuf};
use std::sync::{Mutex, MutexGuard, PoisonError};

use serde::{Deserialize, Serialize};

use crate::private_file::{FileError, read, replace, set_aside};

/// Larger than all settings together.
const MAX_FILE: u64 = 4 * 1024;

/// What can be set.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default, deny_unknown_fields, rename_all = "kebab-case")]
pub struct Values {
    /// Which language the program speaks.
    pub language: Tongue,
    /// Whether the last requests are not remembered.
    pub forget_requests: bool,
    /// Whether the person has been through the first run.
    pub first_run_done: bool,
    /// Whether the start at login was switched on once; afterwards it is the person's matter.
    pub autostart_offered: bool,
}

/// Which language the program speaks.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Serialize, Deserialize)]
pub enum Tongue {
    /// That of the system.
    #[default]
    #[serde(rename = "system")]
    System,
    /// 正體中文（臺灣）.
    #[serde(rename = "zh-TW")]
    Chinese,
    /// English.
    #[serde(rename = "en")]
    English,
}

/// The settings, and the file they are kept in.
pub struct Settings {
    file: PathBuf,
    values: Mutex<Result<Values, FileError>>,
}

impl Settings {
    /// Reads the file; without one, nothing is set.
    #[must_use]
    pub fn load(file: PathBuf) -> Self {
        let values = load(&file);
        if let Err(error) = &values {
            tracing::error!(%error, "the settings do not count");
        }
        Self { file, values: Mutex::new(values) }
    }

    /// What is set now.
    #[must_use]
    pub fn values(&self) -> Values {
        self.locked().as_ref().copied().unwrap_or_default()
    }

    /// Whether the file does not count.
    #[must_use]
    pub fn is_damaged(&self) -> bool {
        self.locked().is_err()
    }

    /// Sets something, for now and every later start.
    ///
    /// # Errors
    /// The file does not count or cannot be written; then nothing has changed.
    pub fn change(&self, change: impl FnOnce(&mut Values)) -> Result<(), FileError> {
        let mut kept = self.locked();
        let mut values = kept.clone()?;
        change(&mut values);
        let text = toml::to_string(&values).map_err(|error| FileError::new(&self.file, &error))?;
        replace(&self.file, &text)?;
        *kept = Ok(values);
        Ok(())
    }

    /// Moves a file that does not count out of the way; nothing is set then.
    ///
    /// # Errors
    /// The file system refused.
    pub fn set_aside(&self) -> Result<(), FileError> {
        let mut kept = self.locked();
        if kept.is_err() {
            set_aside(&self.file)?;
            *kept = Ok(Values::default());
        }
        Ok(())
    }

    fn locked(&self) -> MutexGuard<'_, Result<Values, FileError>> {
        self.values.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

/// What a file says, for whoever only looks.
///
/// # Errors
/// It does not count.
pub fn load(file: &Path) -> Result<Values, FileError> {
    let Some(text) = read(file, MAX_FILE)? else { return Ok(Values::default()) };
    toml::from_str(&text).map_err(|error| FileError::new(file, &error))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn folder() -> tempfile::TempDir {
        tempfile::tempdir().unwrap()
    }

    #[test]
    fn what_was_set_is_there_at_the_next_start() {
        let folder = folder();
        let file = folder.path().join("below/settings.toml");
        let settings = Settings::load(file.clone());
        assert_eq!(settings.values(), Values::default());
        settings.change(|values| values.language = Tongue::English).unwrap();
        settings.change(|values| values.first_run_done = true).unwrap();
        let again = Settings::load(file).values();
        assert_eq!((again.language, again.first_run_done), (Tongue::English, true));
    }

    #[test]
    fn a_file_that_is_not_understood_counts_for_nothing_and_stays() {
        let folder = folder();
        let file = folder.path().join("settings.toml");
        for (number, text) in (1..).zip(["language = \"de\"", "colour = 1", "language"]) {
            replace(&file, text).unwrap();
            let settings = Settings::load(file.clone());
            assert!(settings.is_damaged(), "{text}");
            assert_eq!(settings.values(), Values::default());
            assert!(settings.change(|values| values.first_run_done = true).is_err());
            assert_eq!(std::fs::read_to_string(&file).unwrap(), text);
            settings.set_aside().unwrap();
            assert!(!settings.is_damaged() && !file.exists());
            settings.change(|values| values.first_run_done = true).unwrap();
            let aside = file.with_extension(format!("damaged-{number}"));
            assert_eq!(std::fs::read_to_string(aside).unwrap(), text);
        }
    }
}
