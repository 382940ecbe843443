//! A person who does what the script says, in place of the window.

use std::collections::VecDeque;
use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::mpsc::{Receiver, Sender, channel};
use std::sync::{Arc, Mutex};

use ankong::session::Refusal;
use ankong::session::caller::Caller;
use ankong::session::cancel::Cancel;
use ankong::session::consent::{Answer, Consent, Dialog, Entered, Gives, NoWindow, Question};
use ankong_card::Pin;

/// What the person does next.
#[derive(Clone)]
pub enum Move {
    /// Types this PIN and confirms.
    Pin(&'static str),
    /// Chooses the card of this number, types this PIN and confirms.
    PinWithCard(usize, &'static str),
    /// Chooses the card of this number, and says yes where that is enough.
    AgreeWithCard(usize),
    /// Agrees, and types the PIN on the reader's keys.
    OnReader,
    /// Types this PIN, and says yes to the last try.
    PinOnLastTry(&'static str),
    /// Says yes where that is enough.
    Agree,
    Decline,
    LetTimePass,
    /// Sits there until the page goes away.
    Wait,
}

/// What the person was shown.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Seen {
    Question {
        origin: String,
        purpose: String,
        name: String,
        gives: Gives,
        tries_left: Option<u8>,
    },
    /// The holders of the other cards the question may be about, where there are any.
    Others(Vec<String>),
    WrongPin(Option<u8>),
    NotSent(Option<u8>),
    End(Result<(), &'static str>),
    Told(&'static str),
}

#[derive(Clone)]
pub struct ScriptedPerson(Arc<Script>);

struct Script {
    moves: Mutex<VecDeque<Move>>,
    seen: Mutex<Vec<Seen>>,
    callers: Mutex<Vec<Caller>>,
    /// No window can be shown to this person.
    absent: AtomicBool,
    /// Where the script is at its end: agrees, with this PIN where one is asked for.
    obliging: Option<&'static str>,
    asked: (Mutex<Sender<()>>, Mutex<Receiver<()>>),
}

impl ScriptedPerson {
    pub fn new(moves: &[Move]) -> Self {
        Self::with(moves, None)
    }

    /// Agrees to everything, with this PIN where one is asked for.
    pub fn obliging(pin: &'static str) -> Self {
        Self::with(&[], Some(pin))
    }

    fn with(moves: &[Move], obliging: Option<&'static str>) -> Self {
        let (sender, receiver) = channel();
        Self(Arc::new(Script {
            moves: Mutex::new(moves.iter().cloned().collect()),
            seen: Mutex::default(),
            callers: Mutex::default(),
            absent: AtomicBool::new(false),
            obliging,
            asked: (Mutex::new(sender), Mutex::new(receiver)),
        }))
    }

    pub fn absent() -> Self {
        let person = Self::new(&[]);
        person.0.absent.store(true, Ordering::Relaxed);
        person
    }

    pub fn will(&self, moves: &[Move]) {
        self.0.moves.lock().unwrap().extend(moves.iter().cloned());
    }

    pub fn seen(&self) -> Vec<Seen> {
        std::mem::take(&mut self.0.seen.lock().unwrap())
    }

    /// Which programs asked.
    pub fn callers(&self) -> Vec<Caller> {
        std::mem::take(&mut self.0.callers.lock().unwrap())
    }

    /// Waits until a question stands on the screen.
    pub fn wait_until_asked(&self) {
        let patience = std::time::Duration::from_secs(20);
        self.0.asked.1.lock().unwrap().recv_timeout(patience).expect("a question");
    }

    fn see(&self, what: Seen) {
        self.0.seen.lock().unwrap().push(what);
    }
}

impl Consent for ScriptedPerson {
    fn ask(&self, question: &Question, cancel: &Cancel) -> Result<Box<dyn Dialog>, NoWindow> {
        if self.0.absent.load(Ordering::Relaxed) {
            return Err(NoWindow);
        }
        self.0.callers.lock().unwrap().push(question.caller.clone());
        self.see(Seen::Question {
            origin: question.origin.to_string(),
            purpose: question.purpose.clone(),
            name: question.card.holder.name.clone(),
            gives: question.gives.clone(),
            tries_left: question.card.tries_left,
        });
        let others = question.others.iter().map(|card| card.holder.name.clone());
        if !question.others.is_empty() {
            self.see(Seen::Others(others.collect()));
        }
        self.0.asked.0.lock().unwrap().send(()).unwrap();
        let (gone, wait) = channel();
        cancel.on_cancel(move || {
            let _ = gone.send(());
        });
        let asks_pin = question.card.pin.is_some();
        Ok(Box::new(OnScreen { person: self.clone(), asks_pin, wait }))
    }

    fn tell(&self, _: &Question, refusal: Refusal) {
        self.see(Seen::Told(refusal.code()));
    }
}

struct OnScreen {
    person: ScriptedPerson,
    asks_pin: bool,
    wait: Receiver<()>,
}

impl Dialog for OnScreen {
    fn answer(&mut self) -> Answer {
        let agreed = |card, pin: &str, last_try_accepted| {
            let pin = Pin::from_bytes(pin.as_bytes()).unwrap_or_else(|error| panic!("{error}"));
            Answer::Agreed { card, entered: Some(Entered::Typed(pin)), last_try_accepted }
        };
        let next = self.person.0.moves.lock().unwrap().pop_front();
        let obliging = self.person.0.obliging;
        let obliging = obliging.map(|pin| if self.asks_pin { Move::Pin(pin) } else { Move::Agree });
        match next.or(obliging).expect("a move for every question") {
            Move::Pin(pin) => agreed(0, pin, false),
            Move::PinOnLastTry(pin) => agreed(0, pin, true),
            Move::PinWithCard(card, pin) => agreed(card, pin, false),
            Move::AgreeWithCard(card) => {
                Answer::Agreed { card, entered: None, last_try_accepted: false }
            }
            Move::OnReader => Answer::Agreed {
                card: 0,
                entered: Some(Entered::OnReader),
                last_try_accepted: false,
            },
            Move::Agree => Answer::Agreed { card: 0, entered: None, last_try_accepted: false },
            Move::Decline => Answer::Declined,
            Move::LetTimePass => Answer::TimedOut,
            Move::Wait => {
                let patience = std::time::Duration::from_secs(20);
                self.wait.recv_timeout(patience).expect("the page goes away");
                Answer::Cancelled
            }
        }
    }

    fn wrong_pin(&mut self, tries_left: Option<u8>) {
        self.person.see(Seen::WrongPin(tries_left));
    }

    fn not_sent(&mut self, tries_left: Option<u8>) {
        self.person.see(Seen::NotSent(tries_left));
    }

    fn end(self: Box<Self>, outcome: Result<(), Refusal>) {
        self.person.see(Seen::End(outcome.map_err(Refusal::code)));
    }
}
