//! Small files of the person's that only they may write: read with care, replaced as a whole.

use std::fs;
use std::io::{self, Write};
use std::path::{Path, PathBuf};

/// Why such a file does not count, or was not written.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("{path}: {reason}")]
pub struct FileError {
    /// Which file.
    pub path: PathBuf,
    /// What is wrong with it, and where.
    pub reason: String,
}

impl FileError {
    /// What is wrong with the file at `path`.
    pub(crate) fn new(path: &Path, reason: &dyn ToString) -> Self {
        Self { path: path.to_owned(), reason: reason.to_string().trim_end().to_owned() }
    }
}

/// The text of the file; `None` where there is none.
///
/// # Errors
/// It cannot be read, is longer than `longest` bytes, or others can write it.
pub(crate) fn read(path: &Path, longest: u64) -> Result<Option<String>, FileError> {
    match text(path, longest) {
        Ok(text) => Ok(Some(text)),
        Err(error) if error.kind() == io::ErrorKind::NotFound => Ok(None),
        Err(error) => Err(FileError::new(path, &error)),
    }
}

/// Writes the file: a new one in the old one's place, so that there is always one of them. The
/// instance lock makes this the only program that writes here.
///
/// # Errors
/// The file system refused.
pub(crate) fn replace(path: &Path, text: &str) -> Result<(), FileError> {
    write(path, text).map_err(|error| FileError::new(path, &error))
}

/// Moves a file that does not count out of the way, beside itself under a name that is free.
///
/// # Errors
/// The file system refused.
pub(crate) fn set_aside(path: &Path) -> Result<(), FileError> {
    let name = |number: u32| path.with_extension(format!("damaged-{number}"));
    let free = (1..=u32::from(u16::MAX)).map(name).find(|name| !name.exists());
    let moved = free.ok_or_else(|| io::ErrorKind::AlreadyExists.into());
    moved.and_then(|free| fs::rename(path, free)).map_err(|error| FileError::new(path, &error))
}

fn text(path: &Path, longest: u64) -> io::Result<String> {
    let found = fs::metadata(path)?;
    if !found.is_file() || found.len() > longest {
        return Err(io::Error::other("no file of this kind"));
    }
    only_mine(&found)?;
    fs::read_to_string(path)
}

fn write(path: &Path, text: &str) -> io::Result<()> {
    let folder = path.parent().ok_or(io::ErrorKind::InvalidInput)?;
    let mut builder = fs::DirBuilder::new();
    #[cfg(unix)]
    std::os::unix::fs::DirBuilderExt::mode(&mut builder, 0o700);
    builder.recursive(true).create(folder)?;
    let fresh = path.with_extension("new");
    match fs::remove_file(&fresh) {
        Err(error) if error.kind() != io::ErrorKind::NotFound => return Err(error),
        _ => {}
    }
    let mut options = fs::File::options();
    options.write(true).create_new(true);
    #[cfg(unix)]
    std::os::unix::fs::OpenOptionsExt::mode(&mut options, 0o600);
    let mut file = options.open(&fresh)?;
    file.write_all(text.as_bytes())?;
    file.sync_all()?;
    fs::rename(&fresh, path)
}

/// What others can write allows whom they like.
#[cfg(unix)]
fn only_mine(found: &fs::Metadata) -> io::Result<()> {
    use std::os::unix::fs::MetadataExt;
    let mine = found.uid() == rustix::process::geteuid().as_raw();
    if mine && found.mode() & 0o022 == 0 {
        return Ok(());
    }
    Err(io::Error::other("can be written by others; hint: chmod 600 it"))
}

/// The rights of the user's own folder hold.
#[cfg(not(unix))]
#[allow(clippy::unnecessary_wraps, reason = "as on the other systems")]
fn only_mine(_: &fs::Metadata) -> io::Result<()> {
    Ok(())
}
