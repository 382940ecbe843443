//! Cards that go, change, or cannot be used.

use std::sync::atomic::{AtomicUsize, Ordering};
use std::sync::mpsc::{Receiver, Sender, channel};
use std::sync::{Arc, Mutex};

use ankong::reader::InProcess;
use ankong::session::Refusal;
use ankong::session::cards::{CardInUse, Cards, Inserted};
use ankong_card::CardError;
use ankong_card::moica::IssuerKeys;

use crate::support::cards::{
    BoxedCard, ForeignCard, PIN, expired_image, image, keys, reader_with, traced,
};
use crate::support::person::{Move, ScriptedPerson, Seen};
use crate::support::{AUTHENTICATE, Door, PORTAL, authentication, challenge};
use crate::{door_with, eventually, refused};

#[test]
fn a_card_pulled_between_pin_and_signature_costs_one_verify_and_no_second() {
    let (door, trace) = door_with(&["pull-after=20:1"], &[Move::Pin(PIN)]);
    refused(&door.authenticate(&challenge(), None), 503, "card-removed");
    assert_eq!(trace.verifies(), 1);
    refused(&door.authenticate(&challenge(), None), 503, "no-card");
    assert_eq!(trace.verifies(), 1);
}

#[test]
fn a_lost_verdict_is_counted_as_the_worst() {
    let (door, trace) = door_with(&["pull-during=20:2"], &["111111", "222222"].map(Move::Pin));
    // The second PIN reaches the card, its verdict does not reach us.
    refused(&door.authenticate(&challenge(), None), 503, "card-removed");
    assert_eq!(trace.verifies(), 2);
    let reader = door.reader.clone().unwrap();
    reader.insert(traced(&image(), &[]).0).unwrap();
    door.person.seen();
    door.person.will(&[Move::Decline]);
    refused(&door.authenticate(&challenge(), None), 403, "user-declined");
    let seen = door.person.seen();
    assert!(matches!(&seen[0], Seen::Question { tries_left: Some(1), .. }), "{seen:?}");
}

#[test]
fn a_page_that_goes_away_while_the_card_is_waited_for_costs_nothing() {
    let (reader, trace) = reader_with(&image(), &[]);
    struct Slow(Arc<InProcess>, Mutex<Option<Sender<()>>>, Mutex<Receiver<()>>);
    impl Cards for Slow {
        fn inserted(&self) -> Result<Inserted, Refusal> {
            self.0.inserted()
        }
        fn insertions(&self) -> u64 {
            self.0.insertions()
        }
        fn transact(
            &self,
            inserted: &Inserted,
            work: &mut dyn FnMut(&mut dyn CardInUse),
        ) -> Result<(), CardError> {
            drop(self.1.lock().unwrap().take()); // somebody else holds the card
            let _ = self.2.lock().unwrap().recv();
            self.0.transact(inserted, work)
        }
    }
    let ((waits, waiting), (let_go, free)) = (channel(), channel());
    let cards = Slow(reader, Mutex::new(Some(waits)), Mutex::new(free));
    let door = Door::open(Arc::new(cards), ScriptedPerson::new(&[Move::Pin(PIN)]));
    let body = authentication(&challenge(), None);
    let (head, body) = door.caller.post_text(PORTAL, AUTHENTICATE, &body, "en");
    let mut page = door.caller.connect().unwrap();
    std::io::Write::write_all(&mut page, format!("{head}\r\n\r\n{body}").as_bytes()).unwrap();
    let _ = waiting.recv();
    drop(page);
    std::thread::sleep(std::time::Duration::from_secs(3)); // for the door, however busy the machine is
    drop(let_go);
    eventually(|| door.person.seen().contains(&Seen::End(Err("cancelled"))));
    assert_eq!(trace.verifies(), 0);
}

#[test]
fn another_card_in_the_reader_never_gets_the_pin() {
    let (first, _) = traced(&image(), &[]);
    let (second, trace) = traced(&expired_image(), &[]);
    /// Two cards in one reader's place: the swap makes no event.
    struct Swapped([BoxedCard; 2], Arc<AtomicUsize>);
    impl virtual_card::Card for Swapped {
        fn atr(&self) -> &[u8] {
            self.0[0].atr()
        }
        fn reset(&mut self) {
            self.0[self.1.load(Ordering::Relaxed)].reset();
        }
        fn answer(&mut self, apdu: &[u8]) -> Option<Vec<u8>> {
            self.0[self.1.load(Ordering::Relaxed)].answer(apdu)
        }
    }
    /// It happens while the person types.
    struct Swapping(InProcess, Arc<AtomicUsize>);
    impl Cards for Swapping {
        fn inserted(&self) -> Result<Inserted, Refusal> {
            self.0.inserted()
        }
        fn insertions(&self) -> u64 {
            self.0.insertions()
        }
        fn transact(
            &self,
            inserted: &Inserted,
            work: &mut dyn FnMut(&mut dyn CardInUse),
        ) -> Result<(), CardError> {
            self.1.store(1, Ordering::Relaxed);
            self.0.transact(inserted, work)
        }
    }
    let there = Arc::new(AtomicUsize::new(0));
    let reader = InProcess::new(keys());
    reader.insert(Box::new(Swapped([first, second], Arc::clone(&there)))).unwrap();
    let cards = Swapping(reader, there);
    let door = Door::open(Arc::new(cards), ScriptedPerson::new(&[Move::Pin(PIN)]));
    refused(&door.authenticate(&challenge(), None), 503, "card-removed");
    assert_eq!(trace.verifies(), 0);
}

#[test]
fn an_expired_card_and_one_without_issuer_keys_are_told_without_asking_for_a_pin() {
    let (reader, trace) = reader_with(&expired_image(), &[]);
    let door = Door::open(reader, ScriptedPerson::new(&[]));
    refused(&door.authenticate(&challenge(), None), 503, "certificate-expired");
    assert_eq!(door.person.seen(), [Seen::Told("certificate-expired")]);
    assert_eq!(trace.verifies(), 0);

    let reader = InProcess::new(IssuerKeys::default());
    reader.insert(traced(&image(), &[]).0).unwrap();
    let door = Door::open(Arc::new(reader), ScriptedPerson::new(&[]));
    refused(&door.authenticate(&challenge(), None), 503, "no-signing-module");
}

#[test]
fn an_empty_reader_and_a_foreign_card_have_codes_of_their_own() {
    let reader = Arc::new(InProcess::new(keys()));
    let door = Door::open(reader.clone(), ScriptedPerson::new(&[]));
    refused(&door.authenticate(&challenge(), None), 503, "no-card");
    assert!(reader.insert(Box::new(ForeignCard)).is_err());
    refused(&door.authenticate(&challenge(), None), 503, "unsupported-card");
}

#[test]
fn without_a_window_nothing_is_sent_to_the_card() {
    let (reader, trace) = reader_with(&image(), &[]);
    let door = Door::open(reader, ScriptedPerson::absent());
    refused(&door.authenticate(&challenge(), None), 503, "no-window");
    assert_eq!(trace.verifies(), 0);
}
