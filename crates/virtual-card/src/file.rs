//! Files that are made once and never overwritten, and files that change as a whole. Knows nothing
//! of what is in them.

use std::fs::{self, OpenOptions};
use std::io::{self, Write};
use std::path::{Path, PathBuf};

/// Makes a new file that only its owner can read, where the system knows such a thing.
pub(crate) fn write_private(path: &Path, content: &[u8]) -> io::Result<()> {
    write_new(&mut private(), path, content)
}

/// Makes a new file that everybody may read.
pub(crate) fn write_public(path: &Path, content: &[u8]) -> io::Result<()> {
    write_new(&mut OpenOptions::new(), path, content)
}

/// Makes or replaces a file that only its owner can read. Whoever reads it finds the old content
/// or the new one, whatever happens in between.
pub(crate) fn replace_private(path: &Path, content: &[u8]) -> io::Result<()> {
    replace(&mut private(), path, content)
}

/// The same with a file that everybody may read.
pub(crate) fn replace_public(path: &Path, content: &[u8]) -> io::Result<()> {
    replace(&mut OpenOptions::new(), path, content)
}

fn replace(options: &mut OpenOptions, path: &Path, content: &[u8]) -> io::Result<()> {
    let mut name = path.as_os_str().to_owned();
    name.push(".new");
    let fresh = PathBuf::from(name);
    // One that was never finished is worth nothing.
    match fs::remove_file(&fresh) {
        Err(error) if error.kind() != io::ErrorKind::NotFound => return Err(error),
        Ok(()) | Err(_) => {}
    }
    write_new(options, &fresh, content)?;
    fs::rename(&fresh, path)
}

fn private() -> OpenOptions {
    #[allow(unused_mut, reason = "there is nothing to set where the system has no modes")]
    let mut options = OpenOptions::new();
    #[cfg(unix)]
    std::os::unix::fs::OpenOptionsExt::mode(&mut options, 0o600);
    options
}

fn write_new(options: &mut OpenOptions, path: &Path, content: &[u8]) -> io::Result<()> {
    let mut file = options.write(true).create_new(true).open(path)?;
    file.write_all(content)?;
    file.sync_all()
}
