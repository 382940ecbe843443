//! The page that says how things stand: reader and card, browsers, the last requests.

use std::time::SystemTime;

use ankong_dialog::{CardPicture, Picture, Row, Section, Sign};
use time::OffsetDateTime;
use time::macros::{format_description, offset};

use super::model::{Browser, Card, Deed, Page, Past, Sight};
use super::writer::Writer;
use crate::session::{Refusal, Status};

/// The person is told so many days before the certificate ends.
const SOON: i64 = 60;

pub(super) fn page(
    writer: &mut Writer<'_>,
    sight: &Sight,
    browsers: Option<&[Browser]>,
) -> (String, Vec<Section>) {
    let mut sections = vec![card(writer, sight)];
    if !sight.sites.asked.is_empty() {
        sections.push(asked(writer, sight));
    }
    sections.push(trust(writer, browsers));
    sections.push(requests(writer, sight.requests.as_deref()));
    sections.push(super::settings::versions(writer, sight.port));
    (writer.get("panel-status-title"), sections)
}

/// Reader and card, as a picture and in words.
pub(super) fn card(writer: &mut Writer<'_>, sight: &Sight) -> Section {
    let words = writer.get(sentence(sight.status));
    let picture = Picture::Card { state: picture(sight.status), words: words.clone() };
    let mut text = vec![words];
    if let Status::Not(refusal) = sight.status
        && refusal != Refusal::Busy
    {
        text.push(writer.texts.remedy(refusal.code()));
    }
    let rows = sight.card.as_ref().map(|card| of_card(writer, card, sight.now));
    Section {
        heading: Some(writer.get("panel-card")),
        picture: Some(picture),
        text,
        rows: rows.unwrap_or_default(),
        ..Section::default()
    }
}

fn of_card(writer: &mut Writer<'_>, card: &Card, now: SystemTime) -> Vec<Row> {
    let today = OffsetDateTime::from(now).to_offset(offset!(+8)).date();
    let last = card.holder.last_day();
    let days = (last - today).whole_days();
    let left = u32::try_from(days).map(|days| writer.texts.with_number("panel-days-left", days));
    let valid = card.holder.valid_at(now.into());
    let sign = match days {
        _ if !valid => Sign::Fault,
        ..=SOON => Sign::Attention,
        _ => Sign::Ok,
    };
    let mut certificate =
        writer.marked(sign, writer.texts.with_text("panel-until", "day", &last.to_string()));
    certificate.notes = match (valid, left) {
        (true, Ok(left)) => vec![left],
        _ => vec![writer.texts.explain("certificate-expired")],
    };
    if valid && days <= SOON {
        certificate.notes.push(writer.get("panel-renew"));
    }
    if sign != Sign::Ok {
        certificate.actions = vec![writer.moica()];
    }
    let holder = Row {
        text: writer.texts.with_text("panel-holder", "name", &card.holder.name),
        ..Row::default()
    };
    let reads = writer.marked(Sign::Ok, writer.get("panel-can-read"));
    let signs = if card.can_sign {
        writer.marked(Sign::Ok, writer.get("panel-can-sign"))
    } else {
        let mut row = writer.marked(Sign::Attention, writer.get("panel-cannot-sign"));
        row.notes = vec![writer.texts.remedy("no-signing-module")];
        row.actions = vec![writer.moica()];
        row
    };
    vec![holder, certificate, reads, signs]
}

fn asked(writer: &mut Writer<'_>, sight: &Sight) -> Section {
    let text = sight.sites.asked.first().map(ToString::to_string).unwrap_or_default();
    Section {
        text: vec![writer.texts.with_text("tray-asked", "origin", &text)],
        actions: vec![writer.button("panel-look-at-sites", Deed::Turn(Page::Sites))],
        ..Section::default()
    }
}

/// How the browsers stand, with a button where one does not trust.
pub(super) fn trust(writer: &mut Writer<'_>, browsers: Option<&[Browser]>) -> Section {
    let section = writer.section("panel-trust");
    let Some(browsers) = browsers else {
        return Section { text: vec![writer.get("panel-looking")], ..section };
    };
    let row = |browser: &Browser| match browser.trusts {
        Ok(true) => writer.marked(Sign::Ok, browser.name.clone()),
        Ok(false) => {
            let mut row = writer.marked(Sign::Attention, browser.name.clone());
            row.notes = vec![writer.get("trust-untrusted")];
            row
        }
        Err(name) => {
            let mut row = writer.marked(Sign::Attention, browser.name.clone());
            row.notes = vec![writer.texts.explain(name)];
            row
        }
    };
    let rows = browsers.iter().map(row).collect();
    let all = browsers.iter().all(|browser| matches!(browser.trusts, Ok(true)));
    let actions =
        if all { Vec::new() } else { vec![writer.primary("panel-repair-trust", Deed::Trust)] };
    let none = Some(writer.get("sites-none"));
    Section { rows, none, actions, ..section }
}

fn requests(writer: &mut Writer<'_>, requests: Option<&[Past]>) -> Section {
    let mut section = writer.section("panel-requests");
    let row = |past: &Past| Row {
        origin: Some(past.origin.clone()),
        notes: vec![format!("{}　{}", when(past.at), writer.get(past.outcome))],
        ..Row::default()
    };
    section.rows = requests.unwrap_or_default().iter().map(row).collect();
    section.none = Some(writer.get(match requests {
        Some(_) => "sites-none",
        None => "panel-requests-forgotten",
    }));
    section.actions = vec![writer.switch(
        "panel-remember",
        requests.is_some(),
        Deed::Remember(requests.is_none()),
    )];
    section
}

/// In Taiwan's time, as the heading says.
fn when(at: SystemTime) -> String {
    let form = format_description!("[year]-[month]-[day] [hour]:[minute]");
    OffsetDateTime::from(at).to_offset(offset!(+8)).format(form).unwrap_or_default()
}

/// The name of the sentence for it; the tray shows the same.
pub(in crate::ui) fn sentence(status: Status) -> &'static str {
    match status {
        Status::CardReady => "tray-card-ready",
        Status::Not(Refusal::NoService) => "tray-no-service",
        Status::Not(Refusal::NoReader) => "tray-no-reader",
        Status::Not(Refusal::NoCard) => "tray-no-card",
        Status::Not(Refusal::UnsupportedCard) => "tray-unsupported-card",
        Status::Not(Refusal::Busy) => "tray-busy",
        Status::Running | Status::Not(_) => "tray-running",
    }
}

fn picture(status: Status) -> CardPicture {
    match status {
        Status::CardReady => CardPicture::Ready,
        Status::Not(Refusal::NoService) => CardPicture::NoService,
        Status::Not(Refusal::NoReader) => CardPicture::NoReader,
        Status::Not(Refusal::UnsupportedCard) => CardPicture::Unsupported,
        Status::Not(Refusal::Busy) => CardPicture::Busy,
        Status::Running | Status::Not(_) => CardPicture::NoCard,
    }
}
