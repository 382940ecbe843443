//! Whether the runs of the program ended in order. A run leaves a file that only an orderly end
//! takes away; who finds one at the start notes that the run before did not end so.
//!
//! On Linux the file lies where a restart of the computer clears it; elsewhere a power cut counts
//! as a crash.

use std::fs;
use std::io;
use std::path::{Path, PathBuf};
use std::time::{Duration, SystemTime, UNIX_EPOCH};

use crate::paths::Paths;
use crate::private_file::{read, replace};

/// So many are remembered.
const MOST: usize = 10;
/// More than so many lines of seconds.
const MAX_FILE: u64 = 1024;

/// A run of the program; dropping it is its orderly end, a panic is none.
pub(crate) struct Run(PathBuf);

impl Run {
    /// Begins the run of whoever holds the instance lock, and notes whether the one before crashed.
    ///
    /// # Errors
    /// The file cannot be written.
    pub(crate) fn begin(paths: &Paths, now: SystemTime) -> io::Result<Self> {
        let sign = paths.runtime.join("ankong.run");
        if sign.exists() {
            tracing::warn!("the program did not end in order before");
            note(&file(paths), now)?;
        }
        fs::write(&sign, [])?;
        Ok(Self(sign))
    }
}

impl Drop for Run {
    fn drop(&mut self) {
        if !std::thread::panicking() {
            let _ = fs::remove_file(&self.0); // then the next start says so
        }
    }
}

/// When the program was started again after a run that did not end in order, the newest last.
#[must_use]
pub(crate) fn list(paths: &Paths) -> Vec<SystemTime> {
    let text = read(&file(paths), MAX_FILE).ok().flatten().unwrap_or_default();
    let seconds = text.lines().filter_map(|line| line.parse().ok());
    seconds.filter_map(|seconds| UNIX_EPOCH.checked_add(Duration::from_secs(seconds))).collect()
}

fn file(paths: &Paths) -> PathBuf {
    paths.data.join("crashes")
}

/// Adds a line: seconds since 1970.
fn note(file: &Path, now: SystemTime) -> io::Result<()> {
    let text = read(file, MAX_FILE).ok().flatten().unwrap_or_default();
    let now = now.duration_since(UNIX_EPOCH).unwrap_or_default().as_secs().to_string();
    let lines: Vec<&str> = text.lines().chain([now.as_str()]).collect();
    let kept = lines.get(lines.len().saturating_sub(MOST)..).unwrap_or_default();
    replace(file, &(kept.join("\n") + "\n")).map_err(io::Error::other)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn paths(folder: &Path) -> Paths {
        let folder = folder.to_owned();
        Paths {
            config: folder.clone(),
            data: folder.clone(),
            runtime: folder.clone(),
            logs: folder,
        }
    }

    #[test]
    fn an_orderly_end_is_none_to_tell_of_and_a_crash_is_told_with_its_time() {
        let folder = tempfile::tempdir().unwrap();
        let paths = paths(folder.path());
        let at = |seconds| UNIX_EPOCH + Duration::from_secs(seconds);
        drop(Run::begin(&paths, at(1)).unwrap());
        std::mem::forget(Run::begin(&paths, at(2)).unwrap());
        assert!(list(&paths).is_empty());
        drop(Run::begin(&paths, at(3)).unwrap());
        drop(Run::begin(&paths, at(4)).unwrap());
        assert_eq!(list(&paths), [at(3)]);
    }

    #[test]
    fn only_the_newest_are_remembered() {
        let folder = tempfile::tempdir().unwrap();
        let paths = paths(folder.path());
        for second in 0..=2 * MOST as u64 {
            std::mem::forget(Run::begin(&paths, UNIX_EPOCH + Duration::from_secs(second)).unwrap());
        }
        let kept = list(&paths);
        assert_eq!(kept.len(), MOST);
        assert_eq!(kept.last(), Some(&(UNIX_EPOCH + Duration::from_secs(2 * MOST as u64))));
    }
}
