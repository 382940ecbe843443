//! The tray: an icon and a menu whose first line says how things stand.
//!
//! Without a tray on this desktop the program works all the same.

use std::io;
use std::sync::Arc;

use tray_icon::menu::{Menu, MenuEvent, MenuItem, PredefinedMenuItem};
use tray_icon::{Icon, TrayIcon, TrayIconBuilder};

use super::texts::Texts;
pub use system::TrayLine;

#[cfg(not(target_os = "linux"))]
#[path = "desktop.rs"]
mod system;
#[cfg(target_os = "linux")]
#[path = "linux.rs"]
mod system;

/// What a person can choose in the menu.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Choice {
    /// To look at the sites.
    Sites,
    /// To end the program.
    Quit,
}

/// What the tray is told.
#[derive(Debug)]
enum News {
    /// Shows the sentence with this name in the first line.
    State(&'static str),
    /// The origin that asked last and is on no list.
    Asked(Option<String>),
}

/// Shows the tray while `work` runs, and gives back what it gives. `chosen` is told what the person
/// chooses; to quit should make `work` return. To be called on the main thread, which some systems
/// want for the tray; `work` may find itself on another.
///
/// # Errors
/// No thread can be started, or `work` panicked.
pub fn beside<T: Send + 'static>(
    texts: Arc<Texts>,
    chosen: impl Fn(Choice) + Send + Sync + 'static,
    work: impl FnOnce(TrayLine) -> T + Send + 'static,
) -> io::Result<T> {
    system::beside(texts, chosen, work)
}

/// Why there is no tray.
#[derive(Debug, thiserror::Error)]
enum TrayError {
    #[error(transparent)]
    Tray(#[from] tray_icon::Error),
    #[error(transparent)]
    Menu(#[from] tray_icon::menu::Error),
    #[error(transparent)]
    Picture(#[from] tray_icon::BadIcon),
}

struct Tray {
    icon: TrayIcon,
    line: MenuItem,
    sites: MenuItem,
    texts: Arc<Texts>,
    shown: String,
}

impl Tray {
    fn build(
        texts: Arc<Texts>,
        chosen: impl Fn(Choice) + Send + Sync + 'static,
    ) -> Result<Self, TrayError> {
        let line = MenuItem::new(texts.get("tray-running"), false, None);
        let sites = MenuItem::new(texts.get("tray-sites"), true, None);
        let leave = MenuItem::new(texts.get("tray-quit"), true, None);
        let between = PredefinedMenuItem::separator();
        let menu = Menu::with_items(&[&line, &between, &sites, &leave])?;
        let choices = [(sites.id().clone(), Choice::Sites), (leave.id().clone(), Choice::Quit)];
        MenuEvent::set_event_handler(Some(move |event: MenuEvent| {
            if let Some((_, choice)) = choices.iter().find(|(id, _)| *id == event.id) {
                chosen(*choice);
            }
        }));
        let mut icon = TrayIconBuilder::new()
            .with_id("ankong")
            .with_tooltip(texts.get("program"))
            .with_icon(Icon::from_rgba(PICTURE.to_vec(), SIZE, SIZE)?)
            .with_menu(Box::new(menu));
        if cfg!(target_os = "linux") {
            icon = icon.with_title(texts.get("program")); // macOS would write it into the menu bar
        }
        Ok(Self { icon: icon.build()?, line, sites, texts, shown: String::new() })
    }

    fn hear(&mut self, news: News) {
        match news {
            News::State(id) => self.show(id),
            News::Asked(origin) => self.sites.set_text(match origin {
                Some(origin) => self.texts.with_text("tray-asked", "origin", &origin),
                None => self.texts.get("tray-sites"),
            }),
        }
    }

    /// Shows the sentence with this name.
    fn show(&mut self, id: &str) {
        let sentence = self.texts.get(id);
        if sentence != self.shown {
            self.line.set_text(&sentence);
            let tooltip = format!("{}：{sentence}", self.texts.get("program"));
            let _ = self.icon.set_tooltip(Some(tooltip));
            self.shown = sentence;
        }
    }
}

/// Raw RGBA, `SIZE` × `SIZE`, made from `assets/icons/ankong.svg` by `make icons`.
const PICTURE: &[u8] = include_bytes!("../../../assets/icons/tray-32.rgba");
const SIZE: u32 = 32;
