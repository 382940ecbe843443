//! What a session needs of the readers.

use std::sync::Arc;

use ankong_card::algorithm::Digest;
use ankong_card::card::PinRule;
use ankong_card::certificate::Certificates;
use ankong_card::{CardError, LastTry, Pin};

use super::Refusal;

/// Where cards come from: PC/SC, or a card in software.
pub trait Cards: Send + Sync {
    /// The card to use now.
    ///
    /// # Errors
    /// [`Refusal::NoService`], [`Refusal::NoReader`], [`Refusal::NoCard`] or
    /// [`Refusal::UnsupportedCard`].
    fn inserted(&self) -> Result<Inserted, Refusal>;

    /// Every card that can be read now, in the order of the readers: at least one, the first of
    /// them what [`Cards::inserted`] gives.
    ///
    /// # Errors
    /// As [`Cards::inserted`].
    fn all(&self) -> Result<Vec<Inserted>, Refusal> {
        Ok(vec![self.inserted()?])
    }

    /// Counts what has come into the readers, cards of any kind.
    fn insertions(&self) -> u64;

    /// Looks at the readers at once, whatever they have reported: the computer has slept.
    fn look_again(&self) {}

    /// Waits until everything is known about the card that is there, as long as that may take.
    fn settle(&self) {}

    /// Runs `work` with the card to itself; afterwards the card is reset, so that no verified PIN
    /// stays behind.
    ///
    /// # Errors
    /// The card could not be had; `work` was not run.
    fn transact(
        &self,
        inserted: &Inserted,
        work: &mut dyn FnMut(&mut dyn CardInUse),
    ) -> Result<(), CardError>;

    /// Resets a card that was used past the readers, read or not; it may have gone.
    fn reset(&self, inserted: &Inserted) {
        let _ = self.transact(inserted, &mut |_| {});
    }
}

/// A card that has been read and was in a reader then.
#[derive(Clone)]
pub struct Inserted {
    /// What was read.
    pub certificates: Arc<Certificates>,
    /// How the PIN gets to the card.
    pub pin: PinEntry,
    /// Whether the card can sign here, or only be read.
    pub can_sign: bool,
    /// PIN tries left, where that is known without spending one.
    pub tries_left: Option<u8>,
    /// Distinguishes insertions; a number is never used twice.
    pub insertion: u64,
}

/// Where the person types the PIN.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum PinEntry {
    /// On the computer's keyboard, so many characters.
    Typed(PinRule),
    /// On the reader's own keys; this program never sees it.
    OnReader,
}

/// What the person gave with the yes.
pub enum Entered {
    /// A PIN, to be sent once.
    Typed(Pin),
    /// The word to let the reader ask for it, once.
    OnReader,
}

/// A card that one request has to itself.
pub trait CardInUse {
    /// Makes sure it is still the card that was read, and that its last try goes only with a yes
    /// where it tells its tries; then has the PIN verified exactly once.
    ///
    /// # Errors
    /// As [`ankong_card::card::Card::verify`].
    fn verify(
        &mut self,
        entered: &Entered,
        last_try: LastTry,
        random: &mut dyn FnMut(&mut [u8]),
    ) -> Result<(), CardError>;

    /// Signs a digest; [`CardInUse::verify`] came before.
    ///
    /// # Errors
    /// As [`ankong_card::card::Card::sign`].
    fn sign(&mut self, digest: &Digest) -> Result<Vec<u8>, CardError>;
}
