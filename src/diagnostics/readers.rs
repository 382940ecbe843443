//! Readers and cards. Of several cards the one with the best prospects decides.

use std::time::SystemTime;

use ankong_card::card::{Family, NotOpened, Opened};
use ankong_card::{CardError, TransportError};
use time::OffsetDateTime;

use super::outcome::{Card, Certificate, Readers, Tries, Verdict};
use super::{Detail, modules};
use crate::reader::{Found, FoundSlot};
use crate::session::holder::Holder;

/// What the readers and the best card came to, and the names of all.
pub(super) struct Look {
    pub(super) readers: Readers,
    pub(super) card: Card,
    pub(super) certificate: Certificate,
    pub(super) tries: Tries,
    pub(super) names: Vec<Detail>,
    pub(super) cards: Vec<Detail>,
}

/// `usb` says whether a USB reader is connected, whatever the service says; `modules` may sign with
/// a card where its driver cannot.
pub(super) fn look(
    survey: &Result<Vec<Found>, TransportError>,
    usb: bool,
    modules: &modules::Look,
    now: SystemTime,
) -> Look {
    let found = survey.as_deref().unwrap_or_default();
    let readers = match survey {
        Err(_) => Readers::NoService,
        Ok(found) if !found.is_empty() => Readers::Present,
        Ok(_) if usb => Readers::NoDriver,
        Ok(_) => Readers::None,
    };
    let alone = found.iter().filter(|found| !matches!(found.slot, FoundSlot::Empty)).count() == 1;
    let mut best = (Card::None, Certificate::Unasked, Tries::Fine);
    let mut cards = Vec::new();
    for found in found {
        let Some((mut state, through)) = examine(found, modules, now) else { continue };
        // A module does not say in which reader its card is.
        if alone && matches!(found.slot, FoundSlot::Foreign(_)) && modules.know_some_card() {
            state.0 = Card::ModuleSigns;
        }
        let detail = Detail::of(without_serial_number(&found.reader)).and(state.0.line().name);
        cards.push(if through { detail.and("doctor-card-through-module") } else { detail });
        if best.0 == Card::None || prospects(state) < prospects(best) {
            best = state;
        }
    }
    let names = found.iter().map(|found| without_serial_number(&found.reader));
    let (card, certificate, tries) = best;
    Look { readers, card, certificate, tries, names: names.map(Detail::of).collect(), cards }
}

type State = (Card, Certificate, Tries);

/// The less stands in the way, the better.
fn prospects((card, certificate, tries): State) -> (Verdict, Verdict, Verdict) {
    (card.line().verdict, certificate.line().verdict, tries.line().verdict)
}

/// What the card comes to, and whether it signs through a module.
fn examine(found: &Found, modules: &modules::Look, now: SystemTime) -> Option<(State, bool)> {
    let without_certificate = |card| ((card, Certificate::Unasked, Tries::Fine), false);
    match &found.slot {
        FoundSlot::Empty => None,
        FoundSlot::Unreachable(error) => Some(without_certificate(unreachable(*error))),
        FoundSlot::Foreign(not) => Some(without_certificate(foreign(not))),
        FoundSlot::Card { opened, tries_left } => {
            let card = opened.card.as_ref();
            let through = !card.can_sign() && modules.know(&card.certificates().signing);
            let signs = card.can_sign() || through;
            let state =
                (of_family(card.family(), signs), certificate(opened, now), tries(*tries_left));
            Some((state, through))
        }
    }
}

fn unreachable(error: TransportError) -> Card {
    match error {
        TransportError::Held | TransportError::Reset => Card::Held,
        TransportError::Removed => Card::None,
        TransportError::ServiceStopped
        | TransportError::Silent
        | TransportError::Reader { .. }
        | TransportError::NoPinPad
        | TransportError::Garbled => Card::Unreadable,
    }
}

fn foreign(not: &NotOpened) -> Card {
    // A driver that knew the card and could not read it says more than the last one's shrug.
    let unreadable = |error: &CardError| !matches!(error, CardError::Unknown);
    match &not.error {
        CardError::Unsupported(_) => Card::Foreign,
        CardError::Unknown if !not.declined.iter().any(|(_, error)| unreadable(error)) => {
            Card::Unknown
        }
        CardError::Transport(error) => unreachable(*error),
        CardError::Unknown
        | CardError::Malformed(_)
        | CardError::Refused { .. }
        | CardError::AnotherCard
        | CardError::NoIssuerKeys
        | CardError::WrongIssuerKeys
        | CardError::WrongPin { .. }
        | CardError::PinBlocked
        | CardError::PinLength { .. }
        | CardError::PinDigits
        | CardError::LastTry
        | CardError::PinNotVerified
        | CardError::PadTimedOut
        | CardError::PadCancelled
        | CardError::NoPinPad
        | CardError::Command(_)
        | CardError::Cryptography(_) => Card::Unreadable,
    }
}

fn of_family(family: Family, signs: bool) -> Card {
    match (family, signs) {
        (Family::MoicaGen1, false) => Card::Gen1Reads,
        (Family::MoicaGen1, true) => Card::Gen1Signs,
        (Family::MoicaGen2, false) => Card::Gen2Reads,
        (Family::MoicaGen2, true) => Card::Gen2Signs,
        (Family::Iso7816Part15, false) => Card::Part15Reads,
        (Family::Iso7816Part15, true) => Card::Part15Signs,
        (Family::Piv, false) => Card::PivReads,
        (Family::Piv, true) => Card::PivSigns,
    }
}

fn certificate(opened: &Opened, now: SystemTime) -> Certificate {
    let now = OffsetDateTime::from(now);
    match Holder::of(&opened.card.certificates().signing) {
        None => Certificate::Unasked,
        Some(holder) if holder.valid_at(now) => Certificate::Valid,
        Some(holder) if holder.not_after < now => Certificate::Expired,
        Some(_) => Certificate::NotYet,
    }
}

fn tries(left: Option<u8>) -> Tries {
    match left {
        Some(0) => Tries::Blocked,
        Some(1) => Tries::Last,
        Some(_) | None => Tries::Fine,
    }
}

/// pcsc-lite puts a reader's serial number in parentheses into its name.
pub(super) fn without_serial_number(name: &str) -> String {
    let mut depth = 0_u32;
    let mut kept = String::new();
    for c in name.chars() {
        match c {
            '(' => depth += 1,
            ')' => depth = depth.saturating_sub(1),
            c if depth == 0 => kept.push(c),
            _ => {}
        }
    }
    kept.split_whitespace().collect::<Vec<_>>().join(" ")
}

#[cfg(test)]
mod tests {
    use super::*;

    fn found(slot: FoundSlot) -> Found {
        Found { reader: "A reader (00123456) 00 00".to_owned(), slot, atr: Vec::new() }
    }

    fn look(survey: Result<Vec<Found>, TransportError>, usb: bool) -> Look {
        super::look(&survey, usb, &modules::Look::at_none(), SystemTime::now())
    }

    fn of(slot: FoundSlot) -> Card {
        look(Ok(vec![found(FoundSlot::Empty), found(slot)]), false).card
    }

    #[test]
    fn without_a_reader_it_depends_on_the_service_and_the_bus() {
        let readers = |survey, usb| look(survey, usb).readers;
        assert_eq!(readers(Err(TransportError::ServiceStopped), true), Readers::NoService);
        assert_eq!(readers(Ok(Vec::new()), true), Readers::NoDriver);
        assert_eq!(readers(Ok(Vec::new()), false), Readers::None);
        assert_eq!(readers(Ok(vec![found(FoundSlot::Empty)]), false), Readers::Present);
    }

    #[test]
    fn a_card_that_was_not_read_is_held_known_unknown_or_broken() {
        let foreign = |error, declined| of(FoundSlot::Foreign(NotOpened { error, declined }));
        assert_eq!(of(FoundSlot::Empty), Card::None);
        assert_eq!(of(FoundSlot::Unreachable(TransportError::Held)), Card::Held);
        assert_eq!(of(FoundSlot::Unreachable(TransportError::Silent)), Card::Unreadable);
        assert_eq!(foreign(CardError::Unsupported("health"), Vec::new()), Card::Foreign);
        assert_eq!(foreign(CardError::Unknown, Vec::new()), Card::Unknown);
        let torn = vec![(Family::Piv, CardError::Malformed("certificate"))];
        assert_eq!(foreign(CardError::Unknown, torn), Card::Unreadable);
    }

    #[test]
    fn a_readers_serial_number_is_left_out() {
        let names = look(Ok(vec![found(FoundSlot::Empty)]), false).names;
        assert_eq!(names, [Detail::of("A reader 00 00")]);
    }
}
