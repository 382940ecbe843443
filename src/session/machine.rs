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
    /// The person agreed, with this one of the cards.
    Agreed { card: usize, entered: Option<Entered>, last_try_accepted: bool },
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

/// What goes for one of the cards.
#[derive(Clone, Copy)]
pub(super) struct Terms {
    /// Where its PIN is typed; `None` where a yes is enough.
    pub(super) pin: Option<PinEntry>,
    pub(super) tries_left: Option<u8>,
    /// The comparison of the site's four characters with the card's. It has no effect before the
    /// person agreed, so that no site can feel for a card's ID.
    pub(super) id_agrees: bool,
}

/// A request's rules and where it stands.
pub(super) struct Machine {
    state: State,
    cards: Vec<Terms>,
    /// The card the PIN was, or is being, sent to: there is no other one any more.
    chosen: Option<usize>,
    last_try: LastTry,
}

impl Machine {
    /// For a request that any of these cards can serve.
    pub(super) fn new(cards: Vec<Terms>) -> Self {
        Self { state: State::Requested, cards, chosen: None, last_try: LastTry::Keep }
    }

    /// The card the person agreed to use.
    pub(super) fn chosen(&self) -> Option<usize> {
        self.chosen
    }

    /// Takes an event, says what to do. An event that cannot happen where the request stands is a
    /// fault of this program and ends it.
    pub(super) fn advance(&mut self, event: Event) -> Effect {
        match (self.state, event) {
            (State::Requested, Event::Agreed { card, entered, last_try_accepted }) => {
                match self.cards.get(card).copied() {
                    Some(terms) if self.chosen.is_none_or(|chosen| chosen == card) => {
                        self.agreed(card, terms, entered, last_try_accepted)
                    }
                    Some(_) | None => self.refuse(Refusal::Internal),
                }
            }
            (State::Consented, Event::PinAccepted) => {
                self.state = State::PinVerified;
                Effect::Sign
            }
            (State::Consented, Event::PinImpossible) => {
                self.state = State::Requested;
                Effect::AskAgain { tries_left: self.terms().and_then(|terms| terms.tries_left) }
            }
            (State::Consented, Event::LastTry) => {
                self.state = State::Requested;
                self.left(Some(1));
                Effect::AskAgain { tries_left: Some(1) }
            }
            (State::Consented, Event::PinWrong { tries_left }) => {
                self.state = State::Requested;
                self.left(tries_left);
                Effect::SayWrongPin { tries_left: self.terms().and_then(|terms| terms.tries_left) }
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

    fn terms(&mut self) -> Option<&mut Terms> {
        self.cards.get_mut(self.chosen?)
    }

    /// What the card said; where it said nothing, what was known is one less. Only the card can say
    /// that none is left.
    fn left(&mut self, tries: Option<u8>) {
        if let Some(terms) = self.terms() {
            let lowered = terms.tries_left.map(|known| known.saturating_sub(1).max(1));
            terms.tries_left = tries.or(lowered);
        }
    }

    fn agreed(
        &mut self,
        card: usize,
        terms: Terms,
        entered: Option<Entered>,
        last_try_accepted: bool,
    ) -> Effect {
        if !terms.id_agrees {
            return self.refuse(Refusal::IdMismatch);
        }
        let risks_the_last = terms.tries_left == Some(1) && !last_try_accepted;
        match (terms.pin, entered) {
            (None, None) => {
                self.chosen = Some(card);
                self.state = State::Given;
                Effect::Give
            }
            (Some(place), Some(entered)) if !risks_the_last && admits(place, &entered) => {
                self.chosen = Some(card);
                self.last_try = if last_try_accepted { LastTry::Risk } else { LastTry::Keep };
                self.state = State::Consented;
                Effect::Verify(entered)
            }
            (Some(_), _) => Effect::AskAgain { tries_left: terms.tries_left },
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
        agreed_with(0, pin, last_try_accepted)
    }

    fn agreed_with(card: usize, pin: &[u8], last_try_accepted: bool) -> Event {
        let entered = Some(Entered::Typed(Pin::from_bytes(pin).ok().unwrap()));
        Event::Agreed { card, entered, last_try_accepted }
    }

    fn with_one_card(pin: Option<PinEntry>, tries_left: Option<u8>, id_agrees: bool) -> Machine {
        Machine::new(vec![Terms { pin, tries_left, id_agrees }])
    }

    #[test]
    fn each_card_has_its_own_terms_and_the_pin_goes_to_the_one_that_was_chosen() {
        let terms = |tries_left, id_agrees| Terms { pin: RULE, tries_left, id_agrees };
        let cards =
            || Machine::new(vec![terms(Some(1), true), terms(Some(3), false), terms(None, true)]);
        assert!(matches!(
            cards().advance(agreed_with(0, b"123456", false)),
            Effect::AskAgain { .. }
        ));
        let other = cards().advance(agreed_with(1, b"123456", false));
        assert!(matches!(other, Effect::Refuse(Refusal::IdMismatch)));
        let none = cards().advance(agreed_with(3, b"123456", false));
        assert!(matches!(none, Effect::Refuse(Refusal::Internal)));

        let mut third = cards();
        assert!(matches!(third.advance(agreed_with(2, b"123456", false)), Effect::Verify(_)));
        assert_eq!(third.chosen(), Some(2));
        third.advance(Event::PinWrong { tries_left: Some(1) });
        let again = third.advance(agreed_with(2, b"123456", false));
        assert!(matches!(again, Effect::AskAgain { tries_left: Some(1) }), "its tries, no other's");
        let another = third.advance(agreed_with(0, b"123456", true));
        assert!(matches!(another, Effect::Refuse(Refusal::Internal)), "a PIN has been sent");
    }

    #[test]
    fn a_request_goes_from_consent_over_the_pin_to_the_signature() {
        let mut machine = with_one_card(RULE, None, true);
        assert!(matches!(machine.advance(agreed(b"123456", false)), Effect::Verify(_)));
        assert!(matches!(machine.advance(Event::PinAccepted), Effect::Sign));
        assert!(matches!(machine.advance(Event::Signed), Effect::Answer));
    }

    #[test]
    fn a_wrong_id_ends_the_request_after_the_consent_and_before_the_pin() {
        let mut machine = with_one_card(RULE, None, false);
        let effect = machine.advance(agreed(b"123456", false));
        assert!(matches!(effect, Effect::Refuse(Refusal::IdMismatch)));
        let effect = machine.advance(agreed(b"123456", false));
        assert!(matches!(effect, Effect::Refuse(Refusal::IdMismatch)), "one try per agreement");
    }

    #[test]
    fn a_wrong_pin_is_asked_for_again_and_never_sent_again() {
        let mut machine = with_one_card(RULE, None, true);
        machine.advance(agreed(b"111111", false));
        let effect = machine.advance(Event::PinWrong { tries_left: Some(2) });
        assert!(matches!(effect, Effect::SayWrongPin { tries_left: Some(2) }));
        assert!(matches!(machine.advance(agreed(b"123456", false)), Effect::Verify(_)));
    }

    #[test]
    fn a_card_that_does_not_count_aloud_has_one_try_less_after_a_wrong_pin() {
        let mut machine = with_one_card(RULE, Some(2), true);
        machine.advance(agreed(b"111111", false));
        let effect = machine.advance(Event::PinWrong { tries_left: None });
        assert!(matches!(effect, Effect::SayWrongPin { tries_left: Some(1) }));
        let effect = machine.advance(agreed(b"222222", false));
        assert!(matches!(effect, Effect::AskAgain { .. }), "the last one needs a yes");
    }

    #[test]
    fn the_last_try_and_an_impossible_pin_are_not_sent_without_more_ado() {
        let mut machine = with_one_card(RULE, Some(1), true);
        assert!(matches!(machine.advance(agreed(b"123456", false)), Effect::AskAgain { .. }));
        assert!(matches!(machine.advance(agreed(b"12345", true)), Effect::AskAgain { .. }));
        assert!(matches!(machine.advance(agreed(b"123456", true)), Effect::Verify(_)));
    }

    #[test]
    fn a_pin_the_reader_did_not_send_is_asked_for_again() {
        let mut machine = with_one_card(Some(PinEntry::OnReader), Some(2), true);
        let entered = || Some(Entered::OnReader);
        let on_reader = || Event::Agreed { card: 0, entered: entered(), last_try_accepted: false };
        assert!(matches!(machine.advance(agreed(b"123456", false)), Effect::AskAgain { .. }));
        assert!(matches!(machine.advance(on_reader()), Effect::Verify(Entered::OnReader)));
        assert!(matches!(machine.advance(Event::PinImpossible), Effect::AskAgain { .. }));
        assert!(matches!(machine.advance(on_reader()), Effect::Verify(Entered::OnReader)));
    }

    #[test]
    fn a_yes_is_enough_where_nothing_is_signed_and_only_there() {
        let yes = || Event::Agreed { card: 0, entered: None, last_try_accepted: false };
        let mut machine = with_one_card(None, None, true);
        assert!(matches!(machine.advance(yes()), Effect::Give));
        assert!(matches!(machine.advance(yes()), Effect::Refuse(Refusal::Internal)), "one yes");
        let mut machine = with_one_card(RULE, None, true);
        assert!(matches!(machine.advance(yes()), Effect::AskAgain { .. }));
        let mut machine = with_one_card(None, None, true);
        let effect = machine.advance(agreed(b"123456", false));
        assert!(matches!(effect, Effect::Refuse(Refusal::Internal)), "a PIN nobody asked for");
    }

    #[test]
    fn an_event_out_of_place_ends_the_request() {
        let mut machine = with_one_card(RULE, None, true);
        assert!(matches!(machine.advance(Event::Signed), Effect::Refuse(Refusal::Internal)));
        let mut machine = with_one_card(RULE, None, true);
        machine.advance(agreed(b"123456", false));
        let effect = machine.advance(agreed(b"123456", false));
        assert!(matches!(effect, Effect::Refuse(Refusal::Internal)));
    }
}
