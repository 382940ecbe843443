//! `ankong cards`: what is in the readers, and what each card can do: read, sign.

use std::fmt::Write;
use std::path::PathBuf;

use ankong_card::CardError;
use ankong_card::card::{Card, Family};

use crate::config::Administration;
use crate::paths::administrators_file;
use crate::reader::{Found, FoundSlot, survey};
use crate::session::holder::Holder;

/// What `ankong cards` prints; `verbose` adds which drivers declined, and why.
///
/// # Errors
/// The administrator's file does not count, or the smart-card service does not run.
pub fn cards(config: Option<PathBuf>, verbose: bool) -> anyhow::Result<String> {
    let named = config.is_some();
    let file = config.unwrap_or_else(administrators_file);
    let administration = Administration::load(&file, named)?;
    let found = survey(&administration.issuer_keys)
        .map_err(|error| anyhow::anyhow!("{error}; hint: start pcscd, or restart the computer"))?;
    if found.is_empty() {
        return Ok("no reader; hint: connect a card reader\n".to_owned());
    }
    let mut text = String::new();
    for found in found {
        describe(&mut text, &found, verbose)?;
    }
    Ok(text)
}

fn describe(text: &mut String, found: &Found, verbose: bool) -> std::fmt::Result {
    write!(text, "{}: ", found.reader)?;
    let declined = match &found.slot {
        FoundSlot::Empty => {
            writeln!(text, "empty")?;
            return Ok(());
        }
        FoundSlot::Unreachable(error) => {
            writeln!(text, "a card that cannot be asked now: {error}")?;
            return Ok(());
        }
        FoundSlot::Foreign(not) => {
            writeln!(text, "{}", not.error)?;
            &not.declined
        }
        FoundSlot::Card(opened) => {
            describe_card(text, opened.card.as_ref())?;
            &opened.declined
        }
    };
    if verbose {
        for (family, reason) in declined {
            writeln!(text, "  not {}: {}", family.name(), reason_of(*family, reason))?;
        }
    }
    Ok(())
}

fn describe_card(text: &mut String, card: &dyn Card) -> std::fmt::Result {
    write!(text, "{}", card.family().name())?;
    if let Some(number) = card.number() {
        let shown = number.expose().get(..2).unwrap_or_default();
        write!(text, ", {shown}{}", "*".repeat(number.expose().len().saturating_sub(2)))?;
    }
    match Holder::of(&card.certificates().signing) {
        Some(holder) => {
            write!(text, ", {}, until {}", masked(&holder.name), holder.last_day())?;
        }
        None => write!(text, ", holder unreadable")?,
    }
    let sign = if card.can_sign() { "can sign" } else { "cannot sign: issuer keys are missing" };
    writeln!(text, ", {}, can read, {sign}", card.algorithm().name())
}

/// 王○明: the first character, and the last of a name of three or more.
fn masked(name: &str) -> String {
    let count = name.chars().count();
    name.chars()
        .enumerate()
        .map(|(at, c)| if at == 0 || (count > 2 && at + 1 == count) { c } else { '○' })
        .collect()
}

fn reason_of(_family: Family, reason: &CardError) -> String {
    match reason {
        CardError::Unknown => "it answers otherwise".to_owned(),
        other => other.to_string(),
    }
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
