//! `ankong cards`: what is in the readers, and what each card can do: read, sign.

use std::fmt::Write;
use std::path::{Path, PathBuf};
use std::time::SystemTime;

use ankong_card::CardError;
use ankong_card::card::{Card, Family, NotOpened, Opened};
use ankong_card::recording::Recording;
use anyhow::{Context, anyhow};
use time::OffsetDateTime;

use crate::config::Administration;
use crate::module::{Found as Through, Modules};
use crate::paths::administrators_file;
use crate::reader::{Found, FoundSlot, survey};
use crate::session::holder::Holder;

/// What `ankong cards` prints; `verbose` adds which drivers declined, and why.
///
/// # Errors
/// The administrator's file does not count, or the smart-card service does not run.
pub fn cards(config: Option<PathBuf>, verbose: bool, now: SystemTime) -> anyhow::Result<String> {
    let named = config.is_some();
    let file = config.unwrap_or_else(administrators_file);
    let administration = Administration::load(&file, named)?;
    let found = survey(&administration.issuer_keys)
        .map_err(|error| anyhow!("{error}; hint: start pcscd, or restart the computer"))?;
    if found.is_empty() {
        return Ok("no reader; hint: connect a card reader\n".to_owned());
    }
    let modules = Modules::of_computer(&administration.modules)?;
    let alone = found.iter().filter(|found| !matches!(found.slot, FoundSlot::Empty)).count() == 1;
    let mut text = String::new();
    for Found { reader, slot, .. } in found {
        write!(text, "{reader}: ")?;
        match slot {
            FoundSlot::Empty => writeln!(text, "empty")?,
            FoundSlot::Unreachable(error) => {
                writeln!(text, "a card that cannot be asked now: {error}")?;
            }
            FoundSlot::Foreign(not) => {
                describe_foreign(&mut text, &not, verbose)?;
                // A module does not say in which reader its card is.
                if alone && let Ok(found) = modules.find(None) {
                    describe_through(&mut text, &found, now)?;
                }
            }
            FoundSlot::Card { opened, tries_left } => {
                describe(&mut text, &opened, tries_left, &modules, now)?;
                if verbose {
                    describe_declined(&mut text, &opened.declined)?;
                }
            }
        }
    }
    Ok(text)
}

/// What `ankong cards --replay FILE` prints: what the drivers make of a recording. Whether the card
/// could sign is not in it.
///
/// # Errors
/// The file is no recording, or one of another version.
pub fn replayed(file: &Path, verbose: bool) -> anyhow::Result<String> {
    let text = std::fs::read_to_string(file)
        .with_context(|| format!("{} cannot be read", file.display()))?;
    let recording = Recording::parse(&text).with_context(|| file.display().to_string())?;
    let mut text = String::from("recording: ");
    match recording.replay()? {
        Ok(Opened { card, declined }) => {
            writeln!(text, "{}, {}, can read", card.family().name(), card.algorithm().name())?;
            if verbose {
                describe_declined(&mut text, &declined)?;
            }
        }
        Err(not) => describe_foreign(&mut text, &not, verbose)?,
    }
    Ok(text)
}

fn describe(
    text: &mut String,
    opened: &Opened,
    tries_left: Option<u8>,
    modules: &Modules,
    now: SystemTime,
) -> std::fmt::Result {
    let card = opened.card.as_ref();
    write!(text, "{}", card.family().name())?;
    if let Some(number) = card.number() {
        let shown = number.expose().get(..2).unwrap_or_default();
        write!(text, ", {shown}{}", "*".repeat(number.expose().len().saturating_sub(2)))?;
    }
    describe_holder(text, &card.certificates().signing, now)?;
    match tries_left {
        Some(0) => write!(text, ", PIN blocked")?,
        Some(1) => write!(text, ", 1 PIN try left")?,
        Some(tries) => write!(text, ", {tries} PIN tries left")?,
        None => {}
    }
    writeln!(text, ", {}, {}", card.algorithm().name(), abilities(card, modules))
}

fn describe_holder(text: &mut String, certificate: &[u8], now: SystemTime) -> std::fmt::Result {
    match Holder::of(certificate) {
        Some(holder) => {
            write!(text, ", {}, until {}", masked(&holder.name), holder.last_day())?;
            text.push_str(validity(&holder, now));
        }
        None => write!(text, ", holder unreadable")?,
    }
    Ok(())
}

fn describe_foreign(text: &mut String, not: &NotOpened, verbose: bool) -> std::fmt::Result {
    writeln!(text, "{}", not.error)?;
    if verbose { describe_declined(text, &not.declined) } else { Ok(()) }
}

fn describe_through(text: &mut String, found: &Through, now: SystemTime) -> std::fmt::Result {
    write!(text, "  through {}: {}", found.module().display(), found.label())?;
    describe_holder(text, &found.certificates().signing, now)?;
    writeln!(text, ", {}, can read, can sign", found.algorithm().name())
}

fn describe_declined(text: &mut String, declined: &[(Family, CardError)]) -> std::fmt::Result {
    declined.iter().try_for_each(|(family, reason)| match reason {
        CardError::Unknown => writeln!(text, "  not {}: it answers otherwise", family.name()),
        reason => writeln!(text, "  not {}: {reason}", family.name()),
    })
}

/// The two words for what a card can do, and by what where it is not its driver.
fn abilities(card: &dyn Card, modules: &Modules) -> String {
    if card.can_sign() {
        return "can read, can sign".to_owned();
    }
    match modules.find(Some(&card.certificates().signing)) {
        Ok(found) => format!("can read, can sign through {}", found.module().display()),
        Err(error) => format!("can read, cannot sign: {error}"),
    }
}

fn validity(holder: &Holder, now: SystemTime) -> &'static str {
    let now = OffsetDateTime::from(now);
    if holder.valid_at(now) {
        ""
    } else if holder.not_after < now {
        " (expired)"
    } else {
        " (not yet valid)"
    }
}

/// 王○明: the first character, and the last of a name of three or more.
fn masked(name: &str) -> String {
    let count = name.chars().count();
    name.chars()
        .enumerate()
        .map(|(at, c)| if at == 0 || (count > 2 && at + 1 == count) { c } else { '○' })
        .collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_name_is_masked_but_for_its_ends() {
        assert_eq!(masked("王曉明"), "王○明");
        assert_eq!(masked("王明"), "王○");
        assert_eq!(masked(""), "");
    }
}
