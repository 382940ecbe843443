//! The tray: an icon that shows how things stand, and a menu whose first line says it.
//!
//! Without a tray on this desktop the program works all the same; then it is told so.

#[cfg(target_os = "linux")]
mod host;
mod picture;

use std::io;
use std::sync::Arc;

use tray_icon::menu::{CheckMenuItem, Menu, MenuEvent, MenuItem, PredefinedMenuItem, Submenu};
use tray_icon::{TrayIcon, TrayIconBuilder};

use super::texts::{Language, Voice};
use crate::session::Status;
use crate::ui::panel::model::Page;
use crate::ui::panel::sentence;
pub use system::TrayLine;

#[cfg(not(target_os = "linux"))]
#[path = "desktop.rs"]
mod system;
#[cfg(target_os = "linux")]
#[path = "linux.rs"]
mod system;

/// What comes from the tray.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Choice {
    /// To look at a page of the panel.
    Look(Page),
    /// To speak this language, or the system's.
    Speak(Option<Language>),
    /// To start at login, or not any more.
    SwitchAutostart,
    /// To end the program.
    Quit,
    /// Nobody chose anything: this desktop shows no tray.
    NoTray,
}

/// What the tray is told.
#[derive(Debug)]
enum News {
    /// How service, reader and card stand.
    State(Status),
    /// Whether something stands in the way that a person has to mend.
    Trouble(bool),
    /// The origin that asked last and is on no list.
    Asked(Option<String>),
    /// Whether the program starts at login; `None` where that is not known.
    Autostart(Option<bool>),
    /// Another language is spoken, and whether the person chose it.
    Language(Option<Language>),
}

/// What the tray can be told, the same on every system.
macro_rules! telling {
    ($line:ident) => {
        impl $line {
            /// Shows how service, reader and card stand.
            pub fn show(&self, status: crate::session::Status) {
                self.tell(News::State(status));
            }

            /// Shows whether something stands in the way that a person has to mend.
            pub fn trouble(&self, is_there: bool) {
                self.tell(News::Trouble(is_there));
            }

            /// Shows which origin asked last that is on no list, or that there is none to look at.
            pub fn asked(&self, origin: Option<String>) {
                self.tell(News::Asked(origin));
            }

            /// Shows whether the program starts at login.
            pub fn autostart(&self, on: Option<bool>) {
                self.tell(News::Autostart(on));
            }

            /// Speaks the language that is spoken now; `chosen` by the person, or the system's.
            pub fn speak(&self, chosen: Option<crate::ui::texts::Language>) {
                self.tell(News::Language(chosen));
            }
        }
    };
}
use telling;

/// Shows the tray while `work` runs, and gives back what it gives. `chosen` is told what the person
/// chooses; to quit should make `work` return. To be called on the main thread, which some systems
/// want for the tray; `work` may find itself on another.
///
/// # Errors
/// No thread can be started, or `work` panicked.
pub fn beside<T: Send + 'static>(
    voice: Arc<Voice>,
    chosen: impl Fn(Choice) + Send + Sync + 'static,
    work: impl FnOnce(TrayLine) -> T + Send + 'static,
) -> io::Result<T> {
    system::beside(voice, Arc::new(chosen), work)
}

type Chosen = Arc<dyn Fn(Choice) + Send + Sync>;

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
    items: Items,
    voice: Arc<Voice>,
    status: Status,
    trouble: bool,
    asked: Option<String>,
}

/// The menu's entries, each with the name of its sentence.
struct Items {
    line: MenuItem,
    plain: Vec<(&'static str, MenuItem)>,
    sites: MenuItem,
    autostart: CheckMenuItem,
    languages: Submenu,
    system: CheckMenuItem,
    spoken: [(Language, CheckMenuItem); 2],
}

const LANGUAGES: [Language; 2] = [Language::Chinese, Language::English];

impl Tray {
    fn build(voice: Arc<Voice>, chosen: &Chosen) -> Result<Self, TrayError> {
        let texts = voice.texts();
        let item = |name: &str| MenuItem::new(texts.get(name), true, None);
        let check = |label: String| CheckMenuItem::new(label, true, false, None);
        let line = MenuItem::new(texts.get("tray-running"), false, None);
        let [status, sites, repair, about, quit] =
            ["tray-status", "tray-sites", "tray-check", "tray-about", "tray-quit"].map(item);
        let autostart = CheckMenuItem::new(texts.get("tray-autostart"), false, false, None);
        let languages = Submenu::new(texts.get("tray-language"), true);
        let system = check(texts.get("tray-language-system"));
        let spoken = LANGUAGES.map(|language| (language, check(language.own_name().to_owned())));
        languages.append(&system)?;
        spoken.iter().try_for_each(|(_, item)| languages.append(item))?;
        let [first, second, third] = [(); 3].map(|()| PredefinedMenuItem::separator());
        let menu = Menu::with_items(&[
            &line, &first, &status, &sites, &repair, &second, &autostart, &languages, &about,
            &third, &quit,
        ])?;
        let plain = vec![
            ("tray-status", status),
            ("tray-check", repair),
            ("tray-about", about),
            ("tray-quit", quit),
        ];
        let items = Items { line, plain, sites, autostart, languages, system, spoken };
        items.report(chosen);
        let mut icon = TrayIconBuilder::new()
            .with_id("ankong")
            .with_tooltip(texts.get("program"))
            .with_icon(picture::of(Status::Running, false)?)
            .with_menu(Box::new(menu));
        if cfg!(target_os = "linux") {
            icon = icon.with_title(texts.get("program")); // macOS would write it into the menu bar
        }
        let (icon, status) = (icon.build()?, Status::Running);
        Ok(Self { icon, items, voice, status, trouble: false, asked: None })
    }

    fn hear(&mut self, news: News) {
        match news {
            News::State(status) => self.status = status,
            News::Trouble(is_there) => self.trouble = is_there,
            News::Asked(origin) => self.asked = origin,
            News::Autostart(on) => {
                self.items.autostart.set_enabled(on.is_some());
                self.items.autostart.set_checked(on == Some(true));
                return;
            }
            News::Language(chosen) => {
                self.items.system.set_checked(chosen.is_none());
                for (language, item) in &self.items.spoken {
                    item.set_checked(chosen == Some(*language));
                }
            }
        }
        self.draw();
    }

    /// Writes everything anew; nothing is sent where nothing has changed.
    fn draw(&self) {
        let texts = self.voice.texts();
        let items = &self.items;
        // Whoever is in the middle of something is not told of other troubles.
        let trouble = self.trouble && self.status != Status::Not(crate::session::Refusal::Busy);
        let sentence = texts.get(if trouble { "tray-trouble" } else { sentence(self.status) });
        items.line.set_text(&sentence);
        for (name, item) in &items.plain {
            item.set_text(texts.get(name));
        }
        items.sites.set_text(match &self.asked {
            Some(origin) => texts.with_text("tray-asked", "origin", origin),
            None => texts.get("tray-sites"),
        });
        items.autostart.set_text(texts.get("tray-autostart"));
        items.languages.set_text(texts.get("tray-language"));
        items.system.set_text(texts.get("tray-language-system"));
        let _ = self.icon.set_tooltip(Some(format!("{}：{sentence}", texts.get("program"))));
        if let Ok(picture) = picture::of(self.status, trouble) {
            let _ = self.icon.set_icon(Some(picture));
        }
    }
}

impl Items {
    /// Has `chosen` told what is chosen.
    fn report(&self, chosen: &Chosen) {
        let of_plain = [
            Choice::Look(Page::Status),
            Choice::Look(Page::Check),
            Choice::Look(Page::Settings),
            Choice::Quit,
        ];
        let plain = self.plain.iter().map(|(_, item)| item.id().clone()).zip(of_plain);
        let spoken = self.spoken.iter();
        let spoken =
            spoken.map(|(language, item)| (item.id().clone(), Choice::Speak(Some(*language))));
        let others = [
            (self.system.id().clone(), Choice::Speak(None)),
            (self.sites.id().clone(), Choice::Look(Page::Sites)),
            (self.autostart.id().clone(), Choice::SwitchAutostart),
        ];
        let choices: Vec<_> = plain.chain(spoken).chain(others).collect();
        let chosen = Arc::clone(chosen);
        MenuEvent::set_event_handler(Some(move |event: MenuEvent| {
            if let Some((_, choice)) = choices.iter().find(|(id, _)| *id == event.id) {
                chosen(choice.clone());
            }
        }));
    }
}
