//! Does what the machine decides: asks the person, uses the card, builds the token.

use ankong_card::CardError;
use ankong_card::algorithm::{Digest, NotADigest};

use super::cancel::Cancel;
use super::cards::{CardInUse, Cards, Inserted};
use super::consent::{Answer, Consent, Dialog, Question};
use super::machine::{Effect, Event, Machine};
use super::proof::Proof;
use super::request::AuthenticationRequest;
use super::tries::Tries;
use super::{Refusal, holder::Holder};
use crate::signing::{Token, TokenError, TokenInput};

/// What a run works with; all of it outlives the request.
pub(super) struct Means<'a> {
    pub(super) cards: &'a dyn Cards,
    pub(super) consent: &'a dyn Consent,
    pub(super) tries: &'a Tries,
    pub(super) random: &'a mut dyn FnMut(&mut [u8]),
}

/// Serves one request with the card that is in the reader.
pub(super) fn run(
    request: &AuthenticationRequest,
    inserted: &Inserted,
    holder: Holder,
    means: &mut Means<'_>,
    cancel: &Cancel,
) -> Result<Proof, Refusal> {
    let certificate = inserted.certificates.signing.as_slice();
    // Another program may have spent some since: of two words the lower one counts.
    let tries_left =
        [means.tries.left(certificate), inserted.tries_left].into_iter().flatten().min();
    let id_agrees = request.id_tail().is_none_or(|tail| Some(tail) == holder.last_four.as_deref());
    let question = Question {
        origin: request.origin().clone(),
        purpose: request.purpose().to_owned(),
        holder,
        tries_left,
        pin: inserted.pin,
    };
    let mut machine = Machine::new(question.pin, tries_left, id_agrees);
    let input = TokenInput::new(certificate, request.origin().as_str(), request.challenge())
        .map_err(|error| {
            tracing::error!(%error, "no token can be made with this card");
            Refusal::UnsupportedCard
        })?;
    let mut dialog = means.consent.ask(&question, cancel).map_err(|_| Refusal::NoWindow)?;
    let outcome = converse(&mut machine, &input, inserted, dialog.as_mut(), means, cancel);
    dialog.end(outcome.as_ref().map(|_| ()).map_err(|refusal| *refusal));
    outcome.map(|token| Proof { token, issuers: inserted.certificates.issuers.clone() })
}

fn converse(
    machine: &mut Machine,
    input: &TokenInput,
    inserted: &Inserted,
    dialog: &mut dyn Dialog,
    means: &mut Means<'_>,
    cancel: &Cancel,
) -> Result<Token, Refusal> {
    let certificate = inserted.certificates.signing.as_slice();
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
        let effect = match machine.advance(event) {
            Effect::Verify(entered) => {
                let mut token = None;
                let mut effect = Effect::Refuse(Refusal::Internal);
                // PIN and signature in one transaction: nobody else uses the card in between.
                let begun = means.cards.transact(inserted, &mut |card| {
                    // Whoever waited for the card here may have been left alone meanwhile.
                    let called_off = || Event::Stopped(Refusal::Cancelled);
                    if cancel.is_cancelled() {
                        effect = machine.advance(called_off());
                        return;
                    }
                    let verified = card.verify(&entered, machine.last_try(), means.random);
                    means.tries.note(certificate, &verified);
                    let known = means.tries.left(certificate);
                    effect = machine.advance(event_of(verified, known));
                    if matches!(effect, Effect::Sign) && cancel.is_cancelled() {
                        effect = machine.advance(called_off());
                    }
                    if matches!(effect, Effect::Sign) {
                        let signed = sign(input, card);
                        effect = machine.advance(match &signed {
                            Ok(_) => Event::Signed,
                            Err(refusal) => Event::Stopped(*refusal),
                        });
                        token = signed.ok();
                    }
                });
                match (begun, effect, token) {
                    (Err(error), ..) => machine.advance(Event::Stopped(error.into())),
                    (Ok(()), Effect::Answer, Some(token)) => return Ok(token),
                    (Ok(()), effect, _) => effect,
                }
            }
            other => other,
        };
        match effect {
            Effect::AskAgain { tries_left } => dialog.not_sent(tries_left),
            Effect::SayWrongPin { tries_left } => dialog.wrong_pin(tries_left),
            Effect::Refuse(refusal) => return Err(refusal),
            Effect::Verify(_) | Effect::Sign | Effect::Answer => return Err(Refusal::Internal),
        }
    }
}

fn sign(input: &TokenInput, card: &mut dyn CardInUse) -> Result<Token, Refusal> {
    let token = |card: &mut dyn CardInUse| -> Result<Token, SignError> {
        let digest = Digest::try_from(input.digest()?.as_slice())?;
        Ok(input.token(&card.sign(&digest)?)?)
    };
    token(card).map_err(|error| match error {
        SignError::Card(error) => while_in_use(error),
        SignError::Token(_) | SignError::Digest(_) => {
            tracing::error!(%error, "the card's answer was not used");
            Refusal::Internal
        }
    })
}

/// What can go wrong between the digest and the token.
#[derive(Debug, thiserror::Error)]
enum SignError {
    #[error(transparent)]
    Card(#[from] CardError),
    #[error(transparent)]
    Token(#[from] TokenError),
    #[error(transparent)]
    Digest(#[from] NotADigest),
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
            Event::Stopped(while_in_use(error))
        }
    }
}

/// A card that has been read is supported, whatever it answers later.
fn while_in_use(error: CardError) -> Refusal {
    match error {
        CardError::Malformed(_) => Refusal::Internal,
        other => other.into(),
    }
}
