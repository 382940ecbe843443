//! Who says whether the national ID a person typed is the cardholder's.
//!
//! A card proves the last four. The rest only a register knows, and how the official one is asked is
//! not public: so there is the trait [`IdCheck`] of `ankong-verify`, and a simulator for trying what a
//! site does with the answer.

use std::{
    collections::HashSet,
    error::Error,
    fs, io,
    path::{Path, PathBuf},
    sync::Arc,
};

use ankong_verify::{IdCheck, NationalId, SubjectIdentity};
use serde::Deserialize;

use crate::key_file::is_open_to_others;

/// Whom the portal asks; nobody where it is left out.
#[derive(Debug, Clone, Default, Deserialize)]
#[serde(deny_unknown_fields, rename_all = "kebab-case")]
pub struct IdCheckConfig {
    /// A file in place of a register, for trying things out: one pair a line of the serial number in a
    /// card's subject and the national ID of its holder. Lines that begin with `#` are left out.
    #[serde(default)]
    pub simulator: Option<PathBuf>,
}

/// Why the simulator has no answers.
#[derive(Debug, thiserror::Error)]
pub enum SimulatorError {
    /// The file cannot be read.
    #[error("the file {path} of the simulated identity check cannot be read")]
    Access {
        /// Which file.
        path: PathBuf,
        /// Why.
        source: io::Error,
    },
    /// It holds whole national IDs.
    #[error("the file {path} may be read by others; run chmod 600 on it")]
    OpenToOthers {
        /// Which file.
        path: PathBuf,
    },
    /// A line is not a pair.
    #[error("line {line} of {path} is not a serial number and a national ID")]
    Line {
        /// Which file.
        path: PathBuf,
        /// Counted from 1.
        line: usize,
    },
}

/// Somebody who can be asked, from any thread.
pub(crate) type Register = Arc<dyn IdCheck + Send + Sync>;

impl IdCheckConfig {
    pub(crate) fn resolve(&mut self, folder: &Path) {
        if let Some(file) = &mut self.simulator {
            *file = folder.join(&file);
        }
    }

    /// Whom to ask, where there is somebody.
    pub(crate) fn open(&self) -> Result<Option<Register>, SimulatorError> {
        let Some(file) = &self.simulator else {
            return Ok(None);
        };
        tracing::warn!(file = %file.display(), "national IDs are checked against a simulator");
        let simulator = Simulator { file: file.clone() };
        simulator.pairs()?;
        Ok(Some(Arc::new(simulator)))
    }
}

/// A register that is a file. It is read for every question, so that it can be changed, and taken away,
/// while the portal runs.
struct Simulator {
    file: PathBuf,
}

impl Simulator {
    fn pairs(&self) -> Result<HashSet<(String, String)>, SimulatorError> {
        let path = &self.file;
        let access = |source| SimulatorError::Access { path: path.clone(), source };
        let text = fs::read_to_string(path).map_err(access)?;
        if is_open_to_others(path).map_err(access)? {
            return Err(SimulatorError::OpenToOthers { path: path.clone() });
        }
        let lines = text.lines().map(str::trim).zip(1..);
        let lines = lines.filter(|(line, _)| !line.is_empty() && !line.starts_with('#'));
        lines
            .map(|(text, line)| {
                pair(text).ok_or_else(|| SimulatorError::Line { path: path.clone(), line })
            })
            .collect()
    }
}

impl IdCheck for Simulator {
    fn belongs(
        &self,
        subject: &SubjectIdentity,
        claimed: &NationalId,
    ) -> Result<bool, Box<dyn Error + Send + Sync>> {
        let asked = (subject.serial_number.clone(), claimed.expose().to_owned());
        Ok(self.pairs()?.contains(&asked))
    }
}

fn pair(line: &str) -> Option<(String, String)> {
    let (serial_number, id) = line.split_once(char::is_whitespace)?;
    let id = NationalId::parse(id).ok()?;
    Some((serial_number.to_owned(), id.expose().to_owned()))
}
