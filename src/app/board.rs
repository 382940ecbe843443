//! Where everything the panel shows and does meets: lists, desk, settings, trust, checks.

use std::path::PathBuf;
use std::sync::{Arc, Mutex, OnceLock, PoisonError, Weak};
use std::thread;
use std::time::SystemTime;

use tokio::sync::Notify;

use crate::autostart::Autostart;
use crate::diagnostics::{Line, Verdict};
use crate::doctor::{Besides, Looked, SETTINGS_DAMAGED, SITES_DAMAGED, write_report};
use crate::endpoint::identity::Root;
use crate::endpoint::{Notice, Own};
use crate::origins::{NotChanged, Origins};
use crate::outside;
use crate::paths::{Paths, UserFolders};
use crate::session::Desk;
use crate::settings::{Settings, Tongue};
use crate::trust::{self, Standing, Told};
use crate::ui::panel::PanelWindow;
use crate::ui::panel::model::{
    self, Browser, Card, Check, Cure, Damaged, Deed, Done, Examined, Page, Past, Sight,
};
use crate::ui::texts::{Language, Voice};
use crate::ui::tray::TrayLine;

/// What stands in the panel, and does what is pressed there.
pub(super) struct Board {
    pub(super) origins: Arc<Origins>,
    /// The endpoint keeps the desk, and this is known to it.
    pub(super) desk: Weak<Desk>,
    pub(super) settings: Arc<Settings>,
    pub(super) voice: Arc<Voice>,
    pub(super) autostart: Autostart,
    pub(super) paths: Paths,
    pub(super) folders: UserFolders,
    /// The administrator's file, where it is not the usual one.
    pub(super) config: Option<PathBuf>,
    /// Where the door is open, once it is.
    pub(super) port: Arc<OnceLock<u16>>,
    pub(super) tray: Arc<OnceLock<TrayLine>>,
    /// Two looks at once would be in each other's way at the card.
    pub(super) looking: Mutex<()>,
}

impl model::Board for Board {
    fn sight(&self) -> Sight {
        let desk = self.desk.upgrade();
        let card = desk.as_ref().and_then(|desk| desk.card());
        let past = |past: crate::session::Past| Past {
            origin: past.origin.to_string(),
            at: past.at,
            outcome: past.refusal.map_or("panel-answered", |refusal| refusal.code()),
        };
        let requests = desk.as_ref().and_then(|desk| desk.requests());
        Sight {
            status: desk.as_ref().map_or(crate::session::Status::Running, |desk| desk.state()),
            card: card.map(|(holder, can_sign)| Card { holder, can_sign }),
            now: SystemTime::now(),
            sites: self.sites(desk.as_deref()),
            requests: requests.map(|requests| requests.into_iter().map(past).collect()),
            autostart: self.autostart.is_on().ok(),
            language: language(self.settings.values().language),
            settings_damaged: self.settings.is_damaged(),
            port: self.port.get().copied(),
        }
    }

    fn browsers(&self) -> Vec<Browser> {
        let told = Root::load(&self.paths.data).map(|root| trust::check(&self.folders, &root));
        let browsers: Vec<Browser> = told.unwrap_or_default().into_iter().map(browser).collect();
        let trouble = self.has_trouble(&browsers);
        self.tell_tray(|line| line.trouble(trouble));
        browsers
    }

    fn examine(&self) -> Examined {
        let _alone = self.looking.lock().unwrap_or_else(PoisonError::into_inner);
        let Ok(looked) = Looked::now(self.config.clone(), SystemTime::now()) else {
            return Examined { checks: Vec::new(), code: String::new() };
        };
        let besides = looked.besides.iter().map(|Besides { name, details }| Check {
            name,
            verdict: model::Verdict::Attention,
            details: details.clone(),
            cure: match *name {
                SITES_DAMAGED => Some(Cure::SetAside(Damaged::Sites)),
                SETTINGS_DAMAGED => Some(Cure::SetAside(Damaged::Settings)),
                _ => None,
            },
        });
        let lines = looked.findings.examination.lines().into_iter().map(|line| {
            let about = looked.findings.details.iter().filter(|(name, _)| *name == line.name);
            let details = about.map(|(_, detail)| detail.clone()).collect();
            check(line, details)
        });
        Examined { checks: besides.chain(lines).collect(), code: looked.code() }
    }

    fn act(&self, deed: &Deed) -> Result<Done, &'static str> {
        let done = self.perform(deed);
        tracing::info!(?deed, done = done.is_ok(), "the person decided");
        done
    }
}

impl Board {
    /// Tells the tray what it shows beside the state. An installed program that runs in the tray for
    /// the first time has its start at login switched on; afterwards that is the person's matter.
    pub(super) fn greet(&self, panel: &PanelWindow) {
        if !self.settings.values().autostart_offered && !self.settings.is_damaged() {
            let offered = self.set(|values| values.autostart_offered = true);
            if offered.is_ok() && is_installed() {
                let _ = self.perform(&Deed::Autostart(true)); // its fault is in the log
            }
        }
        self.tell_tray(|line| line.speak(language(self.settings.values().language)));
        self.look_again(panel);
    }

    /// Looks at what other programs of ours can change.
    fn look_again(&self, panel: &PanelWindow) {
        self.tell_tray(|line| line.autostart(self.autostart.is_on().ok()));
        model::Board::browsers(self); // tells the tray whether there is trouble
        panel.refresh();
    }

    /// Whether a person has to mend something: a file that does not count, or no browser at all that
    /// trusts this computer's certificate, so that no page can call.
    fn has_trouble(&self, browsers: &[Browser]) -> bool {
        let trusted = browsers.iter().any(|browser| matches!(browser.trusts, Ok(true)));
        let known = browsers.iter().any(|browser| browser.trusts.is_ok());
        (known && !trusted) || self.settings.is_damaged() || self.origins.listing().damage.is_some()
    }

    /// Switches the start at login over, from how it really stands.
    pub(super) fn switch_autostart(&self) {
        let on = self.autostart.is_on().unwrap_or(false);
        let _ = model::Board::act(self, &Deed::Autostart(!on)); // its fault is in the log
        self.tell_tray(|line| line.autostart(self.autostart.is_on().ok()));
    }

    fn sites(&self, desk: Option<&Desk>) -> model::Listing {
        let listing = self.origins.listing();
        model::Listing {
            built_in: listing.built_in,
            administrator: listing.administrator,
            user: listing.user,
            asked: listing.asked,
            muted: desk.map(Desk::muted).unwrap_or_default(),
            user_may_allow: listing.user_may_allow,
            is_damaged: listing.damage.is_some(),
        }
    }

    fn perform(&self, deed: &Deed) -> Result<Done, &'static str> {
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

    fn set(&self, change: impl FnOnce(&mut crate::settings::Values)) -> Result<(), &'static str> {
        self.settings.change(change).map_err(|error| not_set(&error))
    }

    fn tell_tray(&self, tell: impl FnOnce(&TrayLine)) {
        if let Some(line) = self.tray.get() {
            tell(line);
        }
    }
}

/// The language a person has chosen; `None` for the system's.
pub(super) fn language(tongue: Tongue) -> Option<Language> {
    match tongue {
        Tongue::System => None,
        Tongue::Chinese => Some(Language::Chinese),
        Tongue::English => Some(Language::English),
    }
}

fn browser(Told { store, outcome }: Told) -> Browser {
    let trusts = match outcome {
        Ok(Standing::Trusted) => Ok(true),
        Ok(Standing::Untrusted | Standing::Removed(_)) => Ok(false),
        Err(trouble) => Err(trouble.code()),
    };
    Browser { name: store.browser, trusts }
}

fn check(Line { name, verdict }: Line, details: Vec<String>) -> Check {
    let verdict = match verdict {
        Verdict::Ok => model::Verdict::Ok,
        Verdict::Attention => model::Verdict::Attention,
        Verdict::Fault => model::Verdict::Fault,
    };
    let cure = match name {
        "doctor-trust-partly" | "doctor-trust-untrusted" => Some(Cure::Trust),
        "doctor-modules-none" | "doctor-modules-faulty" => Some(Cure::Moica),
        _ => None,
    };
    Check { name, verdict, details, cure }
}

fn unchanged(error: NotChanged) -> &'static str {
    tracing::error!(%error, "the list of sites was not changed");
    match error {
        NotChanged::Forbidden => "sites-forbidden",
        NotChanged::Full => "sites-full",
        NotChanged::File(_) => "sites-not-written",
    }
}

fn not_set(error: &crate::origins::FileError) -> &'static str {
    tracing::error!(%error, "nothing was set");
    "settings-not-written"
}

/// Whether this executable lies where packages and installers put programs, and not in somebody's
/// build.
fn is_installed() -> bool {
    let program = std::env::current_exe().unwrap_or_default();
    let below = |folder: &str| program.starts_with(folder);
    if cfg!(windows) {
        let folders = ["ProgramFiles", "LOCALAPPDATA"];
        folders.iter().filter_map(std::env::var_os).any(|folder| program.starts_with(folder))
    } else if cfg!(target_os = "macos") {
        below("/Applications")
    } else {
        below("/usr") || below("/opt")
    }
}

/// Says in the tray and in the panel that a site asked.
pub(super) fn asked(
    origins: &Arc<Origins>,
    panel: &PanelWindow,
    tray: &Arc<OnceLock<TrayLine>>,
) -> Notice {
    let (origins, panel, tray) = (Arc::clone(origins), panel.clone(), Arc::clone(tray));
    Arc::new(move || {
        if let Some(line) = tray.get() {
            line.asked(origins.listing().asked.first().map(ToString::to_string));
        }
        panel.refresh();
    })
}

/// Does what a second start of the program wants; whoever asked is seen on the page of sites.
pub(super) fn show(
    board: &Arc<Board>,
    panel: &PanelWindow,
    stop: &Arc<Notify>,
) -> Arc<dyn Fn(Own) + Send + Sync> {
    let (board, panel, stop) = (Arc::clone(board), panel.clone(), Arc::clone(stop));
    Arc::new(move |own| match own {
        Own::Quit => stop.notify_one(),
        Own::Status => panel.show(Page::Status),
        Own::Sites => {
            board.tell_tray(|line| line.asked(None));
            panel.show(Page::Sites);
        }
        Own::Changed => {
            let (board, panel) = (Arc::clone(&board), panel.clone());
            // Looking into the browsers' stores takes longer than the door may stand still.
            let look = move || board.look_again(&panel);
            if let Err(error) = thread::Builder::new().name("look".into()).spawn(look) {
                tracing::warn!(%error, "nobody looks at what was changed");
            }
        }
    })
}
