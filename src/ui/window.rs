//! The window process from this side: started when someone has to look, gone afterwards.
//!
//! The question and the PIN travel on the child's two pipes and nowhere else.

use std::io;
use std::process::{Child, ChildStdin};
use std::sync::mpsc::{Receiver, RecvTimeoutError};
use std::sync::{Arc, Mutex, PoisonError};
use std::thread;
use std::time::Duration;

use ankong_dialog as wire;

use super::child::{Rung, end, first};
use super::ending::ending;
use super::prompt::{prompt, wrong_pin};
use super::texts::{Texts, Voice};
use crate::outside;
use crate::session::Refusal;
use crate::session::cancel::Cancel;
use crate::session::consent::{
    Answer, Consent, Dialog, Entered, NoWindow, NotAPin, Pin, PinEntry, Question,
};

/// A person has so long to answer; the window counts.
const SECONDS: u16 = 120;
/// And this side, should the window have lost count.
const PATIENCE: Duration = Duration::from_secs(SECONDS as u64 + 30);

/// What keeps a window open: the pipe to it.
type Lingering = Arc<Mutex<Option<ChildStdin>>>;

/// Asks by starting `ankong-window`, or what speaks like it.
pub(super) struct WindowProcess {
    rung: Rung,
    voice: Arc<Voice>,
    /// The window that tells how the last request ended, until the person closes it or the next
    /// question comes. It lives as long as its pipe is held.
    lingering: Lingering,
}

impl WindowProcess {
    /// What is started for a question.
    #[must_use]
    pub(super) fn new(rung: Rung, voice: Arc<Voice>) -> Self {
        Self { rung, voice, lingering: Lingering::default() }
    }

    fn open(&self, question: &Question) -> io::Result<Open> {
        drop(self.lingering.lock().unwrap_or_else(PoisonError::into_inner).take());
        let (mut orders, child, answers) = self.rung.start()?;
        let prompt = prompt(&self.voice.texts(), question, SECONDS);
        let sent = wire::write_order(&mut orders, &wire::Order::Ask(Box::new(prompt)));
        let open = Open { child, orders, answers };
        sent.map_err(io::Error::other)?;
        Ok(open)
    }

    fn dialog(&self, open: Open, question: &Question) -> WindowDialog {
        let (texts, lingering) = (self.voice.texts(), Arc::clone(&self.lingering));
        let pins = question.cards().map(|card| card.pin).collect();
        WindowDialog { open: Some(open), pins, early: None, texts, lingering }
    }
}

impl Consent for WindowProcess {
    fn ask(&self, question: &Question, cancel: &Cancel) -> Result<Box<dyn Dialog>, NoWindow> {
        let open = self.open(question).map_err(|error| {
            tracing::error!(%error, rung = ?self.rung, "it cannot be started");
            NoWindow
        })?;
        let child = Arc::clone(&open.child);
        cancel.on_cancel(move || end(&child));
        let mut dialog = self.dialog(open, question);
        match dialog.first() {
            Ok(wire::Answer::Painted) => Ok(Box::new(dialog)),
            // A person can be quicker than the picture.
            Ok(early @ (wire::Answer::Declined | wire::Answer::TimedOut)) => {
                dialog.early = Some(early);
                Ok(Box::new(dialog))
            }
            Ok(_) | Err(_) if cancel.is_cancelled() => Ok(Box::new(dialog)),
            Ok(
                wire::Answer::Coming
                | wire::Answer::Visit
                | wire::Answer::Agreed { .. }
                | wire::Answer::Pressed(_),
            )
            | Err(RecvTimeoutError::Disconnected) => {
                dialog.open = None; // it ends by itself, and says why
                tracing::error!(rung = ?self.rung, "it ended before it showed anything");
                Err(NoWindow)
            }
            Err(RecvTimeoutError::Timeout) => {
                tracing::error!(rung = ?self.rung, "it showed nothing in time");
                Err(NoWindow)
            }
        }
    }

    fn tell(&self, question: &Question, refusal: Refusal) {
        match self.open(question) {
            Ok(open) => Box::new(self.dialog(open, question)).end(Err(refusal)),
            Err(error) => tracing::warn!(%error, "the window cannot be started"),
        }
    }
}

struct Open {
    child: Arc<Mutex<Child>>,
    orders: ChildStdin,
    answers: Receiver<wire::Answer>,
}

struct WindowDialog {
    /// Empty once the ending was handed over.
    open: Option<Open>,
    /// Where the PIN of each card is typed.
    pins: Vec<Option<PinEntry>>,
    /// What was answered before the first picture.
    early: Option<wire::Answer>,
    texts: Arc<Texts>,
    lingering: Lingering,
}

impl WindowDialog {
    fn first(&self) -> Result<wire::Answer, RecvTimeoutError> {
        self.open.as_ref().map_or(Err(RecvTimeoutError::Disconnected), |open| first(&open.answers))
    }

    fn next(&mut self, patience: Duration) -> Result<wire::Answer, RecvTimeoutError> {
        if let Some(early) = self.early.take() {
            return Ok(early);
        }
        match &self.open {
            Some(open) => open.answers.recv_timeout(patience),
            None => Err(RecvTimeoutError::Disconnected),
        }
    }

    fn ask_again(&mut self, why: &str, tries_left: Option<u8>) {
        let again = wrong_pin(&self.texts, why, tries_left);
        self.order(&wire::Order::WrongPin(again));
    }

    fn order(&mut self, order: &wire::Order) {
        if let Some(open) = &mut self.open {
            // A window that is gone shows in the next answer.
            let _ = wire::write_order(&mut open.orders, order);
        }
    }
}

impl Dialog for WindowDialog {
    fn answer(&mut self) -> Answer {
        loop {
            return match self.next(PATIENCE) {
                Ok(
                    wire::Answer::Coming
                    | wire::Answer::Visit
                    | wire::Answer::Painted
                    | wire::Answer::Pressed(_),
                ) => {
                    continue;
                }
                Ok(wire::Answer::Agreed { card, pin, last_try_accepted }) => {
                    let card = usize::from(card);
                    match self.pins.get(card).map(|place| entered(*place, &pin)) {
                        Some(Ok(entered)) => Answer::Agreed { card, entered, last_try_accepted },
                        Some(Err(_)) | None => {
                            tracing::error!("the window sent no PIN, or named no card");
                            Answer::Cancelled
                        }
                    }
                }
                Ok(wire::Answer::Declined) => Answer::Declined,
                Ok(wire::Answer::TimedOut) | Err(RecvTimeoutError::Timeout) => Answer::TimedOut,
                Err(RecvTimeoutError::Disconnected) => Answer::Cancelled,
            };
        }
    }

    fn wrong_pin(&mut self, tries_left: Option<u8>) {
        self.ask_again("consent-wrong-pin", tries_left);
    }

    fn not_sent(&mut self, tries_left: Option<u8>) {
        self.ask_again("consent-not-sent", tries_left);
    }

    fn end(mut self: Box<Self>, outcome: Result<(), Refusal>) {
        // A good end needs no words either: the page shows it.
        let ending = ending(&self.texts, outcome.err().unwrap_or(Refusal::Cancelled));
        let lingers = !ending.silent;
        self.order(&wire::Order::End(ending));
        let open = self.open.take().filter(|_| lingers);
        let pipe = open.map(|Open { orders, answers, .. }| {
            lead_where_wanted(answers);
            orders
        });
        *self.lingering.lock().unwrap_or_else(PoisonError::into_inner) = pipe;
    }
}

/// Opens the site of a remedy whenever the person presses its button, as long as the window is there.
fn lead_where_wanted(answers: Receiver<wire::Answer>) {
    let wait = move || {
        for answer in answers {
            if matches!(answer, wire::Answer::Visit)
                && let Err(error) = outside::open_moica()
            {
                tracing::warn!(%error, "the browser cannot be opened");
            }
        }
    };
    if let Err(error) = thread::Builder::new().name("ending".into()).spawn(wait) {
        tracing::warn!(%error, "the ending's button does nothing");
    }
}

/// Given up without an ending: the window showed nothing, or the request broke off.
impl Drop for WindowDialog {
    fn drop(&mut self) {
        if let Some(open) = &self.open {
            end(&open.child);
        }
    }
}

fn entered(place: Option<PinEntry>, typed: &[u8]) -> Result<Option<Entered>, NotAPin> {
    Ok(match place {
        Some(PinEntry::Typed(_)) => Some(Entered::Typed(Pin::from_bytes(typed)?)),
        Some(PinEntry::OnReader) => Some(Entered::OnReader),
        None => None,
    })
}
