//! A card in use through one of this program's own drivers.

use std::sync::Arc;

use ankong_card::algorithm::Digest;
use ankong_card::card::{Card, Family};
use ankong_card::certificate::Certificates;
use ankong_card::{CardError, Channel, LastTry, Transport};

use crate::session::cards::{CardInUse, Entered, Inserted, PinEntry};

/// A card that has been read, as the session knows it and as its driver does.
#[derive(Clone)]
pub struct Native {
    driver: Arc<dyn Card>,
    certificates: Arc<Certificates>,
    pin: PinEntry,
}

impl Native {
    /// `pad` says whether the reader has keys to type a PIN on.
    #[must_use]
    pub fn new(driver: Box<dyn Card>, pad: bool) -> Self {
        let pin = if pad && driver.takes_pin_pad() {
            PinEntry::OnReader
        } else {
            PinEntry::Typed(driver.pin_rule())
        };
        let certificates = Arc::new(driver.certificates().clone());
        Self { driver: Arc::from(driver), certificates, pin }
    }

    pub(super) fn family(&self) -> Family {
        self.driver.family()
    }

    /// What the session may know, under the number of this insertion.
    #[must_use]
    pub fn inserted(&self, insertion: u64) -> Inserted {
        Inserted {
            certificates: Arc::clone(&self.certificates),
            pin: self.pin,
            can_sign: self.driver.can_sign(),
            tries_left: None,
            insertion,
        }
    }

    /// The card on the other end of `transport`.
    pub fn on<'a>(&'a self, transport: &'a mut dyn Transport) -> impl CardInUse + 'a {
        InUse { driver: self.driver.as_ref(), channel: Channel::new(transport) }
    }
}

struct InUse<'a> {
    driver: &'a dyn Card,
    channel: Channel<'a>,
}

impl CardInUse for InUse<'_> {
    fn verify(
        &mut self,
        entered: &Entered,
        last_try: LastTry,
        random: &mut dyn FnMut(&mut [u8]),
    ) -> Result<(), CardError> {
        match entered {
            Entered::Typed(pin) => self.driver.verify(&mut self.channel, pin, last_try, random),
            Entered::OnReader => self.driver.verify_on_pad(&mut self.channel, last_try),
        }
    }

    fn sign(&mut self, digest: &Digest) -> Result<Vec<u8>, CardError> {
        self.driver.sign(&mut self.channel, digest)
    }
}
