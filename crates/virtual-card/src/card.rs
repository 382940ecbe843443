//! What every virtual card can do. Knows nothing of the carrier it is put into.

/// A card, seen from its contacts.
pub trait Card {
    /// The answer to reset, ISO/IEC 7816-3:2006 clause 8.
    fn atr(&self) -> &[u8];

    /// Power-on or reset: what was selected or verified is lost, PIN tries are not.
    fn reset(&mut self);

    /// The response APDU, data and status word. A card always answers; `None` means that it was
    /// pulled out of the reader before it could.
    fn answer(&mut self, apdu: &[u8]) -> Option<Vec<u8>>;

    /// True when the card has left the reader by itself, until the next [`Card::reset`]. Carriers
    /// ask after every answer and break the connection then.
    fn left_reader(&self) -> bool {
        false
    }
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

    fn left_reader(&self) -> bool {
        (**self).left_reader()
    }
}
