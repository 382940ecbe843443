//! The window of sites from this side: opened when the person wants to look, one at a time.

use std::io;
use std::path::PathBuf;
use std::process::ChildStdin;
use std::sync::Arc;
use std::sync::mpsc::{SyncSender, sync_channel};
use std::thread;

use ankong_dialog as wire;

use super::child::start;
use super::texts::Texts;
use crate::session::origin::Origin;

/// Shown of a list that others wrote: the page has to fit into a frame.
const MOST_SHOWN: usize = 64;

/// Which sites may call, and what the person can do about it.
pub trait Sites: Send + Sync {
    /// How things stand now.
    fn listing(&self) -> Listing;

    /// Does what the person decided.
    ///
    /// # Errors
    /// It was not done; the name of the sentence that says why.
    fn decide(&self, decision: Decision) -> Result<(), &'static str>;
}

/// What stands in the window.
#[derive(Debug, Clone, Default)]
pub struct Listing {
    /// Patterns of the built-in list.
    pub built_in: Vec<String>,
    /// Patterns of the administrator's.
    pub administrator: Vec<String>,
    /// The person's own.
    pub user: Vec<Origin>,
    /// On no list, and have called; the newest first.
    pub asked: Vec<Origin>,
    /// No window opens for them now.
    pub muted: Vec<Origin>,
    /// Whether the person may have a list.
    pub user_may_allow: bool,
    /// Whether the person's file counts.
    pub is_damaged: bool,
}

/// What the person decided.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Decision {
    /// This origin may call.
    Allow(Origin),
    /// It may not any more.
    Revoke(Origin),
    /// It may ask again.
    Unmute(Origin),
}

/// Shows the sites by starting `ankong-window`, from a thread of its own: whoever wishes for it does
/// not wait.
#[derive(Clone)]
pub struct SitesWindow(SyncSender<Wish>);

/// Wishes that wait; more than a person has, and a page's make no difference then.
const MOST_WISHES: usize = 8;

#[derive(Debug)]
enum Wish {
    Show,
    Refresh,
    Do(wire::Deed),
}

impl SitesWindow {
    /// `program` is the executable to start.
    ///
    /// # Errors
    /// No thread can be started.
    pub fn new(
        program: PathBuf,
        texts: Arc<Texts>,
        sites: impl Sites + 'static,
    ) -> io::Result<Self> {
        let (sender, wishes) = sync_channel(MOST_WISHES);
        let deeds = sender.clone();
        let mut showing = Showing { program, texts, sites: Box::new(sites), deeds, open: None };
        thread::Builder::new()
            .name("sites".into())
            .spawn(move || wishes.iter().for_each(|wish| showing.fulfil(wish)))?;
        Ok(Self(sender))
    }

    /// Opens the window, or brings it to the front.
    pub fn show(&self) {
        let _ = self.0.try_send(Wish::Show);
    }

    /// Has the window, if it is open, follow what has changed.
    pub fn refresh(&self) {
        let _ = self.0.try_send(Wish::Refresh);
    }
}

/// The window, if it is open, and what stands in it.
struct Showing {
    program: PathBuf,
    texts: Arc<Texts>,
    sites: Box<dyn Sites>,
    deeds: SyncSender<Wish>,
    open: Option<ChildStdin>,
}

impl Showing {
    fn fulfil(&mut self, wish: Wish) {
        match wish {
            Wish::Show => {
                if let Err(error) = self.show() {
                    tracing::error!(%error, "the window of sites cannot be started");
                }
            }
            Wish::Refresh => {
                self.send(None, false);
            }
            Wish::Do(deed) => {
                let problem = match decision(deed) {
                    Some(decision) => self.sites.decide(decision).err(),
                    None => Some("internal"),
                };
                self.send(problem, false);
            }
        }
    }

    fn show(&mut self) -> io::Result<()> {
        if self.send(None, true) {
            return Ok(());
        }
        let (orders, _child, answers) = start(self.program.clone())?;
        self.open = Some(orders);
        let deeds = self.deeds.clone();
        thread::Builder::new().name("sites-answers".into()).spawn(move || {
            for answer in answers {
                if let wire::Answer::Site(deed) = answer {
                    let _ = deeds.send(Wish::Do(deed));
                }
            }
        })?;
        self.send(None, true);
        Ok(())
    }

    /// Whether a window took the page. The pipe to one that is gone is broken.
    fn send(&mut self, problem: Option<&'static str>, to_front: bool) -> bool {
        let Some(mut pipe) = self.open.take() else { return false };
        let page = wire::SitesPage { to_front, ..self.page(problem) };
        if wire::write_order(&mut pipe, &wire::Order::Sites(Box::new(page))).is_ok() {
            self.open = Some(pipe);
        }
        self.open.is_some()
    }

    fn page(&self, problem: Option<&'static str>) -> wire::SitesPage {
        let get = |id| self.texts.get(id);
        let texts = |origins: &[Origin]| origins.iter().map(ToString::to_string).collect();
        let listing = self.sites.listing();
        let notice = match problem {
            Some(problem) => Some(problem),
            None if listing.is_damaged => Some("sites-damaged"),
            None if !listing.user_may_allow => Some("sites-forbidden"),
            None => None,
        };
        wire::SitesPage {
            language: self.texts.language().tag().to_owned(),
            to_front: false,
            notice: notice.map(get),
            may_allow: listing.user_may_allow && !listing.is_damaged,
            asked: texts(&listing.asked),
            user: texts(&listing.user),
            muted: texts(&listing.muted),
            administrator: listing.administrator.into_iter().take(MOST_SHOWN).collect(),
            built_in: listing.built_in,
            labels: wire::SitesLabels {
                title: get("sites-title"),
                meaning: get("sites-meaning"),
                asked: get("sites-asked"),
                user: get("sites-user"),
                muted: get("sites-muted"),
                administrator: get("sites-administrator"),
                built_in: get("sites-built-in"),
                none: get("sites-none"),
                allow: get("sites-allow"),
                revoke: get("sites-revoke"),
                unmute: get("sites-unmute"),
                close: get("consent-close"),
                covered: get("consent-covered"),
            },
        }
    }
}

/// The window is told origins and says the same; anything else is no decision.
fn decision(deed: wire::Deed) -> Option<Decision> {
    let parse = |text: &str| Origin::parse(text).ok();
    match deed {
        wire::Deed::Allow(text) => parse(&text).map(Decision::Allow),
        wire::Deed::Revoke(text) => parse(&text).map(Decision::Revoke),
        wire::Deed::Unmute(text) => parse(&text).map(Decision::Unmute),
    }
}
