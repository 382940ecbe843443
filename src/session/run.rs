//! Does what the machine decides: asks the person, and has the card do its task.

use std::time::SystemTime;

use ankong_card::CardError;

use super::Refusal;
use super::cancel::Cancel;
use super::cards::{Cards, Entered, Inserted};
use super::consent::{Answer, Consent, Dialog, Question};
use super::machine::{Effect, Event, Machine};
use super::reply::Reply;
use super::request::{Call, Request};
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

/// Serves one request with the card that is in the reader.
pub(super) fn run(
    request: &Request,
    task: &Task,
    inserted: &Inserted,
    mut question: Question,
    means: &mut Means<'_>,
    cancel: &Cancel,
) -> Result<Reply, Refusal> {
    let certificate = inserted.certificates.signing.as_slice();
    if question.pin.is_some() {
        // Another program may have spent some since: of two words the lower one counts.
        question.tries_left =
            [means.tries.left(certificate), inserted.tries_left].into_iter().flatten().min();
    }
    let id_agrees = match request.call() {
        Call::Authenticate { id_tail: Some(tail), .. } => {
            Some(tail) == question.holder.last_four.as_ref()
        }
        Call::Authenticate { id_tail: None, .. } | Call::Sign { .. } | Call::Certificates => true,
    };
    let mut machine = Machine::new(question.pin, question.tries_left, id_agrees);
    let mut dialog = means.consent.ask(&question, cancel).map_err(|_| Refusal::NoWindow)?;
    let outcome = converse(&mut machine, task, inserted, dialog.as_mut(), means, cancel);
    dialog.end(outcome.as_ref().map(|_| ()).map_err(|refusal| *refusal));
    let issuers = inserted.certificates.issuers.clone();
    outcome.map(|signed| match signed {
        Some(Signed::Token(token)) => Reply::Token { token, issuers },
        Some(Signed::Cms(cms)) => {
            Reply::Signature { cms, certificate: certificate.to_owned(), issuers }
        }
        None => Reply::Certificates { signing: certificate.to_owned(), issuers },
    })
}

/// What was signed; `None` when the person agreed and there was nothing to sign.
fn converse(
    machine: &mut Machine,
    task: &Task,
    inserted: &Inserted,
    dialog: &mut dyn Dialog,
    means: &mut Means<'_>,
    cancel: &Cancel,
) -> Result<Option<Signed>, Refusal> {
    loop {
        let answer = dialog.answer();
        let event = match answer {
            _ if cancel.is_cancelled() => Event::Stopped(Refusal::Cancelled),
            Answer::Agreed { entered, last_try_accepted } => {
                Event::Agreed { entered, last_try_accepted }
            }
            Answer::Declined => Event::Stopped(Refusal::UserDeclined),
            Answer::TimedOut => Event::Stopped(Refusal::TimedOut),
            Answer::Cancelled => Event::Stopped(Refusal::Cancelled),
        };
        let (effect, signed) = match machine.advance(event) {
            Effect::Verify(entered) => use_card(machine, &entered, task, inserted, means, cancel),
            other => (other, None),
        };
        match (effect, signed) {
            (Effect::Answer, Some(signed)) => return Ok(Some(signed)),
            (Effect::Give, None) if matches!(task, Task::Nothing) => {
                return still_there(inserted, means.cards).map(|()| None);
            }
            (Effect::AskAgain { tries_left }, _) => dialog.not_sent(tries_left),
            (Effect::SayWrongPin { tries_left }, _) => dialog.wrong_pin(tries_left),
            (Effect::Refuse(refusal), _) => return Err(refusal),
            (Effect::Verify(_) | Effect::Sign | Effect::Answer | Effect::Give, _) => {
                return Err(Refusal::Internal);
            }
        }
    }
}

/// Whether the card is still the one whose holder was asked; the card itself is not.
fn still_there(inserted: &Inserted, cards: &dyn Cards) -> Result<(), Refusal> {
    match cards.inserted() {
        Ok(now) if now.insertion == inserted.insertion => Ok(()),
        Ok(_) | Err(_) => Err(Refusal::CardRemoved),
    }
}

/// PIN and signature in one transaction: nobody else uses the card in between.
fn use_card(
    machine: &mut Machine,
    entered: &Entered,
    task: &Task,
    inserted: &Inserted,
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
