//! Files that are made once and never overwritten. Knows nothing of what is in them.

use std::fs::OpenOptions;
use std::io::{self, Write};
use std::path::Path;

/// Makes a new file that only its owner can read, where the system knows such a thing.
pub(crate) fn write_private(path: &Path, content: &[u8]) -> io::Result<()> {
    let mut options = OpenOptions::new();
    #[cfg(unix)]
    std::os::unix::fs::OpenOptionsExt::mode(&mut options, 0o600);
    write_new(&mut options, path, content)
}

/// Makes a new file that everybody may read.
pub(crate) fn write_public(path: &Path, content: &[u8]) -> io::Result<()> {
    write_new(&mut OpenOptions::new(), path, content)
}

fn write_new(options: &mut OpenOptions, path: &Path, content: &[u8]) -> io::Result<()> {
    options.write(true).create_new(true).open(path)?.write_all(content)
}
