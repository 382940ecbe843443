//! What happens next, decided and not done: Requested → Consented → PinVerified → Signed | Refused;
//! and where a yes is enough, Requested → Given | Refused.
//!
//! Every transition is in [`Machine::advance`]. The one rule above all: a PIN leaves this machine
//! only inside [`Effect::Verify`], once for each time the person agreed.

use ankong_card::LastTry;

use super::Refusal;
use super::cards::{Entered, PinEntry};

/// Where a request stands.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum State {
    /// The question stands on the screen.
    Requested,
    /// The person agreed; the PIN is on its way to the card.
    Consented,
    /// The card accepted the PIN.
    PinVerified,
    /// Done, with a signature.
    Signed,
    /// Done, with what is known without one.
    Given,
    /// Over, without a signature.
    Refused(Refusal),
}

/// What happened.
pub(super) enum Event {
    /// The person agreed.
    Agreed { entered: Option<Entered>, last_try_accepted: bool },
    /// The card accepted the PIN.
    PinAccepted,
    /// The PIN cannot be one of this card's; it was not sent.
    PinImpossible,
    /// One try is left by the card's own count, and the person had not been asked about it; the PIN
    /// was not sent.
    LastTry,
    /// The card refused the PIN.
    PinWrong { tries_left: Option<u8> },
    /// The card signed and the signature was checked.
    Signed,
    /// The person, the card or the clock ended it.
    Stopped(Refusal),
}

/// What to do now.
pub(super) enum Effect {
    /// Ask again; nothing was sent to the card. The window should not have let this through.
    AskAgain { tries_left: Option<u8> },
    /// Say that the PIN was wrong, then ask again.
    SayWrongPin { tries_left: Option<u8> },
    /// Have this PIN verified, once.
    Verify(Entered),
    /// Let the card sign.
    Sign,
    /// Answer with what was signed.
    Answer,
    /// Answer with what is known without a signature.
    Give,
    /// Answer with the refusal.
    Refuse(Refusal),
}

/// A request's rules and where it stands.
pub(super) struct Machine {
    state: State,
    tries_left: Option<u8>,
    last_try: LastTry,
    pin: Option<PinEntry>,
    id_agrees: bool,
}

impl Machine {
    /// `pin` is `None` where a yes is enough. `id_agrees` is the comparison of the site's four characters with the card's; it has no
    /// effect before the person agreed, so that no site can feel for a card's ID.
    pub(super) fn new(pin: Option<PinEntry>, tries_left: Option<u8>, id_agrees: bool) -> Self {
        Self { state: State::Requested, tries_left, last_try: LastTry::Keep, pin, id_agrees }
    }

    /// Takes an event, says what to do. An event that cannot happen where the request stands is a
    /// fault of this program and ends it.
    pub(super) fn advance(&mut self, event: Event) -> Effect {
        match (self.state, event) {
            (State::Requested, Event::Agreed { .. }) if !self.id_agrees => {
                self.refuse(Refusal::IdMismatch)
            }
            (State::Requested, Event::Agreed { entered, last_try_accepted }) => {
                self.agreed(entered, last_try_accepted)
            }
            (State::Consented, Event::PinAccepted) => {
                self.state = State::PinVerified;
                Effect::Sign
            }
            (State::Consented, Event::PinImpossible) => {
                self.state = State::Requested;
                self.ask_again()
            }
            (State::Consented, Event::LastTry) => {
                self.state = State::Requested;
                self.tries_left = Some(1);
                self.ask_again()
            }
            (State::Consented, Event::PinWrong { tries_left }) => {
                self.state = State::Requested;
                self.tries_left = tries_left;
                Effect::SayWrongPin { tries_left }
            }
            (State::PinVerified, Event::Signed) => {
                self.state = State::Signed;
                Effect::Answer
            }
            (State::Refused(earlier), _) => Effect::Refuse(earlier),
            (_, Event::Stopped(refusal)) => self.refuse(refusal),
            (
                State::Requested
                | State::Consented
                | State::PinVerified
                | State::Signed
                | State::Given,
                Event::Agreed { .. }
                | Event::PinAccepted
                | Event::PinImpossible
                | Event::LastTry
                | Event::PinWrong { .. }
                | Event::Signed,
            ) => self.refuse(Refusal::Internal),
        }
    }

    /// What the person said with the PIN about the last try.
    pub(super) fn last_try(&self) -> LastTry {
        self.last_try
    }

    fn ask_again(&self) -> Effect {
        Effect::AskAgain { tries_left: self.tries_left }
    }

    fn agreed(&mut self, entered: Option<Entered>, last_try_accepted: bool) -> Effect {
        let risks_the_last = self.tries_left == Some(1) && !last_try_accepted;
        match (self.pin, entered) {
            (None, None) => {
                self.state = State::Given;
                Effect::Give
            }
            (Some(place), Some(entered)) if !risks_the_last && admits(place, &entered) => {
                self.last_try = if last_try_accepted { LastTry::Risk } else { LastTry::Keep };
                self.state = State::Consented;
                Effect::Verify(entered)
            }
            (Some(_), _) => self.ask_again(),
            (None, Some(_)) => self.refuse(Refusal::Internal),
        }
    }

    fn refuse(&mut self, refusal: Refusal) -> Effect {
        self.state = State::Refused(refusal);
        Effect::Refuse(refusal)
    }
}

/// Whether the PIN comes from where it was asked for, and can be one of this card's.
fn admits(place: PinEntry, entered: &Entered) -> bool {
    match (place, entered) {
        (PinEntry::Typed(rule), Entered::Typed(pin)) => rule.admits(pin),
        (PinEntry::OnReader, Entered::OnReader) => true,
        (PinEntry::Typed(_), Entered::OnReader) | (PinEntry::OnReader, Entered::Typed(_)) => false,
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use ankong_card::Pin;
    use ankong_card::card::PinRule;

    const RULE: Option<PinEntry> = Some(PinEntry::Typed(PinRule { min: 6, max: 8 }));

    fn agreed(pin: &[u8], last_try_accepted: bool) -> Event {
        let entered = Some(Entered::Typed(Pin::from_bytes(pin).ok().unwrap()));
        Event::Agreed { entered, last_try_accepted }
    }

    #[test]
    fn a_request_goes_from_consent_over_the_pin_to_the_signature() {
        let mut machine = Machine::new(RULE, None, true);
        assert!(matches!(machine.advance(agreed(b"123456", false)), Effect::Verify(_)));
        assert!(matches!(machine.advance(Event::PinAccepted), Effect::Sign));
        assert!(matches!(machine.advance(Event::Signed), Effect::Answer));
    }

    #[test]
    fn a_wrong_id_ends_the_request_after_the_consent_and_before_the_pin() {
        let mut machine = Machine::new(RULE, None, false);
        let effect = machine.advance(agreed(b"123456", false));
        assert!(matches!(effect, Effect::Refuse(Refusal::IdMismatch)));
        let effect = machine.advance(agreed(b"123456", false));
        assert!(matches!(effect, Effect::Refuse(Refusal::IdMismatch)), "one try per agreement");
    }

    #[test]
    fn a_wrong_pin_is_asked_for_again_and_never_sent_again() {
        let mut machine = Machine::new(RULE, None, true);
        machine.advance(agreed(b"111111", false));
        let effect = machine.advance(Event::PinWrong { tries_left: Some(2) });
        assert!(matches!(effect, Effect::SayWrongPin { tries_left: Some(2) }));
        assert!(matches!(machine.advance(agreed(b"123456", false)), Effect::Verify(_)));
    }

    #[test]
    fn the_last_try_and_an_impossible_pin_are_not_sent_without_more_ado() {
        let mut machine = Machine::new(RULE, Some(1), true);
        assert!(matches!(machine.advance(agreed(b"123456", false)), Effect::AskAgain { .. }));
        assert!(matches!(machine.advance(agreed(b"12345", true)), Effect::AskAgain { .. }));
        assert!(matches!(machine.advance(agreed(b"123456", true)), Effect::Verify(_)));
    }

    #[test]
    fn a_pin_the_reader_did_not_send_is_asked_for_again() {
        let mut machine = Machine::new(Some(PinEntry::OnReader), Some(2), true);
        let entered = || Some(Entered::OnReader);
        let on_reader = || Event::Agreed { entered: entered(), last_try_accepted: false };
        assert!(matches!(machine.advance(agreed(b"123456", false)), Effect::AskAgain { .. }));
        assert!(matches!(machine.advance(on_reader()), Effect::Verify(Entered::OnReader)));
        assert!(matches!(machine.advance(Event::PinImpossible), Effect::AskAgain { .. }));
        assert!(matches!(machine.advance(on_reader()), Effect::Verify(Entered::OnReader)));
    }

    #[test]
    fn a_yes_is_enough_where_nothing_is_signed_and_only_there() {
        let yes = || Event::Agreed { entered: None, last_try_accepted: false };
        let mut machine = Machine::new(None, None, true);
        assert!(matches!(machine.advance(yes()), Effect::Give));
        assert!(matches!(machine.advance(yes()), Effect::Refuse(Refusal::Internal)), "one yes");
        let mut machine = Machine::new(RULE, None, true);
        assert!(matches!(machine.advance(yes()), Effect::AskAgain { .. }));
        let mut machine = Machine::new(None, None, true);
        let effect = machine.advance(agreed(b"123456", false));
        assert!(matches!(effect, Effect::Refuse(Refusal::Internal)), "a PIN nobody asked for");
    }

    #[test]
    fn an_event_out_of_place_ends_the_request() {
        let mut machine = Machine::new(RULE, None, true);
        assert!(matches!(machine.advance(Event::Signed), Effect::Refuse(Refusal::Internal)));
        let mut machine = Machine::new(RULE, None, true);
        machine.advance(agreed(b"123456", false));
        let effect = machine.advance(agreed(b"123456", false));
        assert!(matches!(effect, Effect::Refuse(Refusal::Internal)));
    }
}
