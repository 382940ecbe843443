//! The page of what can be set, and of what this program is.

use ankong_dialog::{Row, Section};

use super::model::{Damaged, Deed, Page, Sight, Step};
use super::writer::Writer;
use crate::ui::texts::Language;

pub(super) fn page(writer: &mut Writer<'_>, sight: &Sight) -> (String, Vec<Section>) {
    let mut sections = Vec::new();
    if sight.settings_damaged {
        let (question, actions) = writer.set_aside(Damaged::Settings);
        let text = [writer.get("settings-damaged")].into_iter().chain(question).collect();
        sections.push(Section { text, actions, ..Section::default() });
    }
    sections.push(language(writer, sight.language));
    let mut start = writer.section("panel-start");
    if let Some(on) = sight.autostart {
        start.actions = vec![writer.switch("tray-autostart", on, Deed::Autostart(!on))];
    }
    start.text = vec![writer.get(match sight.autostart {
        Some(_) => "panel-autostart-meaning",
        None => "panel-autostart-unknown",
    })];
    sections.push(start);
    let on = sight.requests.is_some();
    let mut requests = writer.section("panel-requests");
    requests.text = vec![writer.get("panel-requests-meaning")];
    requests.actions = vec![writer.switch("panel-remember", on, Deed::Remember(!on))];
    sections.push(requests);
    sections.push(about(writer, sight.port));
    (writer.get("panel-settings-title"), sections)
}

fn language(writer: &mut Writer<'_>, chosen: Option<Language>) -> Section {
    let system = writer.get("tray-language-system");
    let mut section = writer.section("tray-language");
    section.actions = vec![
        writer.choice(system, chosen.is_none(), Deed::Speak(None)),
        spoken(writer, Language::Chinese, chosen),
        spoken(writer, Language::English, chosen),
    ];
    section
}

fn spoken(
    writer: &mut Writer<'_>,
    language: Language,
    chosen: Option<Language>,
) -> ankong_dialog::Action {
    let is_chosen = chosen == Some(language);
    writer.choice(language.own_name().to_owned(), is_chosen, Deed::Speak(Some(language)))
}

/// What runs here, and where its door is.
pub(super) fn versions(writer: &Writer<'_>, port: Option<u16>) -> Section {
    let version = writer.texts.with_text("panel-version", "version", env!("CARGO_PKG_VERSION"));
    let door = port.map(|port| line(format!("https://localhost:{port}")));
    let rows = [line(version)].into_iter().chain(door).collect();
    Section { rows, ..writer.section("panel-versions") }
}

fn line(text: String) -> Row {
    Row { text, ..Row::default() }
}

fn about(writer: &mut Writer<'_>, port: Option<u16>) -> Section {
    let mut section = versions(writer, port);
    section.heading = Some(writer.get("panel-about"));
    section.text = vec![writer.get("panel-about-text")];
    section.rows.push(line(writer.get("panel-licence")));
    section.actions =
        vec![writer.button("panel-first-run-again", Deed::Turn(Page::FirstRun(Step::Welcome)))];
    section
}
