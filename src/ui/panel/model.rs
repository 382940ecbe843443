//! What the panel is about, and what a person can do there. The answers come from a [`Board`].

use std::time::SystemTime;

use crate::session::Status;
use crate::session::holder::Holder;
use crate::session::origin::Origin;
use crate::ui::texts::{Language, Remark};

/// A page of the panel.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Page {
    /// How readers, card and browsers stand, and what was asked lately.
    Status,
    /// Which sites may call.
    Sites,
    /// What stands in the way.
    Check,
    /// What can be set, and what this program is.
    Settings,
    /// What a person sees at the first start.
    FirstRun(Step),
}

/// A step of the first run.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Step {
    /// What the program does.
    Welcome,
    /// The browsers' trust.
    Trust,
    /// Reader and card.
    Card,
    /// What the browser will ask.
    Prompt,
}

impl Step {
    /// All steps in their order.
    pub const ALL: [Self; 4] = [Self::Welcome, Self::Trust, Self::Card, Self::Prompt];
}

/// Knows how things stand, and does what the person decides.
pub trait Board: Send + Sync {
    /// How things stand now, as far as that is known at once.
    fn sight(&self) -> Sight;

    /// How each store of browsers stands to this computer's certificate. May take a second.
    fn browsers(&self) -> Vec<Browser>;

    /// What stands in the way. May take many seconds.
    fn examine(&self) -> Examined;

    /// Does it. May take as long as the system's own questions to the person.
    ///
    /// # Errors
    /// It was not done; the name of the sentence that says why.
    fn act(&self, deed: &Deed) -> Result<Done, &'static str>;
}

/// What came of a deed.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Done {
    /// What is to be seen says it.
    Seen,
    /// A sentence with this name.
    Said(&'static str),
    /// The same, and a file.
    Wrote(&'static str, std::path::PathBuf),
}

/// How things stand.
#[derive(Debug, Clone)]
pub struct Sight {
    /// Service, reader and card.
    pub status: Status,
    /// The card that can be read, if there is one.
    pub card: Option<Card>,
    /// Now.
    pub now: SystemTime,
    /// Which sites may call.
    pub sites: Listing,
    /// The last requests, the newest first; `None` where the person wants none remembered.
    pub requests: Option<Vec<Past>>,
    /// Whether the program starts at login; `None` where that is not known.
    pub autostart: Option<bool>,
    /// Whether the person has chosen a language, and which.
    pub language: Option<Language>,
    /// Whether the file of the settings does not count.
    pub settings_damaged: bool,
    /// Where the door is open.
    pub port: Option<u16>,
}

/// A card that was read.
#[derive(Debug, Clone)]
pub struct Card {
    /// Whose.
    pub holder: Holder,
    /// Whether it can sign here.
    pub can_sign: bool,
}

/// Which sites may call, asked, or are muted.
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
    /// Whether the person's file does not count.
    pub is_damaged: bool,
}

/// A request that was served.
#[derive(Debug, Clone)]
pub struct Past {
    /// Who asked.
    pub origin: String,
    /// When it ended.
    pub at: SystemTime,
    /// The name of the sentence that says how.
    pub outcome: &'static str,
}

/// A store of browsers.
#[derive(Debug, Clone)]
pub struct Browser {
    /// Which browsers read it.
    pub name: String,
    /// Whether they trust this computer's certificate, or the name of the sentence that says why
    /// that is not known.
    pub trusts: Result<bool, &'static str>,
}

/// What stands in the way, and the code for all of it.
#[derive(Debug, Clone)]
pub struct Examined {
    /// Each check in its order.
    pub checks: Vec<Check>,
    /// Six characters for the phone.
    pub code: String,
}

/// One check.
#[derive(Debug, Clone)]
pub struct Check {
    /// The name of the sentence; it has a remedy unless the verdict is good.
    pub name: &'static str,
    /// How bad it is.
    pub verdict: Verdict,
    /// What is worth knowing beside it.
    pub details: Vec<Remark>,
    /// What the program can do about it.
    pub cure: Option<Cure>,
}

/// How bad it is.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Verdict {
    /// As it should be.
    Ok,
    /// Not in the way of everybody.
    Attention,
    /// In the way.
    Fault,
}

/// What the program can do about a check that is not good.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Cure {
    /// Have the browsers trust this computer's certificate.
    Trust,
    /// Move the person's file that does not count out of the way.
    SetAside(Damaged),
    /// Show the site of those who issue the certificates.
    Moica,
}

/// A file of the person's that does not count.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Damaged {
    /// The list of sites.
    Sites,
    /// The settings.
    Settings,
}

/// What a person can press.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Deed {
    /// To turn to a page.
    Turn(Page),
    /// This origin may call.
    Allow(Origin),
    /// It may not any more.
    Revoke(Origin),
    /// It may ask again.
    Unmute(Origin),
    /// To have every browser trust this computer's certificate.
    Trust,
    /// To see the site of those who issue the certificates, in a browser.
    Moica,
    /// To look again.
    LookAgain,
    /// To write a report to send.
    Report,
    /// To be asked whether to move a file that does not count out of the way; or not to, after all.
    Consider(Option<Damaged>),
    /// To move it.
    SetAside(Damaged),
    /// To speak this language; `None` for the system's.
    Speak(Option<Language>),
    /// Whether to start at login.
    Autostart(bool),
    /// Whether to remember the last requests.
    Remember(bool),
    /// To end the first run.
    FirstRunDone,
}
