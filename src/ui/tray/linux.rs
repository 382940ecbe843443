//! On Linux the tray speaks D-Bus alone, without GTK, and from a thread of its own.

use std::io;
use std::sync::Arc;
use std::sync::mpsc::{Receiver, Sender, channel};
use std::thread;

use super::Tray;
use crate::ui::texts::Texts;

/// Tells the tray how things stand.
#[derive(Clone)]
pub struct TrayLine(Sender<&'static str>);

impl TrayLine {
    /// Shows the sentence with this name in the first line, `tray-…`.
    pub fn show(&self, id: &'static str) {
        let _ = self.0.send(id);
    }
}

pub(super) fn beside<T>(
    texts: Arc<Texts>,
    quit: impl Fn() + Send + Sync + 'static,
    work: impl FnOnce(TrayLine) -> T,
) -> io::Result<T> {
    let (sender, receiver) = channel();
    thread::Builder::new().name("tray".into()).spawn(move || follow(texts, quit, &receiver))?;
    Ok(work(TrayLine(sender)))
}

fn follow(
    texts: Arc<Texts>,
    quit: impl Fn() + Send + Sync + 'static,
    lines: &Receiver<&'static str>,
) {
    match Tray::build(texts, quit) {
        Ok(mut tray) => lines.iter().for_each(|line| tray.show(line)),
        // Keeps taking lines, so that nobody waits for a tray that is not there.
        Err(error) => {
            tracing::warn!(%error, "this desktop shows no tray icon");
            lines.iter().for_each(drop);
        }
    }
}
