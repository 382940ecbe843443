//! A person who enters PINs as somebody has decided before, and declines then.

use std::sync::{Arc, Mutex};

use ankong::session::Refusal;
use ankong::session::cancel::Cancel;
use ankong::session::consent::{Answer, Consent, Dialog, Entered, NoWindow, PinEntry, Question};
use ankong_card::Pin;
use ankong_hostile::PIN;

/// A PIN, and whether the last try may go for it.
pub(crate) type Entry = (&'static str, bool);

/// Clones are the same person.
#[derive(Clone)]
pub(crate) struct Person {
    entries: Arc<[Entry]>,
    memory: Arc<Mutex<Memory>>,
}

/// What this person did and was told.
#[derive(Clone, Copy, Default)]
pub(crate) struct Memory {
    /// The PIN is typed on the reader.
    on_reader: bool,
    /// How often a PIN was entered.
    pub(crate) entered: usize,
    /// The tries left that were told last with a wrong PIN.
    pub(crate) told_wrong: Option<Option<u8>>,
}

impl Person {
    pub(crate) fn who_enters(entries: &[Entry]) -> Self {
        Self { entries: entries.into(), memory: Arc::default() }
    }

    /// Enters the right PIN, once in each request.
    pub(crate) fn careful() -> Self {
        Self::who_enters(&[(PIN, true)])
    }

    /// What happened since the last call; then the entries begin anew.
    pub(crate) fn forget(&self) -> Memory {
        std::mem::take(&mut self.memory.lock().unwrap())
    }
}

impl Consent for Person {
    fn ask(&self, question: &Question, _: &Cancel) -> Result<Box<dyn Dialog>, NoWindow> {
        self.memory.lock().unwrap().on_reader = question.card.pin == Some(PinEntry::OnReader);
        Ok(Box::new(self.clone()))
    }

    fn tell(&self, _: &Question, _: Refusal) {}
}

impl Dialog for Person {
    fn answer(&mut self) -> Answer {
        let mut memory = self.memory.lock().unwrap();
        let Some((pin, last_try_accepted)) = self.entries.get(memory.entered).copied() else {
            return Answer::Declined;
        };
        memory.entered += 1;
        let entered = if memory.on_reader {
            Entered::OnReader
        } else {
            Entered::Typed(Pin::from_bytes(pin.as_bytes()).unwrap())
        };
        Answer::Agreed { card: 0, entered: Some(entered), last_try_accepted }
    }

    fn wrong_pin(&mut self, tries_left: Option<u8>) {
        self.memory.lock().unwrap().told_wrong = Some(tries_left);
    }

    fn not_sent(&mut self, _: Option<u8>) {}

    fn end(self: Box<Self>, _: Result<(), Refusal>) {}
}
