//! `ankong record-card`: how a real card is read, written down for whoever wants to know, without
//! the person it belongs to. `docs/record-card.md` tells volunteers how.

use std::fs::OpenOptions;
use std::io::{ErrorKind, Write};
use std::path::Path;

use ankong_card::CardError;
use ankong_card::card::{Family, NotOpened, Opened};
use ankong_card::recording::Recording;
use anyhow::{Context, anyhow, bail};

use crate::reader::{Inserted, Recorded, inserted};
use crate::session::Refusal;
use crate::session::holder::Holder;
use crate::ui::texts::{Language, Texts};

/// Reads the one card that is inserted, or the one in `reader`, writes `file` and returns what to
/// tell the person.
///
/// # Errors
/// There is no card to read, or it broke off, or the file is there already.
pub fn record_card(file: &Path, reader: Option<&str>) -> anyhow::Result<String> {
    let texts = Texts::new(Language::of_environment());
    let refused = |refusal: Refusal| anyhow!(texts.explain(refusal.code()));
    let (cards, readers) = inserted().map_err(|error| refused(error.into()))?;
    let card = match (cards.as_slice(), reader, readers) {
        (_, None, 0) => return Err(refused(Refusal::NoReader)),
        ([], None, _) => return Err(refused(Refusal::NoCard)),
        ([card], None, _) => card,
        (cards, wanted, _) => {
            let named = wanted.and_then(|name| cards.iter().find(|card| card.reader() == name));
            named.ok_or_else(|| anyhow!(choices(&texts, cards)))?
        }
    };
    let Recorded { opened, recording } = card.record().map_err(|error| refused(error.into()))?;
    if names_somebody(&recording, &opened) {
        bail!(texts.explain("record-personal"));
    }
    write(file, &text(&recording, &opened), &texts)?;
    let ending = if same(&recording, &opened) { "record-written" } else { "record-differs" };
    Ok(format!("{}: {}\n{}\n", file.display(), verdict(&opened), texts.explain(ending)))
}

fn choices(texts: &Texts, cards: &[Inserted]) -> String {
    cards.iter().fold(texts.explain("record-reader"), |text, card| {
        format!("{text}\n  --reader {:?}", card.reader())
    })
}

/// A last look: whatever the card, the most personal of it must not be there.
fn names_somebody(recording: &Recording, opened: &Result<Opened, NotOpened>) -> bool {
    let Ok(Opened { card, .. }) = opened else { return false };
    let number = card.number().map(|number| number.expose().to_owned());
    let name = Holder::of(&card.certificates().signing).map(|holder| holder.name);
    let telling = |secret: &String| secret.len() >= 3; // a letter may be anywhere
    number.into_iter().chain(name).filter(telling).any(|s| recording.mentions(s.as_bytes()))
}

/// Whether the recording reads as the card did.
fn same(recording: &Recording, opened: &Result<Opened, NotOpened>) -> bool {
    let family = |opened: &Result<Opened, NotOpened>| -> Option<Family> {
        opened.as_ref().ok().map(|opened| opened.card.family())
    };
    recording.replay().is_ok_and(|replayed| family(&replayed) == family(opened))
}

fn verdict(opened: &Result<Opened, NotOpened>) -> String {
    match opened {
        Ok(opened) => format!("{}, can read", opened.card.family().name()),
        Err(not) => not.error.to_string(),
    }
}

/// The file: the recording under a few lines for whoever opens it.
fn text(recording: &Recording, opened: &Result<Opened, NotOpened>) -> String {
    let declined = match opened {
        Ok(opened) => &opened.declined,
        Err(not) => &not.declined,
    };
    let mut text = format!(
        "# How ankong {} reads this card; values that belong to somebody are replaced.\n# {}\n",
        env!("CARGO_PKG_VERSION"),
        verdict(opened)
    );
    for (family, reason) in declined {
        let reason = match reason {
            CardError::Unknown => "it answers otherwise".to_owned(),
            reason => reason.to_string(),
        };
        text.push_str(&format!("# not {}: {reason}\n", family.name()));
    }
    text + &recording.to_string()
}

fn write(file: &Path, text: &str, texts: &Texts) -> anyhow::Result<()> {
    let opened = OpenOptions::new().write(true).create_new(true).open(file);
    let mut opened = match opened {
        Err(error) if error.kind() == ErrorKind::AlreadyExists => {
            bail!("{}: {}", file.display(), texts.explain("record-exists"))
        }
        opened => opened.with_context(|| format!("{} cannot be written", file.display()))?,
    };
    Ok(opened.write_all(text.as_bytes())?)
}
