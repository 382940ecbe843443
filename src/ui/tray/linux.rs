//! On Linux the tray speaks D-Bus alone, without GTK, and from a thread of its own.

use std::io;
use std::sync::Arc;
use std::sync::mpsc::{Receiver, Sender, channel};
use std::thread;

use super::{Choice, Chosen, News, Tray, host, telling};
use crate::ui::texts::Voice;

/// Tells the tray how things stand.
#[derive(Clone)]
pub struct TrayLine(Sender<News>);

telling!(TrayLine);

impl TrayLine {
    fn tell(&self, news: News) {
        let _ = self.0.send(news);
    }
}

pub(super) fn beside<T>(
    voice: Arc<Voice>,
    chosen: Chosen,
    work: impl FnOnce(TrayLine) -> T,
) -> io::Result<T> {
    let (sender, receiver) = channel();
    thread::Builder::new().name("tray".into()).spawn(move || follow(voice, &chosen, &receiver))?;
    Ok(work(TrayLine(sender)))
}

fn follow(voice: Arc<Voice>, chosen: &Chosen, news: &Receiver<News>) {
    let built = Tray::build(voice, chosen);
    let without = {
        let chosen = Arc::clone(chosen);
        move || chosen(Choice::NoTray)
    };
    match built {
        Ok(mut tray) => {
            if let Err(error) = host::look_for(without) {
                tracing::warn!(%error, "nobody looks for a tray");
            }
            news.iter().for_each(|news| tray.hear(news));
        }
        // Keeps taking news, so that nobody waits for a tray that is not there.
        Err(error) => {
            tracing::warn!(%error, "there is no tray icon");
            without();
            news.iter().for_each(drop);
        }
    }
}
