//! What the door tells: that a site asked, or what another process of the program wants.

use std::sync::{Arc, OnceLock};
use std::thread;

use tokio::sync::Notify;

use super::Board;
use crate::endpoint::{Notice, Own, Wanted};
use crate::origins::Origins;
use crate::ui::panel::PanelWindow;
use crate::ui::panel::model::Page;
use crate::ui::tray::TrayLine;

/// Says in the tray and in the panel that a site asked.
pub(in crate::app) fn asked(
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

/// Does it; whoever asked is seen on the page of sites.
pub(in crate::app) fn wanted(
    board: &Arc<Board>,
    panel: &PanelWindow,
    stop: &Arc<Notify>,
) -> Wanted {
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
