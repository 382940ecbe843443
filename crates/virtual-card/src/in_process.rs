//! A card without reader and without PC/SC: the carrier of tests that need neither. Knows no
//! clock: an answer that takes long is counted, not waited for.

use std::time::Duration;

use ankong_card::{Protocol, Transport, TransportError, atr};

use crate::{Card, Contact};

/// A card held directly by the program that talks to it.
pub struct InProcess<C> {
    card: C,
    pulled: bool,
    patience: Duration,
    elapsed: Duration,
}

impl<C: Card> InProcess<C> {
    /// Puts the card in and powers it on. An answer may take [`PATIENCE`].
    pub fn new(mut card: C) -> Self {
        card.reset();
        Self { card, pulled: false, patience: PATIENCE, elapsed: Duration::ZERO }
    }

    /// The same reader with a deadline of its own for each answer: a card that takes longer is
    /// [`TransportError::Silent`], though it has acted.
    #[must_use]
    pub fn with_patience(self, patience: Duration) -> Self {
        Self { patience, ..self }
    }

    /// The card, to look at or to reset.
    pub fn card_mut(&mut self) -> &mut C {
        &mut self.card
    }

    /// The time all answers so far would have taken.
    pub fn elapsed(&self) -> Duration {
        self.elapsed
    }

    /// Takes the card out; it keeps its PIN tries.
    pub fn into_card(self) -> C {
        self.card
    }
}

impl<C: Card> Transport for InProcess<C> {
    /// Nobody here agrees upon another than the card offers first.
    fn protocol(&mut self) -> Protocol {
        atr::first_protocol(self.card.atr())
    }

    /// There is nothing between the card and the program that could mind.
    fn takes_extended_length(&mut self) -> bool {
        true
    }

    /// A card that was pulled stays away until it is put into a new [`InProcess`].
    fn transmit(&mut self, command: &[u8]) -> Result<Vec<u8>, TransportError> {
        if self.pulled {
            return Err(TransportError::Removed);
        }
        let answer = self.card.answer(command);
        let contact = self.card.contact();
        let silent = contact == Contact::Silent || self.card.delay() > self.patience;
        self.elapsed += if silent { self.patience } else { self.card.delay() };
        self.pulled = contact == Contact::Left || (contact == Contact::Made && answer.is_none());
        match (answer, contact) {
            (Some(_) | None, Contact::Reset) => Err(TransportError::Reset),
            (Some(_) | None, _) if silent => Err(TransportError::Silent),
            (Some(answer), _) => Ok(answer),
            (None, _) => Err(TransportError::Removed),
        }
    }
}

/// How long an answer may take, as readers of the real service are given.
pub const PATIENCE: Duration = Duration::from_secs(20);
