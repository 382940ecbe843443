//! One look at every reader, for the command line.

use std::time::Duration;

use ankong_card::card::{self, NotOpened, Opened};
use ankong_card::moica::IssuerKeys;
use ankong_card::{Channel, TransportError};
use pcsc::{Context, Disposition, Error, ReaderState, Scope, State};

use super::pcsc::transact;

/// A reader and what is in it.
pub struct Found {
    /// The reader's name.
    pub reader: String,
    /// Its card.
    pub slot: FoundSlot,
}

/// What is in a reader.
pub enum FoundSlot {
    /// Nothing.
    Empty,
    /// A card with its driver.
    Card(Opened),
    /// A card that no driver took.
    Foreign(NotOpened),
    /// A card that could not be asked.
    Unreachable(TransportError),
}

/// Looks into every reader and reads every card. No PIN is sent.
///
/// # Errors
/// The smart-card service does not run.
pub fn survey(keys: &IssuerKeys) -> Result<Vec<Found>, TransportError> {
    let context = Context::establish(Scope::User).map_err(|_| TransportError::ServiceStopped)?;
    let names = match context.list_readers_owned() {
        Ok(names) => names,
        Err(Error::NoReadersAvailable) => Vec::new(),
        Err(_) => return Err(TransportError::ServiceStopped),
    };
    let mut states: Vec<ReaderState> =
        names.into_iter().map(|name| ReaderState::new(name, State::UNAWARE)).collect();
    match context.get_status_change(Duration::ZERO, &mut states) {
        Ok(()) | Err(Error::Timeout) => {}
        Err(_) => return Err(TransportError::ServiceStopped),
    }
    Ok(states.iter().map(|state| look(state, keys)).collect())
}

fn look(state: &ReaderState, keys: &IssuerKeys) -> Found {
    let reader = state.name().to_string_lossy().into_owned();
    if !state.event_state().contains(State::PRESENT) {
        return Found { reader, slot: FoundSlot::Empty };
    }
    let mut slot = FoundSlot::Empty;
    let begun = transact(state.name(), Disposition::LeaveCard, &mut |remote| {
        let channel = &mut Channel::new(remote);
        slot = match card::open(channel, state.atr(), keys) {
            Ok(opened) => FoundSlot::Card(opened),
            Err(declined) => FoundSlot::Foreign(declined),
        };
    });
    match begun {
        Ok(()) => Found { reader, slot },
        Err(error) => Found { reader, slot: FoundSlot::Unreachable(error) },
    }
}
