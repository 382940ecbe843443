//! What every virtual card can do. Knows nothing of the carrier it is put into.

use std::time::Duration;

/// A card, seen from its contacts.
pub trait Card {
    /// The answer to reset, ISO/IEC 7816-3:2006 clause 8.
    fn atr(&self) -> &[u8];

    /// Power-on or reset: what was selected or verified is lost, PIN tries are not.
    fn reset(&mut self);

    /// The response APDU, data and status word. A card answers always; `None` means that something
    /// came in between, and [`Card::contact`] says what.
    fn answer(&mut self, apdu: &[u8]) -> Option<Vec<u8>>;

    /// How things stand after the last answer, until the next [`Card::reset`].
    fn contact(&self) -> Contact {
        Contact::Made
    }

    /// How long the last answer takes. Carriers wait so long, or count it.
    fn delay(&self) -> Duration {
        Duration::ZERO
    }

    /// PIN tries left, where there is a PIN; cards tell testers what they may not tell programs.
    fn tries_left(&self) -> Option<u8> {
        None
    }
}

/// Whether a card can still be talked to. Carriers ask after every answer.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Contact {
    /// It can.
    Made,
    /// It has left the reader by itself.
    Left,
    /// It takes commands and answers none.
    Silent,
    /// Another program has reset it before it saw the last command.
    Reset,
}

impl<C: Card + ?Sized> Card for Box<C> {
    fn atr(&self) -> &[u8] {
        (**self).atr()
    }

    fn reset(&mut self) {
        (**self).reset();
    }

    fn answer(&mut self, apdu: &[u8]) -> Option<Vec<u8>> {
        (**self).answer(apdu)
    }

    fn contact(&self) -> Contact {
        (**self).contact()
    }

    fn delay(&self) -> Duration {
        (**self).delay()
    }

    fn tries_left(&self) -> Option<u8> {
        (**self).tries_left()
    }
}
