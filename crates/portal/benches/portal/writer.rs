//! Whether somebody writes in the data base. SQLite lets one at a time: whoever does has a lock on the byte 120
//! of the file beside it (<https://sqlite.org/walformat.html>, §2.3.1), which stands in the kernel's list
//! (proc_locks(5)). To look there keeps nobody from writing.

use std::{
    fs,
    os::unix::fs::MetadataExt,
    sync::{
        Arc,
        atomic::{AtomicBool, Ordering},
    },
    thread::{self, JoinHandle},
    time::Duration,
};

use crate::process::Running;

const PAUSE: Duration = Duration::from_millis(1);

pub(crate) struct Watch {
    ended: Arc<AtomicBool>,
    watching: JoinHandle<(u32, u32)>,
}

impl Watch {
    pub(crate) fn on(portal: &Running) -> Self {
        let locked = fs::metadata(portal.folder.join("portal.sqlite-shm")).unwrap().ino();
        let lock = format!(":{locked} 120 120");
        let ended = Arc::new(AtomicBool::new(false));
        let end = ended.clone();
        let watching = thread::spawn(move || {
            let (mut looks, mut writing) = (0, 0);
            while !end.load(Ordering::Relaxed) {
                looks += 1;
                writing += u32::from(fs::read_to_string("/proc/locks").unwrap().contains(&lock));
                thread::sleep(PAUSE);
            }
            (looks, writing)
        });
        Self { ended, watching }
    }

    /// How often it looked, and how often somebody wrote.
    pub(crate) fn end(self) -> (u32, u32) {
        self.ended.store(true, Ordering::Relaxed);
        self.watching.join().unwrap()
    }
}
