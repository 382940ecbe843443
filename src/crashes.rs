//! Whether the program ended as it should the last time, and when it did not.
//!
//! A mark lies in the data folder while the program runs and is taken away at an orderly end. A
//! mark that is found at the start stands for a crash, or for a computer that went out.

use std::fs;
use std::io::{self, Write};
use std::path::{Path, PathBuf};
use std::time::{Duration, SystemTime};

const MARK: &str = "running";
const LIST: &str = "crashes";
/// So many are remembered.
const MOST: usize = 5;

/// The mark, as long as the program runs.
pub(crate) struct Run(PathBuf);

impl Run {
    /// Leaves the mark; one that was left behind is noted as a crash. The caller is the only
    /// instance.
    pub(crate) fn begin(data: &Path, now: SystemTime) -> io::Result<Self> {
        fs::create_dir_all(data)?;
        let mark = data.join(MARK);
        if mark.exists() {
            tracing::warn!("the last run did not end as it should");
            note(&data.join(LIST), now)?;
        }
        fs::File::create(&mark)?.write_all(b"")?;
        Ok(Self(mark))
    }
}

impl Drop for Run {
    fn drop(&mut self) {
        let _ = fs::remove_file(&self.0); // else the next start takes this for a crash
    }
}

/// When the program was found to have crashed, the last one last.
pub(crate) fn list(data: &Path) -> Vec<SystemTime> {
    let text = fs::read_to_string(data.join(LIST)).unwrap_or_default();
    let seconds = text.lines().filter_map(|line| line.parse().ok());
    seconds.map(|seconds| SystemTime::UNIX_EPOCH + Duration::from_secs(seconds)).collect()
}

fn note(list: &Path, now: SystemTime) -> io::Result<()> {
    let text = fs::read_to_string(list).unwrap_or_default();
    let now = now.duration_since(SystemTime::UNIX_EPOCH).unwrap_or_default().as_secs().to_string();
    let mut lines: Vec<&str> = text.lines().chain([now.as_str()]).collect();
    lines.drain(..lines.len().saturating_sub(MOST));
    fs::write(list, lines.join("\n") + "\n")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_run_that_did_not_end_is_found_at_the_next_start_and_an_orderly_one_is_not() {
        let folder = tempfile::tempdir().unwrap();
        let at = |seconds| SystemTime::UNIX_EPOCH + Duration::from_secs(seconds);
        drop(Run::begin(folder.path(), at(1)).unwrap());
        std::mem::forget(Run::begin(folder.path(), at(2)).unwrap());
        assert!(list(folder.path()).is_empty());
        for crash in 3..10 {
            std::mem::forget(Run::begin(folder.path(), at(crash)).unwrap());
        }
        assert_eq!(list(folder.path()), [5, 6, 7, 8, 9].map(at));
    }
}
