//! What a person presses in the panel or chooses in the tray, done.

use std::sync::PoisonError;
use std::time::SystemTime;

use super::Board;
use crate::doctor::{Looked, write_report};
use crate::endpoint::identity::Root;
use crate::origins::{FileError, NotChanged};
use crate::outside;
use crate::settings::{Tongue, Values};
use crate::trust;
use crate::ui::panel::model::{Damaged, Deed, Done};
use crate::ui::texts::Language;

impl Board {
    pub(super) fn perform(&self, deed: &Deed) -> Result<Done, &'static str> {
        match deed {
            Deed::Allow(origin) => self.origins.allow(origin).map_err(unchanged)?,
            Deed::Revoke(origin) => {
                if let Some(desk) = self.desk.upgrade() {
                    desk.forget_approval(origin);
                }
                self.origins.revoke(origin).map_err(unchanged)?;
            }
            Deed::Unmute(origin) => {
                if let Some(desk) = self.desk.upgrade() {
                    desk.unmute(origin);
                }
            }
            Deed::Trust => return self.trust(),
            Deed::Moica => outside::open_moica().map_err(|error| {
                tracing::error!(%error, "no browser can be opened");
                "panel-no-browser"
            })?,
            Deed::Report => return self.report(),
            Deed::SetAside(Damaged::Sites) => self.origins.set_aside().map_err(unchanged)?,
            Deed::SetAside(Damaged::Settings) => {
                self.settings.set_aside().map_err(|error| not_set(&error))?;
            }
            Deed::Speak(chosen) => self.speak(*chosen)?,
            Deed::Autostart(on) => {
                let switched = self.autostart.switch(*on);
                switched.map_err(|error| {
                    tracing::error!(%error, "the start at login was not switched");
                    "autostart-not-switched"
                })?;
                self.tell_tray(|line| line.autostart(Some(*on)));
            }
            Deed::Remember(remember) => {
                self.set(|values| values.forget_requests = !remember)?;
                if let Some(desk) = self.desk.upgrade() {
                    desk.remember(*remember);
                }
            }
            Deed::FirstRunDone => self.set(|values| values.first_run_done = true)?,
            Deed::Turn(_) | Deed::LookAgain | Deed::Consider(_) => {} // the window's own
        }
        Ok(Done::Seen)
    }

    fn trust(&self) -> Result<Done, &'static str> {
        let root = Root::load(&self.paths.data).map_err(|error| {
            tracing::error!(%error, "the certificate of localhost cannot be read");
            "trust-nothing"
        })?;
        let told = trust::install(&self.folders, &root);
        match told.iter().find_map(|told| told.outcome.as_ref().err()) {
            Some(trouble) => Err(trouble.code()),
            None => Ok(Done::Said("panel-trusted")),
        }
    }

    /// Into the person's documents, under a name that is free.
    fn report(&self) -> Result<Done, &'static str> {
        let _alone = self.looking.lock().unwrap_or_else(PoisonError::into_inner);
        let texts = self.voice.texts();
        let looked = Looked::now(self.config.clone(), SystemTime::now());
        let told = looked.map(|looked| looked.report(&texts)).map_err(|_| "internal")?;
        let name = |number: u32| self.folders.documents.join(format!("ankong-report-{number}.txt"));
        let file = (1..).map(name).find(|file| !file.exists()).ok_or("internal")?;
        write_report(&file, &told, &texts).map_err(|error| {
            tracing::error!(%error, "the report was not written");
            "panel-report-failed"
        })?;
        Ok(Done::Wrote("panel-report-written", file))
    }

    fn speak(&self, chosen: Option<Language>) -> Result<(), &'static str> {
        self.set(|values| {
            values.language = match chosen {
                None => Tongue::System,
                Some(Language::Chinese) => Tongue::Chinese,
                Some(Language::English) => Tongue::English,
            };
        })?;
        self.voice.speak(chosen.unwrap_or_else(Language::of_environment));
        self.tell_tray(|line| line.speak(chosen));
        Ok(())
    }

    pub(super) fn set(&self, change: impl FnOnce(&mut Values)) -> Result<(), &'static str> {
        self.settings.change(change).map_err(|error| not_set(&error))
    }
}

fn unchanged(error: NotChanged) -> &'static str {
    tracing::error!(%error, "the list of sites was not changed");
    match error {
        NotChanged::Forbidden => "sites-forbidden",
        NotChanged::Full => "sites-full",
        NotChanged::File(_) => "sites-not-written",
    }
}

fn not_set(error: &FileError) -> &'static str {
    tracing::error!(%error, "nothing was set");
    "settings-not-written"
}
