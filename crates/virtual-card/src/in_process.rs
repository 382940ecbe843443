//! A card without reader and without PC/SC: the carrier of tests that need neither.

use ankong_card::{Transport, TransportError};

use crate::Card;

/// A card held directly by the program that talks to it.
pub struct InProcess<C> {
    card: C,
    pulled: bool,
}

impl<C: Card> InProcess<C> {
    /// Puts the card in and powers it on.
    pub fn new(mut card: C) -> Self {
        card.reset();
        Self { card, pulled: false }
    }

    /// The card, to look at or to reset.
    pub fn card_mut(&mut self) -> &mut C {
        &mut self.card
    }

    /// Takes the card out; it keeps its PIN tries.
    pub fn into_card(self) -> C {
        self.card
    }
}

impl<C: Card> Transport for InProcess<C> {
    /// A card that was pulled stays away until it is put into a new [`InProcess`].
    fn transmit(&mut self, command: &[u8]) -> Result<Vec<u8>, TransportError> {
        if self.pulled {
            return Err(TransportError::Removed);
        }
        let answer = self.card.answer(command);
        self.pulled = answer.is_none() || self.card.left_reader();
        answer.ok_or(TransportError::Removed)
    }
}
