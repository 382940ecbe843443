//! A reader in this process with a virtual card in it: for computers without readers, and for
//! systems where no virtual reader can be plugged in.

use std::sync::{Mutex, MutexGuard, PoisonError};

use ankong_card::card;
use ankong_card::moica::IssuerKeys;
use ankong_card::{CardError, Channel, Protocol, Transport, TransportError};

use super::Slot;
use super::native::Native;
use crate::session::Refusal;
use crate::session::cards::{CardInUse, Cards, Inserted};

type VirtualCard = Box<dyn virtual_card::Card + Send>;
type Carrier = virtual_card::InProcess<VirtualCard>;

/// The reader.
pub struct InProcess {
    keys: IssuerKeys,
    reader: Mutex<Reader>,
}

struct Reader {
    insertions: u64,
    carrier: Option<Carrier>,
    slot: Slot,
}

impl InProcess {
    /// An empty reader.
    #[must_use]
    pub fn new(keys: IssuerKeys) -> Self {
        Self {
            keys,
            reader: Mutex::new(Reader { insertions: 0, carrier: None, slot: Slot::Empty }),
        }
    }

    /// Puts a card in, in place of the one that may be there, and reads it.
    ///
    /// # Errors
    /// The card cannot be used: what a request would be told now.
    pub fn insert(&self, card: VirtualCard) -> Result<(), Refusal> {
        let atr = card.atr().to_vec();
        let mut carrier = Carrier::new(card);
        let opened = card::open(&mut Channel::new(&mut carrier), &atr, &self.keys);
        let read = opened.map(|opened| Native::new(opened.card, false));
        let slot = Slot::after_reading(read.map_err(|not| not.error));
        let usable = slot.card().map(|_| ());
        let mut reader = self.reader();
        let insertions = reader.insertions + 1;
        *reader = Reader { insertions, carrier: Some(carrier), slot };
        usable
    }

    /// Takes the card out.
    pub fn remove(&self) {
        self.reader().remove();
    }

    fn reader(&self) -> MutexGuard<'_, Reader> {
        self.reader.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl Reader {
    fn remove(&mut self) {
        (self.carrier, self.slot) = (None, Slot::Empty);
    }
}

impl Cards for InProcess {
    fn inserted(&self) -> Result<Inserted, Refusal> {
        let reader = self.reader();
        Ok(reader.slot.card()?.inserted(reader.insertions))
    }

    fn insertions(&self) -> u64 {
        self.reader().insertions
    }

    fn transact(
        &self,
        inserted: &Inserted,
        work: &mut dyn FnMut(&mut dyn CardInUse),
    ) -> Result<(), CardError> {
        let mut reader = self.reader();
        let Reader { insertions, carrier: Some(carrier), slot: Slot::Ready(card) } = &mut *reader
        else {
            return Err(TransportError::Removed.into());
        };
        if *insertions != inserted.insertion {
            return Err(TransportError::Removed.into());
        }
        let mut watched = Watched { carrier, removed: false };
        work(&mut card.on(&mut watched));
        if watched.removed {
            reader.remove();
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
    fn protocol(&mut self) -> Protocol {
        self.carrier.protocol()
    }

    fn transmit(&mut self, command: &[u8]) -> Result<Vec<u8>, TransportError> {
        let answer = self.carrier.transmit(command);
        self.removed |= answer == Err(TransportError::Removed);
        answer
    }
}
