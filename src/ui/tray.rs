//! The tray: an icon and a menu whose first line says how things stand.
//!
//! On Linux over D-Bus alone, without GTK. Without a tray on this desktop the program works all
//! the same.

use std::sync::Arc;
use std::sync::mpsc::{Receiver, Sender, channel};
use std::thread;

use tray_icon::menu::{Menu, MenuEvent, MenuItem, PredefinedMenuItem};
use tray_icon::{Icon, TrayIcon, TrayIconBuilder};

use super::texts::Texts;

/// Raw RGBA, `SIZE` × `SIZE`, made from `assets/icons/ankong.svg` by `make icons`.
const PICTURE: &[u8] = include_bytes!("../../assets/icons/tray-32.rgba");
const SIZE: u32 = 32;

/// Tells the tray how things stand.
#[derive(Clone)]
pub struct TrayLine(Sender<String>);

impl TrayLine {
    /// Shows the sentence with this name in the first line, `tray-…`.
    pub fn show(&self, id: &str) {
        let _ = self.0.send(id.to_owned());
    }
}

/// Starts the tray on a thread of its own; `quit` is called when the person chooses to.
///
/// # Errors
/// No thread can be started.
pub fn start(
    texts: Arc<Texts>,
    quit: impl Fn() + Send + Sync + 'static,
) -> std::io::Result<TrayLine> {
    let (sender, receiver) = channel();
    thread::Builder::new().name("tray".into()).spawn(move || {
        match Tray::build(&texts, quit) {
            Ok(tray) => tray.follow(&texts, &receiver),
            // Keeps taking lines, so that nobody waits for a tray that is not there.
            Err(error) => {
                tracing::warn!(%error, "this desktop shows no tray icon");
                receiver.iter().for_each(drop);
            }
        }
    })?;
    Ok(TrayLine(sender))
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
}

impl Tray {
    fn build(texts: &Texts, quit: impl Fn() + Send + Sync + 'static) -> Result<Self, TrayError> {
        let line = MenuItem::new(texts.get("tray-running"), false, None);
        let leave = MenuItem::new(texts.get("tray-quit"), true, None);
        let menu = Menu::with_items(&[&line, &PredefinedMenuItem::separator(), &leave])?;
        let leave_id = leave.id().clone();
        MenuEvent::set_event_handler(Some(move |event: MenuEvent| {
            if event.id == leave_id {
                quit();
            }
        }));
        let icon = TrayIconBuilder::new()
            .with_id("ankong")
            .with_title(texts.get("program"))
            .with_tooltip(texts.get("program"))
            .with_icon(Icon::from_rgba(PICTURE.to_vec(), SIZE, SIZE)?)
            .with_menu(Box::new(menu))
            .build()?;
        Ok(Self { icon, line })
    }

    fn follow(&self, texts: &Texts, lines: &Receiver<String>) {
        let mut shown = String::new();
        for id in lines {
            let sentence = texts.get(&id);
            if sentence != shown {
                self.line.set_text(&sentence);
                let tooltip = format!("{}：{sentence}", texts.get("program"));
                let _ = self.icon.set_tooltip(Some(tooltip));
                shown = sentence;
            }
        }
    }
}
