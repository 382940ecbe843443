//! What a session needs of the person: a yes and mostly a PIN, or a no.

pub use super::cards::{Entered, PinEntry};
pub use ankong_card::card::PinRule;
pub use ankong_card::{NotAPin, Pin};

use std::sync::Arc;

use super::caller::Caller;
use super::cancel::Cancel;
use super::content::Content;
use super::origin::Origin;
use super::request::{Call, Request};
use super::{Refusal, holder::Holder};

/// Asks the person at this computer.
pub trait Consent: Send + Sync {
    /// Shows the question. Cancelling takes it away and makes [`Dialog::answer`] return.
    ///
    /// # Errors
    /// Nothing can be shown here.
    fn ask(&self, question: &Question, cancel: &Cancel) -> Result<Box<dyn Dialog>, NoWindow>;

    /// Tells about a request that ends before anything was asked. May do nothing.
    fn tell(&self, question: &Question, refusal: Refusal);
}

/// No window can be shown.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[error("no window can be shown")]
pub struct NoWindow;

/// A question that stands on the screen.
pub trait Dialog {
    /// Waits for the person.
    fn answer(&mut self) -> Answer;

    /// The card refused the PIN: says so and asks again.
    fn wrong_pin(&mut self, tries_left: Option<u8>);

    /// The PIN could not be right, or the last try was not accepted: nothing was sent, asks again.
    fn not_sent(&mut self, tries_left: Option<u8>);

    /// Takes the question away, after telling how it ended if that is not plain.
    fn end(self: Box<Self>, outcome: Result<(), Refusal>);
}

/// Who asks whom for what.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Question {
    /// The origin the browser attested, or another program claims.
    pub origin: Origin,
    /// Which of the two.
    pub caller: Caller,
    /// The site's own words, at most 80 characters.
    pub purpose: String,
    /// What the person gives by agreeing.
    pub gives: Gives,
    /// The card it is about.
    pub card: Candidate,
    /// Cards that will do as well: where there are any, the person chooses before anything else.
    pub others: Vec<Candidate>,
}

/// A card the question may be about.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Candidate {
    /// Whose it is.
    pub holder: Holder,
    /// PIN tries left as far as known.
    pub tries_left: Option<u8>,
    /// Where the PIN is typed, and what a complete one is; `None` where a yes is enough.
    pub pin: Option<PinEntry>,
}

/// What the person gives by agreeing.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Gives {
    /// A proof of who they are.
    Identity,
    /// Their signature under this.
    Signature(Arc<Content>),
    /// Their certificates, and what stands in them.
    Certificates,
}

impl Question {
    /// What `request`, brought by `caller`, asks the holder of a card.
    pub(super) fn new(
        request: &Request,
        caller: Caller,
        card: Candidate,
        others: Vec<Candidate>,
    ) -> Self {
        let gives = match request.call() {
            Call::Authenticate { .. } => Gives::Identity,
            Call::Sign { content, .. } => Gives::Signature(Arc::clone(content)),
            Call::Certificates => Gives::Certificates,
        };
        Self {
            origin: request.origin().clone(),
            caller,
            purpose: request.purpose().to_owned(),
            gives,
            card,
            others,
        }
    }

    /// Every card it may be about; [`Answer::Agreed`] counts them so, from 0.
    pub fn cards(&self) -> impl Iterator<Item = &Candidate> {
        [&self.card].into_iter().chain(&self.others)
    }
}

/// What the person said.
pub enum Answer {
    /// Yes.
    Agreed {
        /// With which of [`Question::cards`].
        card: usize,
        /// A PIN or the word to ask for it on the reader, to be used once; `None` where a yes is
        /// enough.
        entered: Option<Entered>,
        /// And yes to risking the last try.
        last_try_accepted: bool,
    },
    /// No.
    Declined,
    /// Nothing.
    TimedOut,
    /// The window or the page went away.
    Cancelled,
}
