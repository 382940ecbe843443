//! The cards of this computer, with what modules can do for those that no driver signs with.
//!
//! A module is asked once for each card that comes, in the background, for it may take its time.

use std::io;
use std::sync::{Arc, Condvar, Mutex, MutexGuard, PoisonError, Weak};
use std::thread;
use std::time::{Duration, Instant};

use ankong_card::algorithm::Digest;
use ankong_card::{CardError, LastTry};

use super::{Found, ModuleError, Modules, PATIENCE, Session};
use crate::session::Refusal;
use crate::session::cards::{CardInUse, Cards, Entered, Inserted, PinEntry};

/// Cards of some readers; those that cannot sign there may sign through a module.
pub struct WithModules {
    readers: Arc<dyn Cards>,
    modules: Box<dyn Fn() -> io::Result<Modules> + Send + Sync>,
    changed: Box<dyn Fn() + Send + Sync>,
    /// One for each card that modules are asked about, while it is there.
    sights: Mutex<Vec<Sight>>,
    seen: Condvar,
    /// For the thread that looks.
    this: Weak<Self>,
}

/// What modules make of the card that came with this number.
struct Sight {
    insertion: u64,
    of_module: OfModule,
}

#[derive(Clone)]
enum OfModule {
    Looking,
    Nothing,
    Found {
        found: Arc<Found>,
        /// The module's own word, until the PIN was given.
        tries_left: Option<u8>,
    },
}

impl WithModules {
    /// `modules` are looked up for each card, so that one installed meanwhile is found. `changed` is
    /// called when they have been asked about a card, whatever they said.
    pub fn new(
        readers: Arc<dyn Cards>,
        modules: impl Fn() -> io::Result<Modules> + Send + Sync + 'static,
        changed: impl Fn() + Send + Sync + 'static,
    ) -> Arc<Self> {
        Arc::new_cyclic(|this| Self {
            readers,
            modules: Box::new(modules),
            changed: Box::new(changed),
            sights: Mutex::default(),
            seen: Condvar::new(),
            this: this.clone(),
        })
    }

    /// What the readers say: each card, or why there is none, and under which number.
    fn in_readers(&self) -> Vec<(u64, Result<Inserted, Refusal>)> {
        let insertions = self.readers.insertions();
        match self.readers.all() {
            Ok(cards) => cards.into_iter().map(|card| (card.insertion, Ok(card))).collect(),
            Err(refusal) => vec![(insertions, Err(refusal))],
        }
    }

    /// What can be used of what the readers say.
    fn with_module(
        &self,
        insertion: u64,
        inserted: Result<Inserted, Refusal>,
    ) -> Result<Inserted, Refusal> {
        if !signs_through_modules(&inserted) {
            return inserted;
        }
        match self.of_module(insertion, inserted.as_ref().ok()) {
            OfModule::Found { found, tries_left } => {
                let pin = if found.pin_pad() {
                    PinEntry::OnReader
                } else {
                    PinEntry::Typed(found.pin_rule())
                };
                let certificates = match inserted {
                    Ok(card) => card.certificates,
                    Err(_) => Arc::new(found.certificates().clone()),
                };
                Ok(Inserted { certificates, pin, can_sign: true, tries_left, insertion })
            }
            OfModule::Looking => Err(Refusal::Busy),
            OfModule::Nothing => inserted,
        }
    }

    /// What is known of the card by now; the first question makes a thread look.
    fn of_module(&self, insertion: u64, wanted: Option<&Inserted>) -> OfModule {
        let mut sights = self.sights();
        if let Some(sight) = sights.iter().find(|sight| sight.insertion == insertion) {
            return sight.of_module.clone();
        }
        let certificate = wanted.map(|card| Arc::clone(&card.certificates));
        let this = self.this.clone();
        let look = move || {
            let Some(this) = this.upgrade() else { return };
            let wanted = certificate.as_ref().map(|read| read.signing.as_slice());
            let modules = (this.modules)().map_err(ModuleError::Start);
            this.looked(insertion, modules.and_then(|modules| modules.find(wanted)));
        };
        let started = thread::Builder::new().name("modules".into()).spawn(look);
        let of_module = if started.is_ok() { OfModule::Looking } else { OfModule::Nothing };
        sights.push(Sight { insertion, of_module: of_module.clone() });
        of_module
    }

    fn looked(&self, insertion: u64, found: Result<Found, ModuleError>) {
        let of_module = match found {
            Ok(found) => {
                tracing::info!(module = %found.module().display(), "a module knows the card");
                OfModule::Found { tries_left: found.tries_left(), found: Arc::new(found) }
            }
            Err(error) => {
                tracing::info!(%error, "no module for the card");
                OfModule::Nothing
            }
        };
        if let Some(sight) = self.sights().iter_mut().find(|sight| sight.insertion == insertion) {
            sight.of_module = of_module;
        }
        self.seen.notify_all();
        (self.changed)();
    }

    fn sights(&self) -> MutexGuard<'_, Vec<Sight>> {
        self.sights.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl Cards for WithModules {
    fn inserted(&self) -> Result<Inserted, Refusal> {
        self.all()?.into_iter().next().ok_or(Refusal::NoCard)
    }

    /// Nothing is said of one card while modules are asked about another: a choice is whole.
    fn all(&self) -> Result<Vec<Inserted>, Refusal> {
        let now = self.in_readers();
        self.sights().retain(|sight| now.iter().any(|(there, _)| *there == sight.insertion));
        now.into_iter().map(|(insertion, card)| self.with_module(insertion, card)).collect()
    }

    fn insertions(&self) -> u64 {
        self.readers.insertions()
    }

    fn look_again(&self) {
        self.readers.look_again();
    }

    fn settle(&self) {
        self.readers.settle();
        // Bounded by the search itself; more only if its thread died, or cards change.
        let end = Instant::now() + PATIENCE * 2;
        loop {
            // Nobody waits for what modules say of a card that has gone meanwhile.
            let asked: Vec<u64> = self
                .in_readers()
                .iter()
                .filter(|(insertion, card)| {
                    signs_through_modules(card)
                        && matches!(
                            self.of_module(*insertion, card.as_ref().ok()),
                            OfModule::Looking
                        )
                })
                .map(|(insertion, _)| *insertion)
                .collect();
            let left = end.saturating_duration_since(Instant::now());
            if asked.is_empty() || left.is_zero() {
                return;
            }
            let looking = |sights: &mut Vec<Sight>| {
                sights.iter().any(|sight| {
                    asked.contains(&sight.insertion) && matches!(sight.of_module, OfModule::Looking)
                })
            };
            let _ = self.seen.wait_timeout_while(self.sights(), left.min(GLANCE), looking);
        }
    }

    fn transact(
        &self,
        inserted: &Inserted,
        work: &mut dyn FnMut(&mut dyn CardInUse),
    ) -> Result<(), CardError> {
        let taken_up = self
            .sights()
            .iter_mut()
            .find(|sight| sight.insertion == inserted.insertion)
            .and_then(Sight::take_up);
        let Some(found) = taken_up else {
            return self.readers.transact(inserted, work);
        };
        work(&mut InUse(found.open()?));
        // Modules differ in what they leave verified; the readers reset the card.
        self.readers.reset(inserted);
        Ok(())
    }
}

/// How long a card may have gone unnoticed while modules are waited for.
const GLANCE: Duration = Duration::from_millis(500);

/// Whether modules are to be asked.
fn signs_through_modules(inserted: &Result<Inserted, Refusal>) -> bool {
    match inserted {
        Ok(card) => !card.can_sign,
        Err(refusal) => matches!(refusal, Refusal::UnsupportedCard),
    }
}

impl Sight {
    /// The module for this card, if there is one; what it said about tries is old then.
    fn take_up(&mut self) -> Option<Arc<Found>> {
        match &mut self.of_module {
            OfModule::Found { found, tries_left } => {
                *tries_left = None;
                Some(Arc::clone(found))
            }
            OfModule::Looking | OfModule::Nothing => None,
        }
    }
}

/// A card in use through its module.
struct InUse(Session);

impl CardInUse for InUse {
    /// What the module says of the tries is no older than its session.
    fn verify(
        &mut self,
        entered: &Entered,
        last_try: LastTry,
        _random: &mut dyn FnMut(&mut [u8]),
    ) -> Result<(), CardError> {
        if self.0.tries_left() == Some(1) && last_try == LastTry::Keep {
            return Err(CardError::LastTry);
        }
        let pin = match entered {
            Entered::Typed(pin) => Some(pin),
            Entered::OnReader => None,
        };
        Ok(self.0.login(pin)?)
    }

    fn sign(&mut self, digest: &Digest) -> Result<Vec<u8>, CardError> {
        Ok(self.0.sign(digest)?)
    }
}
