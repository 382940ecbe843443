//! The card to which the faults happen.

use std::time::Duration;

use ankong_card::StatusWord;
use ankong_card::apdu::Instruction;

use super::{Fault, LONG_ANSWER, Plan, What};
use crate::{Card, Contact};

/// A card with a plan of faults. An empty plan changes nothing.
pub struct Faulty<C> {
    card: C,
    plan: Plan,
    contact: Contact,
    delay: Duration,
}

impl<C: Card> Faulty<C> {
    /// Wraps a card.
    pub fn new(card: C, faults: impl IntoIterator<Item = Fault>) -> Self {
        Self::with_plan(card, faults.into_iter().collect())
    }

    /// Wraps a card that has the plan in common with whoever else holds it.
    pub fn with_plan(card: C, plan: Plan) -> Self {
        Self { card, plan, contact: Contact::Made, delay: Duration::ZERO }
    }

    /// The plan, to change while the card is in a reader.
    pub fn plan(&self) -> Plan {
        self.plan.clone()
    }

    /// The card underneath.
    pub fn into_card(self) -> C {
        self.card
    }

    fn ask(&mut self, apdu: &[u8]) -> Option<Vec<u8>> {
        let answer = self.card.answer(apdu);
        self.delay = self.card.delay();
        self.contact = self.card.contact();
        answer
    }

    fn happens(&mut self, what: What, answer: Option<Vec<u8>>) -> Option<Vec<u8>> {
        match what {
            What::Reset | What::Answer(_) => answer, // done before the card was asked
            What::PullAfter => {
                self.contact = Contact::Left;
                answer
            }
            What::PullDuring => {
                self.contact = Contact::Left;
                None
            }
            What::Mute => {
                self.contact = Contact::Silent;
                None
            }
            What::Slow(delay) => {
                self.delay += delay;
                answer
            }
            What::Status(status) => answer.map(|answer| under(status, answer)),
            What::Empty => answer.map(|_| Vec::new()),
            What::Long => answer.map(lengthened),
            What::Half => answer.map(halved),
        }
    }
}

impl<C: Card> Card for Faulty<C> {
    fn atr(&self) -> &[u8] {
        self.card.atr()
    }

    /// Whoever resets the card has it in the reader again.
    fn reset(&mut self) {
        self.card.reset();
        self.contact = Contact::Made;
    }

    fn answer(&mut self, apdu: &[u8]) -> Option<Vec<u8>> {
        self.delay = Duration::ZERO;
        if self.contact != Contact::Made {
            return None;
        }
        let due = self.plan.due(apdu.get(1).copied().map(Instruction));
        if due.contains(&What::Reset) {
            self.card.reset();
            self.contact = Contact::Reset;
            return None;
        }
        let instead = due.iter().find_map(|what| match what {
            What::Answer(status) => Some(status.0.to_be_bytes().to_vec()),
            _ => None,
        });
        let answer = instead.or_else(|| self.ask(apdu));
        due.into_iter().fold(answer, |answer, what| self.happens(what, answer))
    }

    fn contact(&self) -> Contact {
        self.contact
    }

    fn delay(&self) -> Duration {
        self.delay
    }

    fn tries_left(&self) -> Option<u8> {
        self.card.tries_left()
    }
}

fn under(status: StatusWord, mut answer: Vec<u8>) -> Vec<u8> {
    answer.truncate(answer.len().saturating_sub(STATUS_LENGTH));
    answer.extend(status.0.to_be_bytes());
    answer
}

fn lengthened(mut answer: Vec<u8>) -> Vec<u8> {
    let status = answer.split_off(answer.len().saturating_sub(STATUS_LENGTH));
    answer.resize(LONG_ANSWER - status.len(), 0);
    answer.extend(status);
    answer
}

fn halved(mut answer: Vec<u8>) -> Vec<u8> {
    answer.truncate(answer.len() / 2);
    answer
}

/// SW1 and SW2, ISO/IEC 7816-4:2020 clause 5.6.
const STATUS_LENGTH: usize = 2;
