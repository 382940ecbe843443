//! Watches the readers, woken by events alone, and reads each card once when it arrives.
//!
//! Survives the smart-card service: after its death everything on a context fails for ever, so the
//! context is dropped and established again.

use std::ffi::{CStr, CString};
use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::{Arc, Condvar, Mutex, MutexGuard, PoisonError, Weak};
use std::thread;
use std::time::{Duration, Instant};

use ankong_card::card;
use ankong_card::moica::IssuerKeys;
use ankong_card::{CardError, Channel, TransportError};
use pcsc::{Context, Disposition, Error, ReaderState, Scope, State};

use super::Slot;
use super::native::Native;
use super::pcsc::transact;
use super::watched::Watched;
use crate::session::Refusal;
use crate::session::cards::{CardInUse, Cards, Inserted};

/// Longest wait for an event. A reader plugged in between listing and waiting makes none, so this
/// is the longest it stays unseen; shorter would wake an idle machine for nothing.
const WAIT: Duration = Duration::from_secs(120);
/// Between looks at a card that another program keeps, growing. pcsclite reports that one lets go
/// of a card it had exclusively, and the end of a transaction is seen by whoever waits for it; this
/// is for the service that tells neither, and for an event lost between two waits.
const SHORTEST_LOOK: Duration = Duration::from_secs(1);
const LONGEST_LOOK: Duration = Duration::from_secs(60);
const A_LITTLE: Duration = Duration::from_millis(100);
/// Pauses between tries to reach a service that does not run, growing.
const SHORTEST_PAUSE: Duration = Duration::from_millis(250);
const LONGEST_PAUSE: Duration = Duration::from_secs(4);

/// How often, and how long after each other, the watching thread is woken until it hears.
const WAKING_TRIES: u32 = 20;
const WAKING_PAUSE: Duration = Duration::from_millis(50);

/// The readers of this computer.
pub struct Monitor {
    shared: Arc<Shared>,
}

struct Shared {
    /// For the threads that wait for a card.
    this: Weak<Self>,
    keys: IssuerKeys,
    pin_pads: bool,
    changed: Box<dyn Fn() + Send + Sync>,
    view: Mutex<View>,
    stopping: AtomicBool,
    /// Whether everything is to be looked at once, event or not.
    again: AtomicBool,
    stopped: Condvar,
}

/// What was seen last.
#[derive(Default)]
struct View {
    service: bool,
    readers: Vec<Reader>,
    insertions: u64,
    /// To wake the waiting thread when the program ends.
    context: Option<Context>,
}

struct Reader {
    name: CString,
    slot: Slot,
    /// What the service counted when the slot was filled, to know the same card by.
    event_count: u32,
    insertion: u64,
    /// Whoever still waits for the card to be let go.
    waiting: Weak<()>,
}

impl Monitor {
    /// Starts watching. `changed` is called after each change of [`Cards::inserted`]; without
    /// `pin_pads`, the keys of readers that have them are left alone.
    ///
    /// # Errors
    /// No thread can be started.
    pub fn start(
        keys: IssuerKeys,
        pin_pads: bool,
        changed: impl Fn() + Send + Sync + 'static,
    ) -> std::io::Result<Self> {
        let shared = Arc::new_cyclic(|this| Shared {
            this: this.clone(),
            keys,
            pin_pads,
            changed: Box::new(changed),
            view: Mutex::default(),
            stopping: AtomicBool::new(false),
            again: AtomicBool::new(false),
            stopped: Condvar::new(),
        });
        let watching = Arc::clone(&shared);
        thread::Builder::new().name("readers".into()).spawn(move || watching.watch())?;
        Ok(Self { shared })
    }
}

impl Drop for Monitor {
    fn drop(&mut self) {
        self.shared.stopping.store(true, Ordering::Relaxed);
        self.shared.stopped.notify_all();
        self.shared.wake();
    }
}

impl Cards for Monitor {
    fn inserted(&self) -> Result<Inserted, Refusal> {
        self.all()?.into_iter().next().ok_or(Refusal::NoCard)
    }

    fn all(&self) -> Result<Vec<Inserted>, Refusal> {
        let view = self.shared.view();
        if !view.service {
            return Err(Refusal::NoService);
        }
        if view.readers.is_empty() {
            return Err(Refusal::NoReader);
        }
        let (mut cards, mut reason) = (Vec::new(), Refusal::NoCard);
        for reader in &view.readers {
            match reader.slot.card() {
                Ok(card) => cards.push(card.inserted(reader.insertion)),
                Err(Refusal::NoCard) => {} // another reader may have something to say
                Err(refusal) => reason = refusal,
            }
        }
        if cards.is_empty() { Err(reason) } else { Ok(cards) }
    }

    fn insertions(&self) -> u64 {
        self.shared.view().insertions
    }

    /// The wait for an event ends, and so does the pause before the next try to reach the service.
    fn look_again(&self) {
        self.shared.again.store(true, Ordering::Relaxed);
        // A cancel that comes just before a wait is lost.
        for _ in 0..WAKING_TRIES {
            self.shared.stopped.notify_all();
            self.shared.wake();
            thread::sleep(WAKING_PAUSE);
            if !self.shared.again.load(Ordering::Relaxed) {
                return;
            }
        }
    }

    fn transact(
        &self,
        inserted: &Inserted,
        work: &mut dyn FnMut(&mut dyn CardInUse),
    ) -> Result<(), CardError> {
        let view = self.shared.view();
        let found = view.readers.iter().find_map(|reader| match &reader.slot {
            Slot::Ready(card) if reader.insertion == inserted.insertion => {
                Some((reader.name.clone(), card.clone()))
            }
            _ => None,
        });
        drop(view);
        let (name, card) = found.ok_or(TransportError::Removed)?;
        transact(&name, Disposition::ResetCard, || {}, &mut |remote| work(&mut card.on(remote)))?;
        Ok(())
    }

    /// A card that no driver takes was never handed out from here: its reader is not known, so all
    /// such cards are reset.
    fn reset(&self, inserted: &Inserted) {
        let used = |reader: &&Reader| match reader.slot {
            Slot::Ready(_) => reader.insertion == inserted.insertion,
            Slot::Unsupported => true,
            Slot::Empty | Slot::Unread => false,
        };
        let names: Vec<CString> = self
            .shared
            .view()
            .readers
            .iter()
            .filter(used)
            .map(|reader| reader.name.clone())
            .collect();
        for name in names {
            let _ = transact(&name, Disposition::ResetCard, || {}, &mut |_| {}); // gone: needs no reset
        }
    }
}

impl Shared {
    fn view(&self) -> MutexGuard<'_, View> {
        self.view.lock().unwrap_or_else(PoisonError::into_inner)
    }

    fn watch(&self) {
        let mut pause = SHORTEST_PAUSE;
        while !self.stopping.load(Ordering::Relaxed) {
            if self.again.swap(false, Ordering::Relaxed) {
                pause = SHORTEST_PAUSE;
            }
            if let Ok(context) = Context::establish(Scope::User) {
                pause = SHORTEST_PAUSE;
                let error = self.watch_with(context);
                tracing::info!(%error, "the smart-card service stopped answering");
            }
            self.update(|view| *view = View { insertions: view.insertions, ..View::default() });
            let view = self.view();
            let _ = self.stopped.wait_timeout(view, pause);
            pause = (pause * 2).min(LONGEST_PAUSE);
        }
    }

    /// Watches until the context is of no more use; returns why.
    fn watch_with(&self, context: Context) -> Error {
        self.view().context = Some(context.clone());
        let mut watched = Watched::new();
        let (mut look, mut looked) = (SHORTEST_LOOK, Instant::now());
        loop {
            if self.stopping.load(Ordering::Relaxed) {
                return Error::Cancelled;
            }
            if self.again.swap(false, Ordering::Relaxed) && !watched.forget() {
                self.update(|view| view.readers.clear());
            }
            let names = match context.list_readers_owned() {
                Ok(names) => names,
                // Windows says so when the last reader goes, and stops the service too.
                Err(Error::NoReadersAvailable) => Vec::new(),
                Err(error) => return error,
            };
            watched.follow(&names);
            self.are_there(&names);
            let held = self.is_a_card_held();
            if !held {
                (look, looked) = (SHORTEST_LOOK, Instant::now());
            }
            match watched.wait(&context, if held { look } else { WAIT }) {
                Ok(()) => {}
                // Where readers are asked for in between, it is not time yet; and clocks differ a little.
                Err(Error::Timeout) if looked.elapsed() + A_LITTLE < look => continue,
                Err(Error::Timeout) => {
                    watched.readers().for_each(|state| self.look_again_at(state));
                    (look, looked) = ((look * 2).min(LONGEST_LOOK), Instant::now());
                    continue;
                }
                // Whoever waited for a card has had it, too late, and woke this thread.
                Err(Error::Cancelled) if !self.stopping.load(Ordering::Relaxed) => {
                    watched.readers().for_each(|state| self.look_again_at(state));
                    continue;
                }
                Err(Error::UnknownReader) => continue,
                Err(error) => return error,
            }
            for state in watched.readers() {
                // The cancel at the end is lost when it comes just before the wait.
                if self.stopping.load(Ordering::Relaxed) {
                    return Error::Cancelled;
                }
                self.look_at(state);
            }
            watched.all_known();
        }
    }

    /// The service runs, and has these readers.
    fn are_there(&self, names: &[CString]) {
        let is_there = |reader: &Reader| names.contains(&reader.name);
        let view = self.view();
        let new = !view.service || !view.readers.iter().all(is_there);
        drop(view);
        if new {
            self.update(|view| {
                view.service = true;
                view.readers.retain(is_there);
            });
        }
    }

    /// Takes over what one reader reports; reads the card if it is a new one.
    fn look_at(&self, state: &ReaderState) {
        let event = state.event_state();
        let event_count = state.event_count();
        let name = state.name();
        let slot = if !event.contains(State::PRESENT) {
            Slot::Empty
        } else if event.contains(State::MUTE) {
            Slot::Unsupported
        } else if self.is_known(name, event_count) || self.is_waited_for(name, event_count) {
            return;
        } else {
            return self.read(name, state.atr(), event_count);
        };
        self.fill(name, slot, event_count, Weak::new());
    }

    /// Reads a card that another program kept before, unless the last attempt still waits for it.
    fn look_again_at(&self, state: &ReaderState) {
        let unread = self.view().readers.iter().find_map(|reader| {
            let again = reader.name.as_c_str() == state.name()
                && matches!(reader.slot, Slot::Unread)
                && reader.waiting.strong_count() == 0;
            again.then_some(reader.event_count)
        });
        if let Some(event_count) = unread {
            self.read(state.name(), state.atr(), event_count);
        }
    }

    fn is_a_card_held(&self) -> bool {
        self.view().readers.iter().any(|reader| matches!(reader.slot, Slot::Unread))
    }

    /// Whether the last attempt to read this very card still waits for it.
    fn is_waited_for(&self, name: &CStr, count: u32) -> bool {
        self.view().readers.iter().any(|reader| {
            reader.name.as_c_str() == name
                && reader.event_count == count
                && reader.waiting.strong_count() > 0
        })
    }

    fn is_known(&self, name: &CStr, count: u32) -> bool {
        self.view().readers.iter().any(|reader| {
            reader.name.as_c_str() == name
                && reader.event_count == count
                && matches!(reader.slot, Slot::Ready(_) | Slot::Unsupported)
        })
    }

    fn read(&self, name: &CStr, atr: &[u8], event_count: u32) {
        let mut read = Err(CardError::Unknown);
        let guard = Arc::new(());
        let waiting = Arc::downgrade(&guard);
        let this = self.this.clone();
        let too_late = move || {
            drop(guard);
            if let Some(shared) = this.upgrade() {
                shared.wake();
            }
        };
        let begun = transact(name, Disposition::LeaveCard, too_late, &mut |remote| {
            let opened = card::open(&mut Channel::new(remote), atr, &self.keys);
            read = opened.map_err(|not| not.error).map(|opened| {
                let pad = self.pin_pads && opened.card.takes_pin_pad() && remote.has_pin_pad();
                Native::new(opened.card, pad)
            });
        });
        let slot = Slot::after_reading(begun.map_err(CardError::from).and(read));
        self.fill(name, slot, event_count, waiting);
    }

    /// Ends the wait for an event.
    fn wake(&self) {
        if let Some(context) = &self.view().context {
            let _ = context.cancel(); // the service may have stopped
        }
    }

    fn fill(&self, name: &CStr, slot: Slot, event_count: u32, waiting: Weak<()>) {
        self.update(|view| {
            view.insertions += 1;
            let insertion = view.insertions;
            let now = Reader { name: name.to_owned(), slot, event_count, insertion, waiting };
            match view.readers.iter_mut().find(|reader| reader.name.as_c_str() == name) {
                Some(reader) => *reader = now,
                None => view.readers.push(now),
            }
        });
    }

    fn update(&self, change: impl FnOnce(&mut View)) {
        change(&mut self.view());
        (self.changed)();
    }
}
