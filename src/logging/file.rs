//! Two files of bounded size: the current one, and the one before it.

use std::fs::{self, File, OpenOptions};
use std::io::{self, Write};
use std::path::{Path, PathBuf};

const CURRENT: &str = "ankong.log";
const BEFORE: &str = "ankong.log.1";
/// Of each; both together have at most 10 MiB.
const MAX_LENGTH: u64 = 5 * 1024 * 1024;

/// Appends lines; begins a new file when the next would make the current one too long.
pub(super) struct LogFile {
    folder: PathBuf,
    file: File,
    length: u64,
}

impl LogFile {
    /// Goes on with the file in `folder`, which is made where it is missing.
    pub(super) fn open(folder: &Path) -> io::Result<Self> {
        fs::create_dir_all(folder)?;
        let file = private().open(folder.join(CURRENT))?;
        let length = file.metadata()?.len();
        Ok(Self { folder: folder.to_owned(), file, length })
    }

    fn begin_anew(&mut self) -> io::Result<()> {
        let current = self.folder.join(CURRENT);
        fs::rename(&current, self.folder.join(BEFORE))?;
        self.file = private().open(current)?;
        self.length = 0;
        Ok(())
    }
}

impl Write for LogFile {
    /// Takes a line as a whole, or as much of it as the bound leaves.
    fn write(&mut self, line: &[u8]) -> io::Result<usize> {
        let line = line.get(..MAX_LENGTH as usize).unwrap_or(line);
        if self.length + line.len() as u64 > MAX_LENGTH {
            self.begin_anew()?;
        }
        let written = self.file.write(line)?;
        self.length += written as u64;
        Ok(written)
    }

    fn flush(&mut self) -> io::Result<()> {
        self.file.flush()
    }
}

/// The user's alone: it names the sites they deal with.
fn private() -> OpenOptions {
    let mut options = File::options();
    options.append(true).create(true);
    #[cfg(unix)]
    std::os::unix::fs::OpenOptionsExt::mode(&mut options, 0o600);
    options
}

#[cfg(test)]
mod tests {
    use super::*;

    fn lengths(folder: &Path) -> Vec<u64> {
        let mut files: Vec<PathBuf> =
            fs::read_dir(folder).unwrap().map(|entry| entry.unwrap().path()).collect();
        files.sort();
        files.iter().map(|file| fs::metadata(file).unwrap().len()).collect()
    }

    #[test]
    fn whatever_is_written_there_are_two_files_with_ten_mebibytes_at_most() {
        let folder = tempfile::tempdir().unwrap();
        let line = [b"a line of the log, as long as they are; ".repeat(3), vec![b'\n']].concat();
        let mut log = LogFile::open(folder.path()).unwrap();
        let mut written = 0;
        while written < 30 << 20 {
            log.write_all(&line).unwrap();
            written += line.len();
            if written.is_multiple_of(1 << 20) {
                log = LogFile::open(folder.path()).unwrap(); // the program started again
            }
        }
        let lengths = lengths(folder.path());
        assert_eq!(lengths.len(), 2);
        assert!(lengths.iter().all(|length| *length <= MAX_LENGTH), "{lengths:?}");
        assert!(lengths.iter().sum::<u64>() > MAX_LENGTH, "the one before is kept: {lengths:?}");
        let text = fs::read(folder.path().join(CURRENT)).unwrap();
        assert!(text.starts_with(b"a line") && text.ends_with(b"\n"), "a torn line");
        log.write_all(&vec![b'x'; 11 << 20]).unwrap();
        assert!(self::lengths(folder.path()).iter().all(|length| *length <= MAX_LENGTH));
    }

    #[test]
    fn a_second_start_goes_on_in_the_same_file() {
        let folder = tempfile::tempdir().unwrap();
        for line in ["one\n", "two\n"] {
            LogFile::open(folder.path()).unwrap().write_all(line.as_bytes()).unwrap();
        }
        assert_eq!(fs::read_to_string(folder.path().join(CURRENT)).unwrap(), "one\ntwo\n");
    }
}
