//! Where the lists of origins, the desk, the tray and the window of sites meet.

use std::sync::{Arc, OnceLock, Weak};

use crate::endpoint::Notice;
use crate::origins::{Listing, NotChanged, Origins};
use crate::session::Desk;
use crate::ui::sites::{self, Decision, Sites, SitesWindow};
use crate::ui::tray::TrayLine;

/// What the window of sites shows and does.
pub(super) struct Board {
    origins: Arc<Origins>,
    /// The endpoint keeps the desk, and this is known to it.
    desk: Weak<Desk>,
}

impl Board {
    pub(super) fn new(origins: &Arc<Origins>, desk: &Arc<Desk>) -> Self {
        Self { origins: Arc::clone(origins), desk: Arc::downgrade(desk) }
    }
}

impl Sites for Board {
    fn listing(&self) -> sites::Listing {
        let Listing { built_in, administrator, user, asked, user_may_allow, damage } =
            self.origins.listing();
        let muted = self.desk.upgrade().map(|desk| desk.muted()).unwrap_or_default();
        let is_damaged = damage.is_some();
        sites::Listing { built_in, administrator, user, asked, muted, user_may_allow, is_damaged }
    }

    fn decide(&self, decision: Decision) -> Result<(), &'static str> {
        let changed = match &decision {
            Decision::Allow(origin) => self.origins.allow(origin),
            Decision::Revoke(origin) => self.origins.revoke(origin),
            Decision::Unmute(origin) => {
                if let Some(desk) = self.desk.upgrade() {
                    desk.unmute(origin);
                }
                Ok(())
            }
        };
        tracing::info!(?decision, done = changed.is_ok(), "the person decided about a site");
        changed.map_err(|error| {
            tracing::error!(%error, "the list of sites was not changed");
            match error {
                NotChanged::Forbidden => "sites-forbidden",
                NotChanged::Full => "sites-full",
                NotChanged::File(_) => "sites-not-written",
            }
        })
    }
}

/// Says in the tray and in the window that a site asked.
pub(super) fn asked(
    origins: &Arc<Origins>,
    sites: &SitesWindow,
    tray: &Arc<OnceLock<TrayLine>>,
) -> Notice {
    let (origins, sites, tray) = (Arc::clone(origins), sites.clone(), Arc::clone(tray));
    Arc::new(move || {
        if let Some(line) = tray.get() {
            line.asked(origins.listing().asked.first().map(ToString::to_string));
        }
        sites.refresh();
    })
}

/// Opens the window of sites; whoever asked has been seen then.
pub(super) fn show_sites(sites: &SitesWindow, tray: &Arc<OnceLock<TrayLine>>) -> Notice {
    let (sites, tray) = (sites.clone(), Arc::clone(tray));
    Arc::new(move || {
        if let Some(line) = tray.get() {
            line.asked(None);
        }
        sites.show();
    })
}
