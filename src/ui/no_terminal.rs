//! In place of the terminal where this program knows none.

use std::convert::Infallible;
use std::sync::Arc;

use super::texts::Texts;
use crate::session::Refusal;
use crate::session::cancel::Cancel;
use crate::session::consent::{Consent, Dialog, NoWindow, Question};

/// There is no such value.
pub struct Terminal(Infallible);

impl Terminal {
    /// Never one.
    #[must_use]
    pub fn new(_texts: Arc<Texts>) -> Option<Self> {
        None
    }
}

impl Consent for Terminal {
    fn ask(&self, _: &Question, _: &Cancel) -> Result<Box<dyn Dialog>, NoWindow> {
        match self.0 {}
    }

    fn tell(&self, _: &Question, _: Refusal) {
        match self.0 {}
    }
}
