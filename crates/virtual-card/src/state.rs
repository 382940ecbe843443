//! A card that keeps its PIN tries in a file, so that they outlive the program as a real card's
//! outlive the power. Knows nothing else of the card.

use std::fs;
use std::io;
use std::path::{Path, PathBuf};
use std::time::Duration;

use ankong_card::StatusWord;
use serde::Deserialize;

use crate::{Card, CardImage, Contact, file};

/// The file with the tries of one card.
#[derive(Clone, Debug)]
pub struct StateFile {
    path: PathBuf,
    card_number: String,
}

/// Why the tries cannot be kept.
#[derive(Debug, thiserror::Error)]
pub enum StateFileError {
    /// The file cannot be read or written; name another one.
    #[error("the state file {} cannot be used", path.display())]
    Io {
        /// The file.
        path: PathBuf,
        /// What the system said.
        #[source]
        source: io::Error,
    },
    /// The file is none of ours; name another one.
    #[error("the file {} is no state of a card: {reason}", path.display())]
    Damaged {
        /// The file.
        path: PathBuf,
        /// What does not fit.
        reason: String,
    },
    /// The file belongs to another card; remove it, or name another one.
    #[error("the state file {} belongs to the card {found}", path.display())]
    AnotherCard {
        /// The file.
        path: PathBuf,
        /// The number of the card it belongs to.
        found: String,
    },
}

#[derive(Deserialize)]
#[serde(rename_all = "kebab-case", deny_unknown_fields)]
struct State {
    card_number: String,
    tries: u8,
}

impl StateFile {
    /// The state of the card of this image, in this file, which need not be there.
    #[must_use]
    pub fn new(path: &Path, image: &CardImage) -> Self {
        Self { path: path.to_owned(), card_number: image.card_number.clone() }
    }

    /// Where it lies if nobody says otherwise: `card.toml` has its state in `card.state`.
    #[must_use]
    pub fn beside(image: &Path) -> PathBuf {
        image.with_extension("state")
    }

    /// The tries left; `None` while the file has not been written.
    ///
    /// # Errors
    /// The file cannot be read, or is not of this card.
    pub fn tries(&self) -> Result<Option<u8>, StateFileError> {
        let text = match fs::read_to_string(&self.path) {
            Ok(text) => text,
            Err(error) if error.kind() == io::ErrorKind::NotFound => return Ok(None),
            Err(source) => return Err(self.io(source)),
        };
        let state: State = toml::from_str(&text).map_err(|error| StateFileError::Damaged {
            path: self.path.clone(),
            reason: error.message().to_owned(),
        })?;
        if state.card_number == self.card_number {
            Ok(Some(state.tries))
        } else {
            Err(StateFileError::AnotherCard { path: self.path.clone(), found: state.card_number })
        }
    }

    /// Writes the tries left, whole or not at all.
    ///
    /// # Errors
    /// The file cannot be written.
    pub fn write(&self, tries: u8) -> Result<(), StateFileError> {
        let text = format!("card-number = {:?}\ntries = {tries}\n", self.card_number);
        file::replace_private(&self.path, text.as_bytes()).map_err(|source| self.io(source))
    }

    fn io(&self, source: io::Error) -> StateFileError {
        StateFileError::Io { path: self.path.clone(), source }
    }
}

/// A card with its state file. A change is in the file before the answer is out, so whoever has
/// seen an answer cannot have the try back by ending the program.
pub struct Kept<C> {
    card: C,
    file: StateFile,
    written: Option<u8>,
}

impl<C: Card> Kept<C> {
    /// Wraps a card, and writes its tries when the file says otherwise or is not there.
    ///
    /// # Errors
    /// The file cannot be read or written, or is not of this card.
    pub fn new(card: C, file: StateFile) -> Result<Self, StateFileError> {
        let written = file.tries()?;
        let mut kept = Self { card, file, written };
        kept.keep()?;
        Ok(kept)
    }

    fn keep(&mut self) -> Result<(), StateFileError> {
        let tries = self.card.tries_left();
        if let Some(changed) = tries.filter(|_| tries != self.written) {
            self.file.write(changed)?;
            self.written = tries;
        }
        Ok(())
    }
}

impl<C: Card> Card for Kept<C> {
    fn atr(&self) -> &[u8] {
        self.card.atr()
    }

    fn reset(&mut self) {
        self.card.reset();
    }

    /// A state that cannot be kept is a memory failure, and nothing stays verified.
    fn answer(&mut self, apdu: &[u8]) -> Option<Vec<u8>> {
        let answer = self.card.answer(apdu);
        if self.keep().is_ok() {
            return answer;
        }
        self.card.reset();
        Some(MEMORY_FAILURE.0.to_be_bytes().to_vec())
    }

    fn contact(&self) -> Contact {
        self.card.contact()
    }

    fn delay(&self) -> Duration {
        self.card.delay()
    }

    fn tries_left(&self) -> Option<u8> {
        self.card.tries_left()
    }
}

/// ISO/IEC 7816-4:2020 table 7.
const MEMORY_FAILURE: StatusWord = StatusWord(0x6581);
