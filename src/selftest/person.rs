//! Whoever agrees to the one question of the test. Only the test's own card is behind this desk.

use crate::session::Refusal;
use crate::session::cancel::Cancel;
use crate::session::consent::{Answer, Consent, Dialog, Entered, NoWindow, Pin, Question};

/// Says yes with the PIN of the test's card, once.
pub(super) struct Agreeing(String);

impl Agreeing {
    pub(super) fn with(pin: &str) -> Self {
        Self(pin.to_owned())
    }
}

impl Consent for Agreeing {
    fn ask(&self, _: &Question, _: &Cancel) -> Result<Box<dyn Dialog>, NoWindow> {
        Ok(Box::new(Asked(Pin::from_bytes(self.0.as_bytes()).ok())))
    }

    fn tell(&self, _: &Question, _: Refusal) {}
}

struct Asked(Option<Pin>);

impl Dialog for Asked {
    /// A second question means that the card did not take its PIN: no.
    fn answer(&mut self) -> Answer {
        match self.0.take() {
            Some(pin) => Answer::Agreed {
                card: 0,
                entered: Some(Entered::Typed(pin)),
                last_try_accepted: false,
            },
            None => Answer::Declined,
        }
    }

    fn wrong_pin(&mut self, _: Option<u8>) {}

    fn not_sent(&mut self, _: Option<u8>) {}

    fn end(self: Box<Self>, _: Result<(), Refusal>) {}
}
