//! A reader in this process with a virtual card in it: for computers without readers, and for
//! systems where no virtual reader can be plugged in.

use std::sync::{Mutex, PoisonError};

use ankong_card::card;
use ankong_card::moica::IssuerKeys;
use ankong_card::{CardError, Channel, Transport, TransportError};

use super::native::Native;
use crate::session::Refusal;
use crate::session::cards::{CardInUse, Cards, Inserted};

type VirtualCard = Box<dyn virtual_card::Card + Send>;
type Carrier = virtual_card::InProcess<VirtualCard>;

/// The reader.
pub struct InProcess {
    keys: IssuerKeys,
    slot: Mutex<Slot>,
}

#[derive(Default)]
struct Slot {
    insertions: u64,
    carrier: Option<Carrier>,
    card: Option<Native>,
}

impl InProcess {
    /// An empty reader.
    #[must_use]
    pub fn new(keys: IssuerKeys) -> Self {
        Self { keys, slot: Mutex::default() }
    }

    /// Puts a card in, in place of the one that may be there, and reads it.
    ///
    /// # Errors
    /// The card cannot be read; it stays in the reader all the same, as a foreign card would.
    pub fn insert(&self, card: VirtualCard) -> Result<(), CardError> {
        let atr = card.atr().to_vec();
        let mut carrier = Carrier::new(card);
        let opened = card::open(&mut Channel::new(&mut carrier), &atr, &self.keys);
        let mut slot = self.slot.lock().unwrap_or_else(PoisonError::into_inner);
        slot.insertions += 1;
        slot.carrier = Some(carrier);
        slot.card = None;
        slot.card = Some(Native::new(opened.map_err(|not| not.error)?.card, false));
        Ok(())
    }

    /// Takes the card out.
    pub fn remove(&self) {
        let mut slot = self.slot.lock().unwrap_or_else(PoisonError::into_inner);
        (slot.carrier, slot.card) = (None, None);
    }
}

impl Cards for InProcess {
    fn inserted(&self) -> Result<Inserted, Refusal> {
        let slot = self.slot.lock().unwrap_or_else(PoisonError::into_inner);
        match (&slot.carrier, &slot.card) {
            (None, _) => Err(Refusal::NoCard),
            (Some(_), None) => Err(Refusal::UnsupportedCard),
            (Some(_), Some(card)) => Ok(card.inserted(slot.insertions)),
        }
    }

    fn transact(
        &self,
        inserted: &Inserted,
        work: &mut dyn FnMut(&mut dyn CardInUse),
    ) -> Result<(), CardError> {
        let mut slot = self.slot.lock().unwrap_or_else(PoisonError::into_inner);
        let Slot { insertions, carrier: Some(carrier), card: Some(card) } = &mut *slot else {
            return Err(TransportError::Removed.into());
        };
        if *insertions != inserted.insertion {
            return Err(TransportError::Removed.into());
        }
        let mut watched = Watched { carrier, removed: false };
        work(&mut card.on(&mut watched));
        if watched.removed {
            (slot.carrier, slot.card) = (None, None);
        } else {
            virtual_card::Card::reset(watched.carrier.card_mut());
        }
        Ok(())
    }
}

/// Notices when the card leaves by itself.
struct Watched<'a> {
    carrier: &'a mut Carrier,
    removed: bool,
}

impl Transport for Watched<'_> {
    fn transmit(&mut self, command: &[u8]) -> Result<Vec<u8>, TransportError> {
        let answer = self.carrier.transmit(command);
        self.removed |= answer == Err(TransportError::Removed);
        answer
    }
}
