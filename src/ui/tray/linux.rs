//! On Linux the tray speaks D-Bus alone, without GTK, and from a thread of its own.

use std::io;
use std::sync::Arc;
use std::sync::mpsc::{Receiver, Sender, channel};
use std::thread;

use super::{Choice, News, Tray};
use crate::ui::texts::Texts;

/// Tells the tray how things stand.
#[derive(Clone)]
pub struct TrayLine(Sender<News>);

impl TrayLine {
    /// Shows the sentence with this name in the first line, `tray-…`.
    pub fn show(&self, id: &'static str) {
        let _ = self.0.send(News::State(id));
    }

    /// Shows which origin asked last that is on no list, or that there is none to look at.
    pub fn asked(&self, origin: Option<String>) {
        let _ = self.0.send(News::Asked(origin));
    }
}

pub(super) fn beside<T>(
    texts: Arc<Texts>,
    chosen: impl Fn(Choice) + Send + Sync + 'static,
    work: impl FnOnce(TrayLine) -> T,
) -> io::Result<T> {
    let (sender, receiver) = channel();
    thread::Builder::new().name("tray".into()).spawn(move || follow(texts, chosen, &receiver))?;
    Ok(work(TrayLine(sender)))
}

fn follow(
    texts: Arc<Texts>,
    chosen: impl Fn(Choice) + Send + Sync + 'static,
    lines: &Receiver<News>,
) {
    match Tray::build(texts, chosen) {
        Ok(mut tray) => lines.iter().for_each(|news| tray.hear(news)),
        // Keeps taking lines, so that nobody waits for a tray that is not there.
        Err(error) => {
            tracing::warn!(%error, "this desktop shows no tray icon");
            lines.iter().for_each(drop);
        }
    }
}
