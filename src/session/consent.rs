//! What a session needs of the person: a yes and a PIN, or a no.

pub use super::cards::{Entered, PinEntry};
pub use ankong_card::card::PinRule;
pub use ankong_card::{NotAPin, Pin};

use super::cancel::Cancel;
use super::origin::Origin;
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
    /// The origin the browser attested.
    pub origin: Origin,
    /// The site's own words, at most 80 characters.
    pub purpose: String,
    /// Whose card it is.
    pub holder: Holder,
    /// PIN tries left as far as known.
    pub tries_left: Option<u8>,
    /// Where the PIN is typed, and what a complete one is.
    pub pin: PinEntry,
}

/// What the person said.
pub enum Answer {
    /// Yes, with a PIN or the word to ask for it on the reader.
    Agreed {
        /// To be used once.
        entered: Entered,
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
