//! What an operator decides about the check for robots.

use std::path::{Path, PathBuf};

use serde::Deserialize;

/// `[recaptcha]`: Google judges in place of the portal's own puzzle.
#[derive(Debug, Clone, Deserialize)]
#[serde(deny_unknown_fields, rename_all = "kebab-case")]
pub struct RecaptchaConfig {
    /// Which reCAPTCHA the keys are for.
    pub version: RecaptchaVersion,
    /// The key that stands in the page.
    pub site_key: String,
    /// A file that only its owner may read, with the other key in it.
    pub secret: PathBuf,
    /// Of version 3: the score a visitor has to have, from 0 (a robot) to 1.
    #[serde(default = "half")]
    pub minimum_score: f64,
    /// Where Google is asked: `https:`, or `http:` on this computer.
    #[serde(default = "siteverify")]
    pub verify_url: String,
}

/// Which reCAPTCHA.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum RecaptchaVersion {
    /// A box to tick, and pictures where Google wants to know more.
    V2,
    /// Nothing to do for the visitor; Google gives a score.
    V3,
}

impl RecaptchaVersion {
    pub(crate) fn name(self) -> &'static str {
        match self {
            Self::V2 => "v2",
            Self::V3 => "v3",
        }
    }
}

impl RecaptchaConfig {
    pub(crate) fn resolve(&mut self, folder: &Path) {
        self.secret = folder.join(&self.secret);
    }
}

fn half() -> f64 {
    0.5
}

fn siteverify() -> String {
    "https://www.google.com/recaptcha/api/siteverify".to_owned()
}
