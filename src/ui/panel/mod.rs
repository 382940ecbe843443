//! The panel from this side: a window of pages, opened when the person wants to look, one at a time.
//!
//! The window is told what stands on the page and gives back the number of what was pressed; what
//! that number means stays here.

mod check;
mod first_run;
pub mod model;
mod settings;
mod sites;
mod status;
mod writer;

use std::collections::VecDeque;
use std::io;
use std::path::PathBuf;
use std::process::ChildStdin;
use std::sync::Arc;
use std::sync::mpsc::{SyncSender, sync_channel};
use std::thread;

use ankong_dialog as wire;

use super::child::{Rung, end, first};
use super::texts::{Texts, Voice};
use model::{Board, Browser, Damaged, Deed, Done, Examined, Page, Step};
pub(super) use status::sentence;
use writer::Writer;

/// Shows the panel by starting `ankong-window`, or in boxes of the system's own where that shows nothing;
/// from a thread of its own: whoever wishes for it does not wait.
#[derive(Clone)]
pub struct PanelWindow(SyncSender<Wish>);

/// Wishes that wait; more than a person has, and a page's make no difference then.
const MOST_WISHES: usize = 8;

enum Wish {
    Show(Page),
    Refresh,
    Pressed(wire::Pressed),
    Learned(Learned),
    Done(Result<Done, &'static str>),
    Closed { window: u32, rung: Rung, seen: bool },
}

/// What takes a while to find out.
enum Learned {
    Browsers(Vec<Browser>),
    Examined(Examined),
}

impl PanelWindow {
    /// `program` is the executable to start.
    ///
    /// # Errors
    /// No thread can be started.
    pub fn new(program: PathBuf, voice: Arc<Voice>, board: Arc<dyn Board>) -> io::Result<Self> {
        let (sender, wishes) = sync_channel(MOST_WISHES);
        let mut showing = Showing {
            program,
            voice,
            board,
            wishes: sender.clone(),
            open: None,
            window: 0,
            serial: 0,
            page: Page::Status,
            known: Known::default(),
            considered: None,
            notice: None,
            looking: 0,
            doing: 0,
        };
        thread::Builder::new()
            .name("panel".into())
            .spawn(move || wishes.iter().for_each(|wish| showing.fulfil(wish)))?;
        Ok(Self(sender))
    }

    /// Opens the window at this page, or brings it to the front.
    pub fn show(&self, page: Page) {
        let _ = self.0.try_send(Wish::Show(page));
    }

    /// Has the window, if it is open, follow what has changed.
    pub fn refresh(&self) {
        let _ = self.0.try_send(Wish::Refresh);
    }
}

/// The window, if it is open, and what stands in it.
struct Showing {
    program: PathBuf,
    voice: Arc<Voice>,
    board: Arc<dyn Board>,
    wishes: SyncSender<Wish>,
    open: Option<Open>,
    /// Counts the windows, so that the end of one is not taken for that of the next.
    window: u32,
    serial: u32,
    page: Page,
    known: Known,
    /// The file the person is asked about.
    considered: Option<Damaged>,
    /// What came of the last deed, until the page is turned.
    notice: Option<String>,
    /// How many threads are finding something out, and how many do what was pressed.
    looking: u32,
    doing: u32,
}

struct Open {
    rung: Rung,
    pipe: ChildStdin,
    /// What can be pressed in the panels that were sent last, by their serials.
    offered: VecDeque<(u32, Vec<Deed>)>,
}

/// Panels that may be on their way to a window while a person presses in one before.
const OFFERED: usize = 16;

impl Open {
    /// What was pressed, if it can still be had.
    fn deed(&self, pressed: wire::Pressed) -> Option<&Deed> {
        let (_, deeds) = self.offered.iter().find(|(serial, _)| *serial == pressed.serial)?;
        let deed = deeds.get(usize::from(pressed.action))?;
        let (_, now) = self.offered.back()?;
        now.contains(deed).then_some(deed)
    }
}

/// What was found out since the window was opened.
#[derive(Default)]
struct Known {
    browsers: Option<Vec<Browser>>,
    examined: Option<Examined>,
}

impl Showing {
    fn fulfil(&mut self, wish: Wish) {
        match wish {
            Wish::Show(page) => {
                self.turn(page);
                self.show();
            }
            Wish::Refresh => {
                self.send(false);
            }
            Wish::Pressed(pressed) => self.pressed(pressed),
            Wish::Learned(learned) => {
                self.looking = self.looking.saturating_sub(1);
                match learned {
                    Learned::Browsers(browsers) => self.known.browsers = Some(browsers),
                    Learned::Examined(examined) => self.known.examined = Some(examined),
                }
                self.send(false);
            }
            Wish::Done(outcome) => {
                self.doing = self.doing.saturating_sub(1);
                let texts = self.voice.texts();
                self.notice = notice(&texts, &outcome);
                self.look();
                self.send(false);
            }
            Wish::Closed { window, rung, seen } if window == self.window => {
                self.open = None;
                match rung {
                    _ if seen => {}
                    Rung::Window(_) => {
                        self.look(); // what was found out went to the window that was not there
                        self.open_on(Rung::Boxes);
                    }
                    Rung::Boxes => tracing::error!(
                        "no page can be shown; is ankong-window installed, or a graphical pinentry?"
                    ),
                }
            }
            Wish::Closed { .. } => {}
        }
    }

    fn show(&mut self) {
        // A box stays as it was written: another one takes its place.
        if self.open.take_if(|open| open.rung == Rung::Boxes).is_some() {
            self.open_on(Rung::Boxes);
        } else if !self.send(true) {
            self.open_on(Rung::Window(self.program.clone()));
        }
    }

    /// Opens it on this rung, or on the one below.
    fn open_on(&mut self, rung: Rung) {
        let Err(error) = self.open(rung.clone()) else { return };
        tracing::error!(%error, ?rung, "the panel cannot be started");
        if rung != Rung::Boxes {
            self.open_on(Rung::Boxes);
        }
    }

    fn open(&mut self, rung: Rung) -> io::Result<()> {
        let (pipe, child, answers) = rung.start()?;
        self.window += 1;
        self.open = Some(Open { rung: rung.clone(), pipe, offered: VecDeque::new() });
        let (wishes, window) = (self.wishes.clone(), self.window);
        thread::Builder::new().name("panel-answers".into()).spawn(move || {
            let seen = matches!(first(&answers), Ok(wire::Answer::Painted));
            if !seen {
                end(&child);
            }
            for answer in answers {
                if let wire::Answer::Pressed(pressed) = answer {
                    let _ = wishes.send(Wish::Pressed(pressed));
                }
            }
            let _ = wishes.send(Wish::Closed { window, rung, seen });
        })?;
        self.send(true);
        Ok(())
    }

    fn turn(&mut self, page: Page) {
        self.page = page;
        self.considered = None;
        self.notice = None;
        self.look();
    }

    /// Finds out what the page needs and takes a while.
    fn look(&mut self) {
        let (board, wishes) = (Arc::clone(&self.board), self.wishes.clone());
        let look: Box<dyn FnOnce() -> Learned + Send> = match self.page {
            Page::Status | Page::FirstRun(Step::Trust) => {
                Box::new(move || Learned::Browsers(board.browsers()))
            }
            Page::Check => {
                self.known.examined = None;
                Box::new(move || Learned::Examined(board.examine()))
            }
            Page::FirstRun(Step::Card) => Box::new(move || Learned::Examined(board.examine())),
            Page::Sites | Page::Settings | Page::FirstRun(Step::Welcome | Step::Prompt) => return,
        };
        let started = thread::Builder::new().name("panel-look".into()).spawn(move || {
            let _ = wishes.send(Wish::Learned(look()));
        });
        match started {
            Ok(_) => self.looking += 1,
            Err(error) => tracing::error!(%error, "no thread to look from"),
        }
    }

    fn pressed(&mut self, pressed: wire::Pressed) {
        let deed = self.open.as_ref().and_then(|open| open.deed(pressed)).cloned();
        match deed {
            // Of a panel that has been replaced meanwhile.
            None => {}
            Some(Deed::Turn(page)) => {
                self.turn(page);
                self.send(false);
            }
            Some(Deed::LookAgain) => {
                self.known = Known::default();
                self.look();
                self.send(false);
            }
            Some(Deed::Consider(file)) => {
                self.considered = file;
                self.send(false);
            }
            Some(deed) => {
                self.considered = None;
                if deed == Deed::FirstRunDone {
                    self.turn(Page::Status);
                }
                let (board, wishes) = (Arc::clone(&self.board), self.wishes.clone());
                let started = thread::Builder::new().name("panel-deed".into()).spawn(move || {
                    let _ = wishes.send(Wish::Done(board.act(&deed)));
                });
                self.doing += 1;
                if started.is_err() {
                    self.fulfil(Wish::Done(Err("internal")));
                }
            }
        }
    }

    /// Whether a window took the page. The pipe to one that is gone is broken.
    fn send(&mut self, to_front: bool) -> bool {
        let Some(mut open) = self.open.take() else {
            self.known = Known::default();
            return false;
        };
        self.serial = self.serial.wrapping_add(1);
        let (panel, deeds) = self.write(to_front);
        let written = wire::write_order(&mut open.pipe, &wire::Order::Panel(Box::new(panel)));
        if let Err(error) = &written {
            tracing::debug!(%error, "the panel is closed");
        } else {
            open.offered.push_back((self.serial, deeds));
            if open.offered.len() > OFFERED {
                open.offered.pop_front();
            }
            self.open = Some(open);
        }
        self.open.is_some()
    }

    fn write(&self, to_front: bool) -> (wire::Panel, Vec<Deed>) {
        let texts = self.voice.texts();
        let sight = self.board.sight();
        let mut writer = Writer::new(&texts, self.considered);
        let (heading, sections) = match self.page {
            Page::Status => status::page(&mut writer, &sight, self.known.browsers.as_deref()),
            Page::Sites => sites::page(&mut writer, &sight.sites),
            Page::Check => check::page(&mut writer, self.known.examined.as_ref()),
            Page::Settings => settings::page(&mut writer, &sight),
            Page::FirstRun(step) => first_run::page(&mut writer, step, &sight, &self.known),
        };
        let (tabs, foot) = match self.page {
            Page::FirstRun(step) => (Vec::new(), first_run::foot(&mut writer, step)),
            page => (writer.tabs(page), Vec::new()),
        };
        let panel = wire::Panel {
            serial: self.serial,
            language: texts.language().tag().to_owned(),
            title: texts.get("panel-title"),
            to_front,
            tabs,
            heading,
            looking: self.looking > 0,
            doing: self.doing > 0,
            notice: self.notice.clone(),
            sections,
            foot,
            close: texts.get("consent-close"),
            confirm: texts.get("consent-confirm"),
            next: texts.get("panel-next"),
            covered: texts.get("consent-covered"),
        };
        (panel, writer.into_deeds())
    }
}

fn notice(texts: &Texts, outcome: &Result<Done, &'static str>) -> Option<String> {
    match outcome {
        Ok(Done::Seen) => None,
        Ok(Done::Said(name)) => Some(texts.get(name)),
        Ok(Done::Wrote(name, file)) => {
            Some(texts.with_text(name, "file", &file.display().to_string()))
        }
        Err(name) => Some(texts.explain(name)),
    }
}

#[cfg(test)]
mod tests;
