//! The window of sites: which may call, which asked, and what the person does about it.

use serde::{Deserialize, Serialize};

/// Everything on the page. Every origin is in a browser's own form, with a host in punycode.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct SitesPage {
    /// BCP 47 tag of the sentences.
    pub language: String,
    /// Come to the front: the person asked for the window.
    pub to_front: bool,
    /// What is wrong, one sentence, if anything is.
    pub notice: Option<String>,
    /// Whether the person may allow sites.
    pub may_allow: bool,
    /// On no list, and have called; the newest first.
    pub asked: Vec<String>,
    /// Allowed by the person.
    pub user: Vec<String>,
    /// No window opens for them now.
    pub muted: Vec<String>,
    /// Allowed by the administrator, stars included.
    pub administrator: Vec<String>,
    /// Allowed by the program, stars included.
    pub built_in: Vec<String>,
    /// The words on the page.
    pub labels: SitesLabels,
}

/// The words on the page, in the person's language.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct SitesLabels {
    /// Title of the window.
    pub title: String,
    /// What it means to allow a site.
    pub meaning: String,
    /// Above the sites that asked.
    pub asked: String,
    /// Above the person's own.
    pub user: String,
    /// Above the muted ones.
    pub muted: String,
    /// Above the administrator's.
    pub administrator: String,
    /// Above the built-in ones.
    pub built_in: String,
    /// In the place of an empty list.
    pub none: String,
    /// The button that allows.
    pub allow: String,
    /// The button that takes that back.
    pub revoke: String,
    /// The button that lets a muted site ask again.
    pub unmute: String,
    /// The button that closes the window.
    pub close: String,
    /// Instead of doing something, while another window covers this one.
    pub covered: String,
}

/// What the person decided about an origin that stood on the page.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Deed {
    /// It may call.
    Allow(String),
    /// It may not any more.
    Revoke(String),
    /// It may ask again.
    Unmute(String),
}
