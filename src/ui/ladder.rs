//! The window, and what is left where it cannot be shown: rungs, of which the first that holds is
//! taken. A question nobody can be shown is refused, and a PIN is never asked for in the page.

use std::path::PathBuf;
use std::sync::Arc;

use super::child::Rung;
use super::texts::Voice;
use super::window::WindowProcess;
use crate::session::Refusal;
use crate::session::cancel::Cancel;
use crate::session::consent::{Consent, Dialog, NoWindow, Question};

/// Ways to ask the person, the best one first.
pub struct Ladder(Vec<Box<dyn Consent>>);

impl Ladder {
    /// The window of the program `window`, then boxes of the system's own.
    #[must_use]
    pub fn new(window: PathBuf, voice: &Arc<Voice>) -> Self {
        let rung = |rung| Box::new(WindowProcess::new(rung, Arc::clone(voice))) as Box<dyn Consent>;
        Self([Rung::Window(window), Rung::Boxes].map(rung).into())
    }

    /// And a last one.
    #[must_use]
    pub fn then(mut self, rung: Option<impl Consent + 'static>) -> Self {
        self.0.extend(rung.map(|rung| Box::new(rung) as Box<dyn Consent>));
        self
    }
}

impl Consent for Ladder {
    fn ask(&self, question: &Question, cancel: &Cancel) -> Result<Box<dyn Dialog>, NoWindow> {
        self.0.iter().find_map(|rung| rung.ask(question, cancel).ok()).ok_or(NoWindow)
    }

    /// In the window or nowhere: the page says it too.
    fn tell(&self, question: &Question, refusal: Refusal) {
        if let Some(window) = self.0.first() {
            window.tell(question, refusal);
        }
    }
}
