//! A question written out for the window, in the person's language.

use std::path::Path;

use ankong_dialog as wire;

use super::texts::Texts;
use crate::session::caller::Caller;
use crate::session::consent::{Candidate, Gives, PinEntry, PinRule, Question};
use crate::session::content::Content;

/// The question in words; after so many seconds the window gives up.
pub(super) fn prompt(texts: &Texts, question: &Question, seconds: u16) -> wire::Prompt {
    let get = |id| texts.get(id);
    let (title, asks) = match question.gives {
        Gives::Identity => ("consent-title", "consent-asks"),
        Gives::Signature(_) => ("consent-title-signature", "consent-asks-signature"),
        Gives::Certificates => ("consent-title-certificates", "consent-asks-certificates"),
    };
    let (content, gives) = match &question.gives {
        Gives::Identity => (None, None),
        Gives::Signature(what) => (Some(content(texts, what)), None),
        Gives::Certificates => (None, Some(get("consent-gives-certificates"))),
    };
    wire::Prompt {
        language: texts.language().tag().to_owned(),
        origin: question.origin.to_string(),
        purpose: question.purpose.clone(),
        content,
        gives,
        stranger: stranger(texts, &question.caller),
        card: card(texts, &question.card),
        others: question.others.iter().map(|other| card(texts, other)).collect(),
        seconds,
        labels: wire::Labels {
            title: get(title),
            asks: get(asks),
            purpose: get("consent-purpose"),
            holder: get("consent-holder"),
            valid_until: get("consent-valid-until"),
            choose: get("consent-choose"),
            other_card: get("consent-other-card"),
            last_try: get("consent-last-try"),
            confirm: get("consent-confirm"),
            decline: get("consent-decline"),
            close: get("consent-close"),
            caps_lock: get("consent-caps-lock"),
            covered: get("consent-covered"),
        },
    }
}

fn card(texts: &Texts, card: &Candidate) -> wire::Card {
    let (pin, pin_label, working) = match card.pin {
        Some(PinEntry::Typed(PinRule { min, max })) => (
            Some(wire::PinRule { min, max }),
            texts.with("consent-pin", &[("min", min), ("max", max)]),
            "consent-working",
        ),
        Some(PinEntry::OnReader) => {
            (None, texts.get("consent-pin-on-reader"), "consent-type-on-reader")
        }
        None => (None, texts.get("consent-no-pin"), "consent-working"),
    };
    wire::Card {
        holder: card.holder.name.clone(),
        valid_until: card.holder.last_day().to_string(),
        tries_left: card.tries_left,
        tries: card.pin.map(|_| tries(texts, card.tries_left)).unwrap_or_default(),
        pin,
        pin_label,
        working: texts.get(working),
    }
}

/// Which program asks, and what that means; nothing where a browser does.
pub(super) fn stranger(texts: &Texts, caller: &Caller) -> Option<wire::Stranger> {
    let (warning, file) = match caller {
        Caller::Browser => return None,
        Caller::Program(file) => ("consent-stranger", file.as_path()),
        Caller::Unknown => ("consent-stranger-unknown", Path::new("")),
    };
    let name = file.file_name().map(|name| name.to_string_lossy().into_owned());
    Some(wire::Stranger {
        warning: texts.get(warning),
        name: beginning(&name.unwrap_or_default(), LONGEST_NAME),
        path: end(&file.to_string_lossy(), LONGEST_PATH),
    })
}

/// A text that somebody else chose the length of.
fn beginning(text: &str, characters: usize) -> String {
    let mut kept: String = text.chars().take(characters).collect();
    if kept.len() < text.len() {
        kept.push('…');
    }
    kept
}

fn end(text: &str, characters: usize) -> String {
    match text.chars().count().checked_sub(characters) {
        None | Some(0) => text.to_owned(),
        Some(over) => text.chars().skip(over).fold("…".to_owned(), |mut kept, c| {
            kept.push(c);
            kept
        }),
    }
}

/// Characters shown of a program's name and path.
const LONGEST_NAME: usize = 40;
const LONGEST_PATH: usize = 120;

/// The line on tries left.
pub(super) fn tries(texts: &Texts, left: Option<u8>) -> String {
    match left {
        Some(left) => texts.with("consent-tries-known", &[("tries", left)]),
        None => texts.get("consent-tries-unknown"),
    }
}

/// The card refused the PIN, or was spared it: the sentence `why` tells which.
pub(super) fn wrong_pin(texts: &Texts, why: &str, tries_left: Option<u8>) -> wire::WrongPin {
    wire::WrongPin { message: texts.get(why), tries: tries(texts, tries_left), tries_left }
}

/// A text is shown whole; of other bytes a person can compare the length and the hash.
fn content(texts: &Texts, content: &Content) -> wire::Content {
    let size = grouped(content.as_bytes().len());
    match content.text() {
        Some(text) => wire::Content {
            label: texts.with_text("consent-content-text", "size", &size),
            text: text.to_owned(),
            is_text: true,
        },
        None => wire::Content {
            label: texts.with_text("consent-content-bytes", "size", &size),
            text: format!("SHA-256 {}", content.fingerprint()),
            is_text: false,
        },
    }
}

/// Digits in groups of three.
fn grouped(number: usize) -> String {
    let digits = number.to_string();
    let mut text = String::new();
    for (index, digit) in digits.chars().enumerate() {
        if index > 0 && (digits.len() - index).is_multiple_of(3) {
            text.push(',');
        }
        text.push(digit);
    }
    text
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_program_that_is_no_browser_is_named_and_none_of_its_names_is_too_long_to_read() {
        let texts = Texts::new(crate::ui::texts::Language::English);
        assert_eq!(stranger(&texts, &Caller::Browser), None);
        let named = |path: &str| stranger(&texts, &Caller::Program(path.into())).unwrap();
        let curl = named("/usr/bin/curl");
        assert_eq!((curl.name.as_str(), curl.path.as_str()), ("curl", "/usr/bin/curl"));
        let long = named(&format!("/{}/{}", "a".repeat(3000), "程".repeat(250)));
        assert_eq!((long.name.chars().count(), long.path.chars().count()), (41, 121));
        let unknown = stranger(&texts, &Caller::Unknown).unwrap();
        assert!(unknown.name.is_empty() && unknown.warning != curl.warning);
    }

    #[test]
    fn a_size_can_be_read() {
        for (number, text) in [(1, "1"), (999, "999"), (1000, "1,000"), (1_048_576, "1,048,576")] {
            assert_eq!(grouped(number), text);
        }
    }
}
