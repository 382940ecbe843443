//! The one place where requests are served, one at a time.

use std::collections::VecDeque;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError, TryLockError};
use std::time::SystemTime;

use super::Refusal;
use super::caller::Caller;
use super::cancel::Cancel;
use super::cards::Cards;
use super::consent::{Candidate, Consent, Question};
use super::history::{History, Past};
use super::holder::Holder;
use super::mutes::Mutes;
use super::origin::Origin;
use super::reply::Reply;
use super::request::Request;
use super::run::{Means, run};
use super::suited::{Suited, Unsuited};
use super::tries::Tries;

/// What a page may know about this computer.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Status {
    /// The program runs; an origin nobody has approved yet learns no more.
    Running,
    /// A card can be used.
    CardReady,
    /// No card can be used, for this reason.
    Not(Refusal),
}

type Random = Box<dyn FnMut(&mut [u8]) + Send>;

/// Serves requests with cards, a person and a clock.
pub struct Desk {
    cards: Arc<dyn Cards>,
    consent: Arc<dyn Consent>,
    clock: Box<dyn Fn() -> SystemTime + Send + Sync>,
    /// Held by the request that is being served; the randomness is what it needs alone.
    turn: Mutex<Random>,
    /// How many requests are being served; apart from the turn, so that looking does not take it. More than
    /// one for a moment, where the next has begun before the last is counted out.
    serving: AtomicUsize,
    tries: Tries,
    /// The one approved last stands last.
    approved: Mutex<VecDeque<Origin>>,
    mutes: Mutex<Mutes>,
    history: Mutex<History>,
    changed: Box<dyn Fn() + Send + Sync>,
}

/// Origins remembered as approved; more than anybody visits between two starts.
const MAX_APPROVED: usize = 256;

/// A request that is being served, counted as long as this is there.
struct Served<'a>(&'a AtomicUsize);

impl<'a> Served<'a> {
    fn count(serving: &'a AtomicUsize) -> Self {
        serving.fetch_add(1, Ordering::Relaxed);
        Self(serving)
    }
}

impl Drop for Served<'_> {
    fn drop(&mut self) {
        self.0.fetch_sub(1, Ordering::Release);
    }
}

impl Desk {
    /// `changed` is called when [`Desk::state`] may have changed through a request.
    pub fn new(
        cards: Arc<dyn Cards>,
        consent: Arc<dyn Consent>,
        clock: impl Fn() -> SystemTime + Send + Sync + 'static,
        mut random: impl FnMut(&mut [u8]) + Send + 'static,
        changed: impl Fn() + Send + Sync + 'static,
    ) -> Self {
        let mut key = [0; 32];
        random(&mut key);
        Self {
            cards,
            consent,
            clock: Box::new(clock),
            turn: Mutex::new(Box::new(random)),
            serving: AtomicUsize::new(0),
            tries: Tries::new(key),
            approved: Mutex::default(),
            mutes: Mutex::default(),
            history: Mutex::default(),
            changed: Box::new(changed),
        }
    }

    /// What `origin` may know: that the program runs; once a person has approved it, the card too.
    #[must_use]
    pub fn status_for(&self, origin: &Origin) -> Status {
        let approved = self.approved.lock().unwrap_or_else(PoisonError::into_inner);
        if approved.contains(origin) { self.state() } else { Status::Running }
    }

    /// `origin` learns no more than others do, until a person approves it again.
    pub fn forget_approval(&self, origin: &Origin) {
        let mut approved = self.approved.lock().unwrap_or_else(PoisonError::into_inner);
        approved.retain(|known| known != origin);
    }

    /// Origins for which no window opens now.
    #[must_use]
    pub fn muted(&self) -> Vec<Origin> {
        self.mutes().muted((self.clock)())
    }

    /// Lets an origin ask again.
    pub fn unmute(&self, origin: &Origin) {
        self.mutes().unmute(origin);
    }

    /// The last requests, the newest first; `None` where none is remembered.
    #[must_use]
    pub fn requests(&self) -> Option<Vec<Past>> {
        self.history().newest_first()
    }

    /// Remembers requests from now on, or forgets all of them. None is, until this was called.
    pub fn remember(&self, remember: bool) {
        self.history().remember(remember);
    }

    /// The card that can be read, for the person at this computer: whose, and whether it can sign.
    #[must_use]
    pub fn card(&self) -> Option<(Holder, bool)> {
        let inserted = self.cards.inserted().ok()?;
        Some((Holder::of(&inserted.certificates.signing)?, inserted.can_sign))
    }

    fn history(&self) -> MutexGuard<'_, History> {
        self.history.lock().unwrap_or_else(PoisonError::into_inner)
    }

    fn mutes(&self) -> MutexGuard<'_, Mutes> {
        self.mutes.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// What the person at this computer may know.
    #[must_use]
    pub fn state(&self) -> Status {
        if self.serving.load(Ordering::Acquire) > 0 {
            return Status::Not(Refusal::Busy);
        }
        match self.cards.inserted() {
            Ok(_) => Status::CardReady,
            Err(refusal) => Status::Not(refusal),
        }
    }

    /// Serves a request; returns when the person, the card or `cancel` has ended it. Blocks. Who
    /// brings it is asked for only when a window is about to open, for finding out takes a while.
    ///
    /// # Errors
    /// The reason why the site gets nothing.
    pub fn serve(
        &self,
        request: &Request,
        caller: &dyn Fn() -> Caller,
        cancel: &Cancel,
    ) -> Result<Reply, Refusal> {
        if self.mutes().is_muted(request.origin(), (self.clock)()) {
            return Err(Refusal::Muted);
        }
        let mut turn = match self.turn.try_lock() {
            Ok(turn) => turn,
            Err(TryLockError::Poisoned(poisoned)) => poisoned.into_inner(),
            Err(TryLockError::WouldBlock) => return Err(Refusal::Busy),
        };
        let served = Served::count(&self.serving);
        (self.changed)();
        let outcome = self.attend(request, caller, cancel, turn.as_mut());
        // Before the next one can take its turn: it may be of the same origin.
        let end = outcome.as_ref().err().copied();
        let (origin, at) = (request.origin().clone(), (self.clock)());
        self.history().note(Past { origin, at, refusal: end });
        if self.mutes().note(request.origin(), end, (self.clock)()) {
            tracing::warn!(origin = %request.origin(), "muted");
        }
        drop(turn);
        // Not before the turn is free: who sees that the card is ready may ask at once.
        drop(served);
        (self.changed)();
        if outcome.is_ok() {
            self.forget_approval(request.origin());
            let mut approved = self.approved.lock().unwrap_or_else(PoisonError::into_inner);
            if approved.len() >= MAX_APPROVED {
                approved.pop_front();
            }
            approved.push_back(request.origin().clone());
        }
        outcome
    }

    fn attend(
        &self,
        request: &Request,
        caller: &dyn Fn() -> Caller,
        cancel: &Cancel,
        random: &mut (dyn FnMut(&mut [u8]) + Send),
    ) -> Result<Reply, Refusal> {
        self.cards.settle();
        let cards = match Suited::among(self.cards.all()?, request, (self.clock)()) {
            Ok(cards) => cards,
            Err(Unsuited { why, holder }) => {
                if let Some(holder) = holder {
                    let card = Candidate { holder, tries_left: None, pin: None };
                    let question = Question::new(request, caller(), card, Vec::new());
                    self.consent.tell(&question, why);
                }
                return Err(why);
            }
        };
        let means = &mut Means {
            cards: self.cards.as_ref(),
            consent: self.consent.as_ref(),
            tries: &self.tries,
            clock: &self.clock,
            random,
        };
        let outcome = run(request, caller(), &cards, means, cancel);
        log(request.origin(), outcome.as_ref().err().copied());
        outcome
    }
}

/// Of requests a person was asked about; a page can make any number of others.
fn log(origin: &Origin, refusal: Option<Refusal>) {
    match refusal {
        None => tracing::info!(%origin, "answered"),
        Some(Refusal::NoWindow) => {}
        Some(refusal) => tracing::info!(%origin, code = refusal.code(), "refused"),
    }
}
