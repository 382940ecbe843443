//! What a session needs of the readers.

use std::sync::Arc;

use ankong_card::card::Card;
use ankong_card::{CardError, Transport};

use super::Refusal;

/// Where cards come from: PC/SC, or a card in software.
pub trait Cards: Send + Sync {
    /// The card to use now.
    ///
    /// # Errors
    /// [`Refusal::NoService`], [`Refusal::NoReader`], [`Refusal::NoCard`] or
    /// [`Refusal::UnsupportedCard`].
    fn inserted(&self) -> Result<Inserted, Refusal>;

    /// Runs `work` with the card to itself; afterwards the card is reset, so that no verified PIN
    /// stays behind.
    ///
    /// # Errors
    /// The card could not be had; `work` was not run.
    fn transact(
        &self,
        inserted: &Inserted,
        work: &mut dyn FnMut(&mut dyn Transport),
    ) -> Result<(), CardError>;
}

/// A card that has been read and was in a reader then.
#[derive(Clone)]
pub struct Inserted {
    /// What was read.
    pub card: Arc<dyn Card>,
    /// Distinguishes insertions; a number is never used twice.
    pub insertion: u64,
}
