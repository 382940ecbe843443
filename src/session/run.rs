//! Does what the machine decides: asks the person, and has the card do its task.

use std::collections::VecDeque;
use std::time::SystemTime;

use ankong_card::CardError;

use super::Refusal;
use super::caller::Caller;
use super::cancel::Cancel;
use super::cards::{Cards, Entered, Inserted};
use super::consent::{Answer, Candidate, Consent, Dialog, Question};
use super::machine::{Effect, Event, Machine, Terms};
use super::reply::Reply;
use super::request::Request;
use super::suited::Suited;
use super::task::{Signed, Task};
use super::tries::Tries;

/// What a run works with; all of it outlives the request.
pub(super) struct Means<'a> {
    pub(super) cards: &'a dyn Cards,
    pub(super) consent: &'a dyn Consent,
    pub(super) tries: &'a Tries,
    pub(super) clock: &'a dyn Fn() -> SystemTime,
    pub(super) random: &'a mut dyn FnMut(&mut [u8]),
}

/// Serves one request with the only card that can, or the one of them that the person chooses.
pub(super) fn run(
    request: &Request,
    caller: Caller,
    cards: &[Suited],
    means: &mut Means<'_>,
    cancel: &Cancel,
) -> Result<Reply, Refusal> {
    let mut candidates: VecDeque<Candidate> =
        cards.iter().map(|card| card.candidate(means.tries)).collect();
    let terms = cards.iter().zip(&candidates).map(|(card, shown)| Terms {
        pin: shown.pin,
        tries_left: shown.tries_left,
        id_agrees: card.id_agrees(request),
    });
    let mut machine = Machine::new(terms.collect());
    let first = candidates.pop_front().ok_or(Refusal::NoCard)?;
    let question = Question::new(request, caller, first, candidates.into());
    let mut dialog = means.consent.ask(&question, cancel).map_err(|_| Refusal::NoWindow)?;
    let outcome = converse(&mut machine, cards, dialog.as_mut(), means, cancel);
    dialog.end(outcome.as_ref().map(|_| ()).map_err(|refusal| *refusal));
    outcome.map(|(card, signed)| {
        let certificates = &card.inserted.certificates;
        let (certificate, issuers) = (certificates.signing.clone(), certificates.issuers.clone());
        match signed {
            Some(Signed::Token(token)) => Reply::Token { token, issuers },
            Some(Signed::Cms(cms)) => Reply::Signature { cms, certificate, issuers },
            None => Reply::Certificates { signing: certificate, issuers },
        }
    })
}

/// The card that was used and what it signed; `None` when the person agreed and there was nothing
/// to sign.
fn converse<'a>(
    machine: &mut Machine,
    cards: &'a [Suited],
    dialog: &mut dyn Dialog,
    means: &mut Means<'_>,
    cancel: &Cancel,
) -> Result<(&'a Suited, Option<Signed>), Refusal> {
    loop {
        let answer = dialog.answer();
        let event = match answer {
            _ if cancel.is_cancelled() => Event::Stopped(Refusal::Cancelled),
            Answer::Agreed { card, entered, last_try_accepted } => {
                Event::Agreed { card, entered, last_try_accepted }
            }
            Answer::Declined => Event::Stopped(Refusal::UserDeclined),
            Answer::TimedOut => Event::Stopped(Refusal::TimedOut),
            Answer::Cancelled => Event::Stopped(Refusal::Cancelled),
        };
        let effect = machine.advance(event);
        let card = machine.chosen().and_then(|card| cards.get(card));
        let (effect, signed) = match (effect, card) {
            (Effect::Verify(entered), Some(card)) => {
                use_card(machine, &entered, card, means, cancel)
            }
            (other, _) => (other, None),
        };
        match (effect, card, signed) {
            (Effect::Answer, Some(card), Some(signed)) => return Ok((card, Some(signed))),
            (Effect::Give, Some(card), None) if matches!(card.task, Task::Nothing) => {
                return still_there(&card.inserted, means.cards).map(|()| (card, None));
            }
            (Effect::AskAgain { tries_left }, ..) => dialog.not_sent(tries_left),
            (Effect::SayWrongPin { tries_left }, ..) => dialog.wrong_pin(tries_left),
            (Effect::Refuse(refusal), ..) => return Err(refusal),
            (Effect::Verify(_) | Effect::Sign | Effect::Answer | Effect::Give, ..) => {
                return Err(Refusal::Internal);
            }
        }
    }
}

/// Whether the card is still the one whose holder was asked; the card itself is not.
fn still_there(inserted: &Inserted, cards: &dyn Cards) -> Result<(), Refusal> {
    match cards.all() {
        Ok(now) if now.iter().any(|card| card.insertion == inserted.insertion) => Ok(()),
        Ok(_) | Err(_) => Err(Refusal::CardRemoved),
    }
}

/// PIN and signature in one transaction: nobody else uses the card in between.
fn use_card(
    machine: &mut Machine,
    entered: &Entered,
    Suited { inserted, task, .. }: &Suited,
    means: &mut Means<'_>,
    cancel: &Cancel,
) -> (Effect, Option<Signed>) {
    let certificate = inserted.certificates.signing.as_slice();
    let mut done = None;
    let mut effect = Effect::Refuse(Refusal::Internal);
    let begun = means.cards.transact(inserted, &mut |card| {
        // Whoever waited for the card here may have been left alone meanwhile.
        let called_off = || Event::Stopped(Refusal::Cancelled);
        if cancel.is_cancelled() {
            effect = machine.advance(called_off());
            return;
        }
        let verified = card.verify(entered, machine.last_try(), means.random);
        means.tries.note(certificate, &verified);
        let known = means.tries.left(certificate);
        effect = machine.advance(event_of(verified, known));
        if matches!(effect, Effect::Sign) && cancel.is_cancelled() {
            effect = machine.advance(called_off());
        }
        if matches!(effect, Effect::Sign) {
            let signed = task.done_by(card, (means.clock)());
            effect = machine.advance(match &signed {
                Ok(_) => Event::Signed,
                Err(refusal) => Event::Stopped(*refusal),
            });
            done = signed.ok();
        }
    });
    match begun {
        Ok(()) => (effect, done),
        Err(error) => (machine.advance(Event::Stopped(error.into())), None),
    }
}

/// `known` is what is thought to be left where the card does not say.
fn event_of(verified: Result<(), CardError>, known: Option<u8>) -> Event {
    match verified {
        Ok(()) => Event::PinAccepted,
        Err(CardError::WrongPin { tries_left }) => {
            Event::PinWrong { tries_left: tries_left.or(known) }
        }
        Err(CardError::PinLength { .. } | CardError::PinDigits) => Event::PinImpossible,
        Err(CardError::LastTry) => Event::LastTry,
        Err(error) => {
            tracing::warn!(%error, "the PIN was not verified");
            Event::Stopped(Refusal::while_in_use(error))
        }
    }
}
