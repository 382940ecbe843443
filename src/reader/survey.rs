//! One look at every reader, for the command line.

use std::ffi::{CStr, CString};
use std::time::Duration;

use ankong_card::card::{self, NotOpened, Opened};
use ankong_card::moica::IssuerKeys;
use ankong_card::recording::{self, Recording};
use ankong_card::{CardError, Channel, Transport, TransportError};
use pcsc::{Context, Disposition, Error, ReaderState, Scope, State};

use super::pcsc::transact;

/// A reader and what is in it.
pub struct Found {
    /// The reader's name.
    pub reader: String,
    /// What the card said when it was switched on; empty without one.
    pub atr: Vec<u8>,
    /// Its card.
    pub slot: FoundSlot,
}

/// What is in a reader.
pub enum FoundSlot {
    /// Nothing.
    Empty,
    /// A card with its driver.
    Card {
        /// The card, and which drivers declined it.
        opened: Opened,
        /// PIN tries left, where the card tells without spending one.
        tries_left: Option<u8>,
    },
    /// A card that no driver took.
    Foreign(NotOpened),
    /// A card that could not be asked.
    Unreachable(TransportError),
}

/// A card in a reader that was not asked anything yet.
pub struct Inserted {
    reader: CString,
    atr: Vec<u8>,
}

/// What became of a card that was written down.
pub struct Recorded {
    /// What the drivers made of it.
    pub opened: Result<Opened, NotOpened>,
    /// The recording.
    pub recording: Recording,
}

/// Looks into every reader and reads every card. No PIN is sent.
///
/// # Errors
/// The smart-card service does not run.
pub fn survey(keys: &IssuerKeys) -> Result<Vec<Found>, TransportError> {
    let states = states()?;
    let found = states.iter().map(|state| Found {
        reader: name(state),
        atr: state.atr().to_vec(),
        slot: look(state, keys),
    });
    Ok(found.collect())
}

/// The cards that are in readers, and how many readers there are.
///
/// # Errors
/// The smart-card service does not run.
pub fn inserted() -> Result<(Vec<Inserted>, usize), TransportError> {
    let states = states()?;
    let full = states.iter().filter(|state| state.event_state().contains(State::PRESENT));
    let cards =
        full.map(|state| Inserted { reader: state.name().to_owned(), atr: state.atr().to_vec() });
    Ok((cards.collect(), states.len()))
}

impl Inserted {
    /// The reader's name.
    #[must_use]
    pub fn reader(&self) -> String {
        self.reader.to_string_lossy().into_owned()
    }

    /// Reads the card as the program does, and writes it down without its person. No PIN is sent.
    ///
    /// # Errors
    /// The card could not be had, or not to the end.
    pub fn record(&self) -> Result<Recorded, TransportError> {
        let mut recorded = Err(TransportError::ServiceStopped);
        with(&self.reader, &mut |transport| {
            let (opened, recording) = recording::record(transport, &self.atr);
            recorded = match opened {
                Err(NotOpened { error: CardError::Transport(error), .. }) => Err(error),
                Ok(_) | Err(_) => Ok(Recorded { opened, recording }),
            };
        })?;
        recorded
    }
}

fn states() -> Result<Vec<ReaderState>, TransportError> {
    let context = Context::establish(Scope::User).map_err(|_| TransportError::ServiceStopped)?;
    let names = match context.list_readers_owned() {
        Ok(names) => names,
        Err(Error::NoReadersAvailable) => Vec::new(),
        Err(_) => return Err(TransportError::ServiceStopped),
    };
    let mut states: Vec<ReaderState> =
        names.into_iter().map(|name| ReaderState::new(name, State::UNAWARE)).collect();
    match context.get_status_change(Duration::ZERO, &mut states) {
        Ok(()) | Err(Error::Timeout) => Ok(states),
        Err(_) => Err(TransportError::ServiceStopped),
    }
}

fn name(state: &ReaderState) -> String {
    state.name().to_string_lossy().into_owned()
}

fn look(state: &ReaderState, keys: &IssuerKeys) -> FoundSlot {
    if !state.event_state().contains(State::PRESENT) {
        return FoundSlot::Empty;
    }
    let mut slot = FoundSlot::Empty;
    let begun = with(state.name(), &mut |remote| {
        let channel = &mut Channel::new(remote);
        slot = match card::open(channel, state.atr(), keys) {
            Ok(opened) => {
                // A card that breaks off here was read all the same.
                let tries_left = opened.card.tries_left(channel).unwrap_or_default();
                FoundSlot::Card { opened, tries_left }
            }
            Err(declined) => FoundSlot::Foreign(declined),
        };
    });
    begun.map_or_else(FoundSlot::Unreachable, |()| slot)
}

fn with(reader: &CStr, work: &mut dyn FnMut(&mut dyn Transport)) -> Result<(), TransportError> {
    transact(reader, Disposition::LeaveCard, || {}, &mut |remote| work(remote))
}
