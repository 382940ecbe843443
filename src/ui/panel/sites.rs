//! The page of sites: which may call, which asked, and what the person does about it.

use ankong_dialog::{Row, Section};

use super::model::{Damaged, Deed, Listing};
use super::writer::Writer;
use crate::session::origin::Origin;

/// Shown of a list that others wrote: the page has to fit into a frame.
const MOST_SHOWN: usize = 64;

pub(super) fn page(writer: &mut Writer<'_>, sites: &Listing) -> (String, Vec<Section>) {
    let mut first = Section { text: vec![writer.get("sites-meaning")], ..Section::default() };
    if sites.is_damaged {
        first.text.push(writer.get("sites-damaged"));
        let (question, buttons) = writer.set_aside(Damaged::Sites);
        first.text.extend(question);
        first.actions = buttons;
    } else if !sites.user_may_allow {
        first.text.push(writer.get("sites-forbidden"));
    }
    let mine = sites.user_may_allow && !sites.is_damaged;
    let mut sections = vec![first];
    sections.push(list(writer, "sites-asked", &sites.asked, |writer, origin| {
        mine.then(|| writer.button("sites-allow", Deed::Allow(origin.clone())))
    }));
    sections.push(list(writer, "sites-user", &sites.user, |writer, origin| {
        mine.then(|| writer.button("sites-revoke", Deed::Revoke(origin.clone())))
    }));
    if !sites.muted.is_empty() {
        sections.push(list(writer, "sites-muted", &sites.muted, |writer, origin| {
            Some(writer.button("sites-unmute", Deed::Unmute(origin.clone())))
        }));
    }
    for (heading, patterns) in
        [("sites-administrator", &sites.administrator), ("sites-built-in", &sites.built_in)]
    {
        let row = |pattern: &String| Row { origin: Some(pattern.clone()), ..Row::default() };
        let rows = patterns.iter().take(MOST_SHOWN).map(row).collect();
        sections.push(Section { rows, ..with_none(writer, heading) });
    }
    (writer.get("sites-title"), sections)
}

fn list(
    writer: &mut Writer<'_>,
    heading: &str,
    origins: &[Origin],
    button: impl Fn(&mut Writer<'_>, &Origin) -> Option<ankong_dialog::Action>,
) -> Section {
    let row = |origin: &Origin| Row {
        origin: Some(origin.to_string()),
        actions: button(writer, origin).into_iter().collect(),
        ..Row::default()
    };
    let rows = origins.iter().map(row).collect();
    Section { rows, ..with_none(writer, heading) }
}

fn with_none(writer: &Writer<'_>, heading: &str) -> Section {
    Section { none: Some(writer.get("sites-none")), ..writer.section(heading) }
}
