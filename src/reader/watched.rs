//! What the smart-card service said of each reader last, and the wait for it to say something else.

use std::ffi::CString;
use std::thread;
use std::time::Duration;

use pcsc::{Context, Error, PNP_NOTIFICATION, ReaderState, State};

/// macOS' service announces no readers (and counts no events): it is asked for them so often.
const UNANNOUNCED: Duration = Duration::from_secs(1);
/// A reader can go between being listed and being waited for. Where that is so often in a row, perhaps it is
/// the name for announcements that is unknown; and whatever it is, it takes a while.
const STRANGERS: u32 = 3;
const WHILE: Duration = Duration::from_millis(50);

/// The states of the readers, and of the announcements where there are any.
pub(super) struct Watched {
    states: Vec<ReaderState>,
    announces: bool,
    strangers: u32,
}

impl Watched {
    /// No reader so far.
    pub(super) fn new() -> Self {
        Self { states: Vec::new(), announces: true, strangers: 0 }
    }

    /// Has each reader tell what it is, changed or not. Says whether it counts its cards: a service that
    /// announces nothing does not, and a card that took the place of another would pass for it.
    pub(super) fn forget(&mut self) -> bool {
        self.states.clear();
        self.announces
    }

    /// Keeps the states of readers that are still there, adds the new ones.
    pub(super) fn follow(&mut self, names: &[CString]) {
        let Self { states, announces, .. } = self;
        states.retain(|state| {
            (*announces && state.name() == PNP_NOTIFICATION())
                || names.iter().any(|name| name.as_c_str() == state.name())
        });
        if states.is_empty() && *announces {
            states.push(ReaderState::new(PNP_NOTIFICATION(), State::UNAWARE));
        }
        for name in names {
            if !states.iter().any(|state| state.name() == name.as_c_str()) {
                states.push(ReaderState::new(name.clone(), State::UNAWARE));
            }
        }
    }

    /// Waits until a reader says something new, or at most so long.
    ///
    /// # Errors
    /// The service's; [`Error::Timeout`] also when the readers are to be listed again.
    pub(super) fn wait(&mut self, context: &Context, longest: Duration) -> Result<(), Error> {
        let longest = if self.announces { longest } else { longest.min(UNANNOUNCED) };
        if self.states.is_empty() {
            thread::sleep(longest); // what a service makes of no reader at all differs
            return Err(Error::Timeout);
        }
        let waited = context.get_status_change(longest, &mut self.states);
        self.strangers = match waited {
            Err(Error::UnknownReader) => self.strangers + 1,
            _ => 0,
        };
        if self.strangers >= STRANGERS {
            let mut alone = [ReaderState::new(PNP_NOTIFICATION(), State::UNAWARE)];
            let known = context.get_status_change(Duration::ZERO, &mut alone);
            self.announces &= known != Err(Error::UnknownReader) && !alone.iter().any(is_unknown);
            thread::sleep(WHILE);
        } else if waited.is_ok() && self.states.iter().any(is_unknown) {
            self.announces = false;
        }
        waited
    }

    /// The readers, without what stands for announcements.
    pub(super) fn readers(&self) -> impl Iterator<Item = &ReaderState> {
        self.states.iter().filter(|state| state.name() != PNP_NOTIFICATION())
    }

    /// What was said last is known now.
    pub(super) fn all_known(&mut self) {
        self.states.iter_mut().for_each(ReaderState::sync_current_state);
    }
}

/// Whether this stands for announcements and the service knows no such thing.
fn is_unknown(state: &ReaderState) -> bool {
    state.name() == PNP_NOTIFICATION() && state.event_state().contains(State::UNKNOWN)
}
