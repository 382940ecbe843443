//! Writes a page out in the person's language, and keeps what its buttons mean.

use ankong_dialog as wire;
use wire::{Action, Look, Mark, Row, Section, Sign, Tab};

use super::model::{Damaged, Deed, Page};
use crate::ui::texts::Texts;

/// A page that is being written.
pub(super) struct Writer<'a> {
    pub(super) texts: &'a Texts,
    considered: Option<Damaged>,
    deeds: Vec<Deed>,
}

impl<'a> Writer<'a> {
    /// In these words; `considered` is the file the person is asked about.
    pub(super) fn new(texts: &'a Texts, considered: Option<Damaged>) -> Self {
        Self { texts, considered, deeds: Vec::new() }
    }

    pub(super) fn get(&self, name: &str) -> String {
        self.texts.get(name)
    }

    /// A button with this label.
    pub(super) fn button(&mut self, label: &str, deed: Deed) -> Action {
        self.action(label, Look::Plain, deed)
    }

    /// The button that most people want.
    pub(super) fn primary(&mut self, label: &str, deed: Deed) -> Action {
        self.action(label, Look::Primary, deed)
    }

    /// A switch that stands like this; pressing it does the deed.
    pub(super) fn switch(&mut self, label: &str, on: bool, deed: Deed) -> Action {
        self.action(label, if on { Look::On } else { Look::Off }, deed)
    }

    /// One of several.
    pub(super) fn choice(&mut self, label: String, chosen: bool, deed: Deed) -> Action {
        let look = if chosen { Look::Chosen } else { Look::Choice };
        Action { label, ..self.action("", look, deed) }
    }

    /// The button that leads to the site of those who issue the certificates.
    pub(super) fn moica(&mut self) -> Action {
        self.button("panel-moica", Deed::Moica)
    }

    /// What there is to say and to press about a file that does not count: first a button, then the
    /// question.
    pub(super) fn set_aside(&mut self, file: Damaged) -> (Option<String>, Vec<Action>) {
        if self.considered != Some(file) {
            return (None, vec![self.button("panel-set-aside", Deed::Consider(Some(file)))]);
        }
        let buttons = vec![
            self.primary("panel-set-aside-yes", Deed::SetAside(file)),
            self.button("panel-set-aside-no", Deed::Consider(None)),
        ];
        (Some(self.get("panel-set-aside-really")), buttons)
    }

    fn action(&mut self, label: &str, look: Look, deed: Deed) -> Action {
        let gives = matches!(deed, Deed::Allow(_) | Deed::Unmute(_) | Deed::Trust);
        Action { number: self.number(deed), label: self.get(label), look, gives }
    }

    fn number(&mut self, deed: Deed) -> u16 {
        let number = u16::try_from(self.deeds.len()).unwrap_or(u16::MAX);
        self.deeds.push(deed);
        number
    }

    /// A row that says how something stands.
    pub(super) fn marked(&self, sign: Sign, text: String) -> Row {
        let word = self.get(match sign {
            Sign::Ok => "doctor-ok",
            Sign::Attention => "doctor-attention",
            Sign::Fault => "doctor-fault",
        });
        Row { mark: Some(Mark { sign, word }), text, ..Row::default() }
    }

    /// A part of the page under this heading.
    pub(super) fn section(&self, heading: &str) -> Section {
        Section { heading: Some(self.get(heading)), ..Section::default() }
    }

    pub(super) fn tabs(&mut self, page: Page) -> Vec<Tab> {
        let pages = [
            ("panel-status", Page::Status),
            ("panel-sites", Page::Sites),
            ("panel-check", Page::Check),
            ("panel-settings", Page::Settings),
        ];
        let tab = |(label, other)| Tab {
            label: self.get(label),
            chosen: other == page,
            action: self.number(Deed::Turn(other)),
        };
        pages.map(tab).into()
    }

    pub(super) fn into_deeds(self) -> Vec<Deed> {
        self.deeds
    }
}
