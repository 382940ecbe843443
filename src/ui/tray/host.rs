//! Whether this desktop shows tray icons: the StatusNotifierItem specification, its watcher and its
//! hosts, asked over D-Bus.

use std::thread;
use std::time::{Duration, Instant};

use zbus::blocking::{Connection, Proxy};

const WATCHER: &str = "org.kde.StatusNotifierWatcher";
const PLACE: &str = "/StatusNotifierWatcher";

/// At login this program may be there before the desktop's panel is.
const PATIENCE: Duration = Duration::from_secs(4);
const LOOK: Duration = Duration::from_millis(250);

/// Calls `without` if nothing here shows tray icons, after waiting a while for it.
pub(super) fn look_for(without: impl FnOnce() + Send + 'static) -> std::io::Result<()> {
    thread::Builder::new().name("tray-host".into()).spawn(move || {
        let until = Instant::now() + PATIENCE;
        while !is_there().unwrap_or(false) {
            if Instant::now() >= until {
                tracing::warn!("this desktop shows no tray icons");
                return without();
            }
            thread::sleep(LOOK);
        }
    })?;
    Ok(())
}

fn is_there() -> zbus::Result<bool> {
    let bus = Connection::session()?;
    Proxy::new(&bus, WATCHER, PLACE, WATCHER)?.get_property("IsStatusNotifierHostRegistered")
}
