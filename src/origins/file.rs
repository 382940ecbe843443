//! The person's own list of origins, a small file in TOML that is theirs alone.
//!
//! A file that is not understood as a whole does not count at all, and is never written over.

use std::fs;
use std::io::{self, Write};
use std::path::{Path, PathBuf};

use serde::{Deserialize, Serialize};

use super::MAX_ORIGINS;
use crate::session::origin::Origin;

/// Larger than the longest list there can be.
const MAX_FILE: u64 = 128 * 1024;

/// Why the file does not count, or was not written.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("{path}: {reason}")]
pub struct FileError {
    /// Which file.
    pub path: PathBuf,
    /// What is wrong with it, and where.
    pub reason: String,
}

#[derive(Serialize, Deserialize)]
#[serde(deny_unknown_fields, rename_all = "kebab-case")]
struct Content {
    allowed_origins: Vec<String>,
}

/// Reads the list; a file that is not there is an empty one.
pub(super) fn load(path: &Path) -> Result<Vec<Origin>, FileError> {
    let error = |reason: &dyn ToString| FileError {
        path: path.to_owned(),
        reason: reason.to_string().trim_end().to_owned(),
    };
    let text = match read(path) {
        Err(found) if found.kind() == io::ErrorKind::NotFound => return Ok(Vec::new()),
        text => text.map_err(|found| error(&found))?,
    };
    let content: Content = toml::from_str(&text).map_err(|found| error(&found))?;
    if content.allowed_origins.len() > MAX_ORIGINS {
        return Err(error(&"too many origins"));
    }
    let parse =
        |text: &String| Origin::parse(text).map_err(|why| error(&format!("{text:?} is {why}")));
    content.allowed_origins.iter().map(parse).collect()
}

/// Writes the list: a new file in the old one's place, so that there is always one of them.
pub(super) fn save(path: &Path, list: &[Origin]) -> Result<(), FileError> {
    let allowed_origins = list.iter().map(ToString::to_string).collect();
    let text = toml::to_string(&Content { allowed_origins }).map_err(io::Error::other);
    text.and_then(|text| replace(path, &text))
        .map_err(|found| FileError { path: path.to_owned(), reason: found.to_string() })
}

fn read(path: &Path) -> io::Result<String> {
    let found = fs::metadata(path)?;
    if !found.is_file() || found.len() > MAX_FILE {
        return Err(io::Error::other("no file of such a list"));
    }
    only_mine(&found)?;
    fs::read_to_string(path)
}

fn replace(path: &Path, text: &str) -> io::Result<()> {
    let folder = path.parent().ok_or(io::ErrorKind::InvalidInput)?;
    let mut builder = fs::DirBuilder::new();
    #[cfg(unix)]
    std::os::unix::fs::DirBuilderExt::mode(&mut builder, 0o700);
    builder.recursive(true).create(folder)?;
    // The instance lock makes this the only program that writes here.
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

/// A list that others can write allows whom they like.
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
