//! A reader, a card and a smart-card service in which everything can fail at a given command. No
//! time passes here: what a slow card would take is counted by its carrier.

use std::sync::{Mutex, MutexGuard};

use ankong::reader::{Native, Slot};
use ankong::session::Refusal;
use ankong::session::cards::{CardInUse, Cards, Inserted};
use ankong_card::card;
use ankong_card::pin_pad::PadCommand;
use ankong_card::{CardError, Channel, Protocol, Transport, TransportError};
use ankong_hostile::{PIN, Subject, issuer_keys};
use virtual_card::fault::{Fault, Faulty, Plan, When};
use virtual_card::{CardImage, InProcess, PivLayout};

use crate::fault::Kind;

/// A kind of card, and what its reader and it can do beside the usual.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Kit {
    pub(crate) subject: Subject,
    pub(crate) more: More,
}

/// See [`Kit`].
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum More {
    Nothing,
    /// Card and reader take commands of extended length; a PIV card.
    ExtendedLength,
    /// The PIN is typed on the reader's keys.
    PinPad,
}

impl Kit {
    fn card(self) -> Box<dyn virtual_card::Card + Send> {
        if self.more != More::ExtendedLength {
            return self.subject.card();
        }
        let layout = PivLayout { extended_length: true, ..PivLayout::default() };
        CardImage { piv: Some(layout), ..self.subject.image() }.insertable().unwrap()
    }
}

/// Everything between a session and a card.
pub(crate) struct Bench(Mutex<Reader>);

type Carrier = InProcess<Faulty<Box<dyn virtual_card::Card + Send>>>;

struct Reader {
    more: More,
    carrier: Option<Carrier>,
    faults: Plan,
    /// What is not there: the reader, or the service.
    missing: Option<Refusal>,
    /// What fails around the card, and at which command from now.
    failure: Option<(Kind, usize)>,
    slot: Slot,
    insertions: u64,
    sent: Vec<Sent>,
}

/// A command on its way to the card.
#[derive(Clone, Copy, PartialEq, Eq)]
pub(crate) enum Sent {
    /// VERIFY with data.
    Pin,
    Other,
}

impl Bench {
    /// The card is in the reader and has been read.
    pub(crate) fn with(kit: Kit) -> Self {
        let card = Faulty::new(kit.card(), []);
        let mut reader = Reader {
            more: kit.more,
            faults: card.plan(),
            carrier: Some(InProcess::new(card)),
            missing: None,
            failure: None,
            slot: Slot::Empty,
            insertions: 0,
            sent: Vec::new(),
        };
        reader.read();
        Self(Mutex::new(reader))
    }

    /// The card is put in again, and read.
    pub(crate) fn insert(&self) {
        self.reader().read();
    }

    /// From here on, the command with this number, from 1, goes wrong.
    pub(crate) fn plan(&self, kind: Kind, nth: usize) {
        let mut reader = self.reader();
        match kind {
            Kind::Card(what) => {
                reader.faults.add(Fault { when: When::Nth(u32::try_from(nth).unwrap()), what });
            }
            Kind::ReaderPulled | Kind::ServiceKilled | Kind::Held => {
                reader.failure = Some((kind, nth));
            }
        }
    }

    /// The system or the other program puts right what it can, and the person what they can: they
    /// take a card out and put it in again that could not be used.
    pub(crate) fn mend(&self) {
        let mut reader = self.reader();
        reader.faults.clear();
        reader.failure = None;
        let powered_anew = reader.missing.take().is_some();
        let usable = reader.slot.card().is_ok_and(|card| card.inserted(0).can_sign);
        if powered_anew || !usable {
            reader.read();
        }
    }

    /// What was sent to the card since the last call.
    pub(crate) fn sent(&self) -> Vec<Sent> {
        std::mem::take(&mut self.reader().sent)
    }

    fn reader(&self) -> MutexGuard<'_, Reader> {
        self.0.lock().unwrap()
    }
}

impl Cards for Bench {
    fn inserted(&self) -> Result<Inserted, Refusal> {
        let reader = self.reader();
        match reader.missing {
            Some(missing) => Err(missing),
            None => Ok(reader.slot.card()?.inserted(reader.insertions)),
        }
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
        assert_eq!(reader.insertions, inserted.insertion);
        let card = reader.slot.card().ok().cloned().ok_or(TransportError::Removed)?;
        let mut line = Line { reader: &mut reader, broken: None };
        work(&mut card.on(&mut line));
        match line.broken {
            Some(TransportError::Removed) => reader.slot = Slot::Empty,
            _ => virtual_card::Card::reset(reader.carrier().card_mut()),
        }
        Ok(())
    }
}

impl Reader {
    fn carrier(&mut self) -> &mut Carrier {
        self.carrier.as_mut().unwrap()
    }

    /// What happens when the service sees a card: it is powered and read.
    fn read(&mut self) {
        let carrier = self.carrier.take().unwrap();
        self.carrier = Some(InProcess::new(carrier.into_card()));
        let pad = self.more == More::PinPad;
        // What the card says of itself matters for extended length alone.
        let atr = match self.more {
            More::ExtendedLength => virtual_card::Card::atr(self.carrier().card_mut()).to_vec(),
            More::Nothing | More::PinPad => Vec::new(),
        };
        let mut line = Line { reader: self, broken: None };
        let opened = card::open(&mut Channel::new(&mut line), &atr, &issuer_keys());
        self.insertions += 1;
        let read = opened.map(|opened| Native::new(opened.card, pad));
        self.slot = Slot::after_reading(read.map_err(|not| not.error));
    }
}

/// The way to the card; once broken, it stays so.
struct Line<'a> {
    reader: &'a mut Reader,
    broken: Option<TransportError>,
}

impl Transport for Line<'_> {
    fn protocol(&mut self) -> Protocol {
        self.reader.carrier().protocol()
    }

    fn takes_extended_length(&mut self) -> bool {
        self.reader.more == More::ExtendedLength
    }

    /// Somebody types the PIN on the reader.
    fn verify_on_pad(&mut self, command: &PadCommand) -> Result<Vec<u8>, TransportError> {
        let mut data = command.template.clone();
        data[..PIN.len()].copy_from_slice(PIN.as_bytes());
        let length = u8::try_from(data.len()).unwrap();
        self.transmit(&[&command.header[..], &[length], &data].concat())
    }

    fn transmit(&mut self, command: &[u8]) -> Result<Vec<u8>, TransportError> {
        if let Some(broken) = self.broken {
            return Err(broken);
        }
        let with_pin = matches!(command, [_, 0x20, _, _, _, _, ..]);
        self.reader.sent.push(if with_pin { Sent::Pin } else { Sent::Other });
        let answer = self.reader.transmit(command);
        self.broken = answer.as_ref().err().copied();
        answer
    }
}

impl Reader {
    /// A command that something around the card keeps the answer of has reached the card all the
    /// same: the worst case.
    fn transmit(&mut self, command: &[u8]) -> Result<Vec<u8>, TransportError> {
        let failing = self.failure.take_if(|(_, nth)| *nth == 1).map(|(kind, _)| kind);
        if let Some((_, nth)) = &mut self.failure {
            *nth -= 1;
        }
        if let Some(Kind::Held) = failing {
            return Err(TransportError::Held);
        }
        let answer = self.carrier().transmit(command);
        match failing {
            None | Some(Kind::Card(_) | Kind::Held) => answer,
            Some(Kind::ReaderPulled) => {
                self.missing = Some(Refusal::NoReader);
                Err(TransportError::Removed)
            }
            Some(Kind::ServiceKilled) => {
                self.missing = Some(Refusal::NoService);
                Err(TransportError::ServiceStopped)
            }
        }
    }
}
