//! Where everything the panel shows meets: lists, desk, settings, trust, checks.

mod deeds;
mod told;

use std::path::PathBuf;
use std::sync::{Arc, Mutex, OnceLock, PoisonError, Weak};
use std::time::SystemTime;

pub(super) use told::{asked, wanted};

use crate::autostart::Autostart;
use crate::diagnostics::{Line, Verdict};
use crate::doctor::{Besides, Looked, SETTINGS_DAMAGED, SITES_DAMAGED, remarks};
use crate::endpoint::identity::Root;
use crate::origins::Origins;
use crate::paths::{Paths, UserFolders};
use crate::session::{self, Desk};
use crate::settings::{Settings, Tongue};
use crate::trust::{self, Standing, Told};
use crate::ui::panel::PanelWindow;
use crate::ui::panel::model::{
    self, Browser, Card, Check, Cure, Damaged, Deed, Done, Examined, Past, Sight,
};
use crate::ui::texts::{Language, Remark, Voice};
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
        let past = |past: session::Past| Past {
            origin: past.origin.to_string(),
            at: past.at,
            outcome: past.refusal.map_or("panel-answered", |refusal| refusal.code()),
        };
        let requests = desk.as_ref().and_then(|desk| desk.requests());
        Sight {
            status: desk.as_ref().map_or(session::Status::Running, |desk| desk.state()),
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
            let details = remarks(&looked.findings.details, line.name);
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

fn check(Line { name, verdict }: Line, details: Vec<Remark>) -> Check {
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
