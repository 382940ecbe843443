//! A request with a card that answers anything and a person who types anything: no more
//! PINs are sent than were entered.

use std::sync::{Arc, Mutex};

use ankong::reader::Native;
use ankong::session::caller::Caller;
use ankong::session::cancel::Cancel;
use ankong::session::cards::{CardInUse, Cards, Inserted};
use ankong::session::{Desk, Refusal};
use ankong_card::card;
use ankong_card::{CardError, Channel};
use ankong_hostile::{ATR, Subject, Tampered, Witness, issuer_keys};
use proptest::collection::vec;
use proptest::prelude::*;

use crate::person::{Entry, Person};
use crate::request::{clock, request};

proptest! {
    #![proptest_config(ProptestConfig { cases: 24, failure_persistence: None, ..ProptestConfig::default() })]

    #[test]
    fn no_card_and_no_person_bring_about_more_pins_sent_than_entered(
        lies in vec(lies(), 6),
        entries in vec(entry(), 0..4),
    ) {
        for subject in Subject::ALL {
            let (card, person) = (Arc::new(Liar::new(subject, &lies)), Person::who_enters(&entries));
            let consent = Arc::new(person.clone());
            let desk = Desk::new(card.clone(), consent, clock, |bytes| bytes.fill(7), || {});
            for _ in 0..2 {
                let before = card.sent();
                let _ = desk.serve(&request(), &|| Caller::Browser, &Cancel::default());
                let (sent, entered) = (card.sent() - before, person.forget().entered);
                prop_assert!(sent <= entered, "{subject:?}: {sent} sent, {entered} entered");
            }
        }
    }
}

/// Mostly truth, so that the PIN is reached, and any answer to it.
fn lies() -> impl Strategy<Value = Vec<u8>> {
    let choice = prop_oneof![
        12 => Just(vec![0]),
        1 => vec(any::<u8>(), 1..8),
        1 => (0xB0_u8..0xD0).prop_map(|status| vec![status]),
    ];
    vec(choice, 0..16).prop_map(|choices| choices.concat())
}

fn entry() -> impl Strategy<Value = Entry> {
    let pin = prop_oneof![Just("123456"), Just("000000"), Just("1"), Just("1234567890123456")];
    (pin, any::<bool>())
}

/// A card that was read honestly, and lies from then on: one list of choices a transaction.
struct Liar {
    card: Native,
    state: Mutex<Lying>,
}

struct Lying {
    plastic: Option<Box<dyn virtual_card::Card + Send>>,
    lies: Vec<Vec<u8>>,
    sent: usize,
}

impl Liar {
    fn new(subject: Subject, lies: &[Vec<u8>]) -> Self {
        let mut honest = Tampered::new(subject.card(), &[]);
        let opened = card::open(&mut Channel::new(&mut honest), &ATR, &issuer_keys()).unwrap();
        let plastic = Some(honest.into_card());
        let state = Mutex::new(Lying { plastic, lies: lies.to_vec(), sent: 0 });
        Self { card: Native::new(opened.card, false), state }
    }

    fn sent(&self) -> usize {
        self.state.lock().unwrap().sent
    }
}

impl Cards for Liar {
    fn inserted(&self) -> Result<Inserted, Refusal> {
        Ok(self.card.inserted(1))
    }

    fn insertions(&self) -> u64 {
        1
    }

    fn transact(
        &self,
        _: &Inserted,
        work: &mut dyn FnMut(&mut dyn CardInUse),
    ) -> Result<(), CardError> {
        let mut state = self.state.lock().unwrap();
        let lies = state.lies.pop().unwrap_or_default();
        let mut line = Tampered::new(state.plastic.take().unwrap(), &lies);
        let mut witness = Witness::new(&mut line);
        work(&mut self.card.on(&mut witness));
        state.sent += witness.verifies() as usize;
        state.plastic = Some(line.into_card());
        Ok(())
    }
}
