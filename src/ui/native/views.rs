//! What stands on the boxes of a page. A box has room for little text and for one button to act with, so
//! a page becomes views: what can be read, and one thing that can be done.

use ankong_dialog::{Action, Look, Panel, Picture, Section};

use super::words::named;
use crate::ui::printable::printable;

/// What stands on one box.
#[derive(Debug, PartialEq, Eq)]
pub(super) struct View {
    pub(super) text: String,
    /// What the person can agree to here.
    pub(super) offer: Option<Offer>,
}

/// Something to agree to.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct Offer {
    /// Number of the action.
    pub(super) action: u16,
    /// Whether Enter may do it: it is what most people want here and gives nothing away, or turns a page.
    pub(super) by_enter: bool,
}

/// A view for each thing that can be done, with the part of the page it belongs to; what can only
/// be read stands before the next one.
pub(super) fn views(panel: &Panel) -> Vec<View> {
    let mut views = Views { panel, done: Vec::new(), read: Vec::new() };
    for section in &panel.sections {
        let rows = section.rows.iter().flat_map(|row| {
            let about = row.origin.as_ref().unwrap_or(&row.text);
            row.actions.iter().map(move |action| (Some(about), action))
        });
        let actions: Vec<_> =
            rows.chain(section.actions.iter().map(|action| (None, action))).collect();
        views.read(lines(section));
        for (at, (about, action)) in actions.into_iter().enumerate() {
            if at > 0 {
                views.read(section.heading.clone().into_iter().collect());
            }
            let about = about.map_or_else(String::new, |about| short(about) + " ");
            views.act(&format!("{about}{}{}", sign(action.look), action.label), offer(action));
        }
    }
    // The button that most people want is the first, though it stands last in the window.
    let mut foot: Vec<_> = panel.foot.iter().collect();
    foot.sort_by_key(|action| action.look != Look::Primary);
    for action in foot {
        views.act(&action.label, offer(action));
    }
    for tab in panel.tabs.iter().filter(|tab| !tab.chosen) {
        views.act(&tab.label, Offer { action: tab.action, by_enter: true });
    }
    views.end()
}

fn offer(action: &Action) -> Offer {
    Offer { action: action.number, by_enter: action.look == Look::Primary && !action.gives }
}

struct Views<'a> {
    panel: &'a Panel,
    done: Vec<View>,
    /// Lines that stand on no view yet.
    read: Vec<String>,
}

impl Views<'_> {
    /// Keeps these lines together where they fit on one view.
    fn read(&mut self, lines: Vec<String>) {
        if !self.has_room(&lines) {
            self.turn(None);
        }
        for line in lines {
            if !self.has_room(std::slice::from_ref(&line)) {
                self.turn(None);
            }
            self.read.push(line);
        }
        self.read.push(String::new());
    }

    fn act(&mut self, wish: &str, offer: Offer) {
        let wish = named(&self.panel.language, &self.panel.confirm, wish);
        if !self.has_room(std::slice::from_ref(&wish)) {
            self.turn(None);
        }
        self.turn(Some((wish, offer)));
    }

    fn has_room(&self, more: &[String]) -> bool {
        let lines = self.read.iter().chain(more);
        let bytes: usize = lines.clone().map(|line| bytes(line)).sum();
        let rows: usize = lines.map(|line| columns(line).div_ceil(COLUMNS).max(1)).sum();
        bytes + bytes_of_heading(self.panel) <= MOST_BYTES && rows <= MOST_ROWS
    }

    /// What was read so far becomes a view.
    fn turn(&mut self, act: Option<(String, Offer)>) {
        let read = std::mem::take(&mut self.read).join("\n");
        let (wish, offer) = act.unzip();
        let parts = [self.panel.heading.as_str(), read.trim(), wish.as_deref().unwrap_or_default()];
        let parts: Vec<_> = parts.into_iter().filter(|part| !part.is_empty()).collect();
        if parts.len() > 1 {
            self.done.push(View { text: parts.join("\n\n"), offer });
        }
    }

    fn end(mut self) -> Vec<View> {
        self.turn(None);
        self.done
    }
}

/// What can be read in a part of a page.
fn lines(section: &Section) -> Vec<String> {
    let picture = section.picture.iter().filter_map(|picture| match picture {
        Picture::BrowserPrompt { words, .. } => Some(words.clone()),
        Picture::Card { .. } => None, // the text says how they stand
    });
    let rows = section.rows.iter().flat_map(|row| {
        let mark = row.mark.as_ref().map(|mark| format!("[{}]", mark.word));
        let parts = [mark.as_ref(), row.origin.as_ref(), Some(&row.text)];
        let parts: Vec<_> = parts.into_iter().flatten().map(String::as_str).collect();
        let notes = row.notes.iter().map(|note| format!("– {note}"));
        std::iter::once(parts.join(" ").trim().to_owned()).chain(notes)
    });
    let none = section.none.iter().filter(|_| section.rows.is_empty()).cloned();
    section
        .heading
        .clone()
        .into_iter()
        .chain(picture)
        .chain(section.text.iter().cloned())
        .chain(section.code.clone())
        .chain(rows)
        .chain(none)
        .map(|line| short(&line))
        .collect()
}

/// So much of it as has room on a view, and nothing that cannot be seen.
pub(super) fn short(line: &str) -> String {
    let line = printable(line);
    let ends = line.char_indices().map(|(at, c)| at + c.len_utf8());
    let fits =
        ends.take_while(|end| line.get(..*end).is_some_and(|part| bytes(part) <= LONGEST_LINE));
    match fits.last() {
        Some(end) if end < line.len() => format!("{}…", line.get(..end).unwrap_or_default()),
        Some(_) | None => line,
    }
}

/// How a switch stands, and one of several.
fn sign(look: Look) -> &'static str {
    match look {
        Look::Plain | Look::Primary => "",
        Look::On => "[✓] ",
        Look::Off => "[ ] ",
        Look::Chosen => "(•) ",
        Look::Choice => "( ) ",
    }
}

/// Bytes of a line and its end where a pinentry reads them: some characters are written as three.
fn bytes(line: &str) -> usize {
    line.len() + 2 * line.matches(['%', '<']).count() + 3
}

/// With an empty line below it and one above what can be done.
fn bytes_of_heading(panel: &Panel) -> usize {
    bytes(&panel.heading) + 2 * bytes("")
}

/// How wide a line is; a character of Chinese takes two columns.
fn columns(line: &str) -> usize {
    line.chars().map(|c| if c.is_ascii() { 1 } else { 2 }).sum()
}

/// As many bytes a pinentry takes, with a notice above; a screen takes more.
const MOST_BYTES: usize = 650;
/// So many fit on a low screen, with the heading and the buttons.
const MOST_ROWS: usize = 16;
const COLUMNS: usize = 56;
/// As [`bytes`] counts; no origin is longer.
const LONGEST_LINE: usize = 300;

#[cfg(test)]
mod tests {
    use std::collections::BTreeSet;
    use std::path::Path;

    use super::*;

    /// Every page as the panel writes it, in both languages.
    fn pages() -> Vec<Panel> {
        let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/data/panel");
        let files = std::fs::read_dir(folder).unwrap().map(|file| file.unwrap().path());
        files
            .map(|file| serde_json::from_str(&std::fs::read_to_string(file).unwrap()).unwrap())
            .collect()
    }

    #[test]
    fn whatever_a_page_says_and_offers_stands_on_a_view_that_a_pinentry_takes() {
        for page in pages() {
            let views = views(&page);
            let offered: Vec<u16> =
                views.iter().filter_map(|view| Some(view.offer?.action)).collect();
            let actions = page.actions().map(|action| action.number);
            let tabs = page.tabs.iter().filter(|tab| !tab.chosen).map(|tab| tab.action);
            let expected: BTreeSet<u16> = actions.chain(tabs).collect();
            assert_eq!(offered.iter().copied().collect::<BTreeSet<_>>(), expected);
            assert_eq!(offered.len(), expected.len(), "{}: one twice", page.heading);
            let different: BTreeSet<&str> = views.iter().map(|view| view.text.as_str()).collect();
            assert_eq!(different.len(), views.len(), "{}: two that read the same", page.heading);
            for line in page.sections.iter().flat_map(lines) {
                let said = views.iter().any(|view| view.text.contains(&line));
                assert!(said && bytes(&line) < LONGEST_LINE, "{}: {line}", page.heading);
            }
            for view in &views {
                let bytes = view.text.len() + 2 * view.text.matches(['\n', '%']).count();
                assert!(bytes < 700, "{bytes} bytes: {}", view.text);
                let rows: usize =
                    view.text.lines().map(|line| columns(line).div_ceil(COLUMNS)).sum();
                assert!(rows < 20, "{rows} rows: {}", view.text);
                assert!(view.text.starts_with(&page.heading));
            }
        }
    }

    #[test]
    fn the_first_view_of_a_page_says_what_it_is_about_and_offers_its_first_button() {
        let page = pages().into_iter().find(|page| page.heading == "目前狀態").unwrap();
        let first = views(&page).into_iter().next().unwrap();
        assert!(first.text.contains("讀卡機與卡片"), "{}", first.text);
        assert!(first.offer.is_some());
    }

    #[test]
    fn whatever_a_card_or_a_site_is_called_every_view_has_room() {
        for name in ["<".repeat(400), "%".repeat(400), "字".repeat(400), "x\n".repeat(200)] {
            let mut page = pages().into_iter().find(|page| page.heading == "目前狀態").unwrap();
            page.notice = Some(name.clone());
            let rows = page.sections.iter_mut().flat_map(|section| &mut section.rows);
            rows.for_each(|row| (row.text, row.notes) = (name.clone(), vec![name.clone()]));
            for view in views(&page) {
                let desc = format!("SETDESC {}\n\n{}", short(&name), view.text);
                let bytes = bytes(&desc) + 2 * desc.matches('\n').count();
                assert!(bytes < 1002, "{bytes} bytes: {desc}");
                assert!(!view.text.contains("x\nx"));
            }
        }
    }

    #[test]
    fn a_line_too_long_is_cut_between_characters() {
        assert_eq!(short("短"), "短");
        let cut = short(&"字".repeat(101));
        assert_eq!(cut, "字".repeat(99) + "…");
    }
}
