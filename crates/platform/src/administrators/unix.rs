//! Owner and mode, POSIX.1-2024 `<sys/stat.h>`. A POSIX access list that gives others the right to
//! write shows in the group's bits too.

use std::fs;
use std::io;
use std::os::unix::fs::MetadataExt;
use std::path::Path;

/// Owned by root and writable by nobody else. A sticky folder such as /tmp lets others add files
/// but not replace what is there.
pub(super) fn alone_write(place: &Path) -> io::Result<bool> {
    let found = fs::metadata(place)?;
    let guarded = found.is_dir() && found.mode() & STICKY != 0;
    Ok(found.uid() == 0 && (guarded || found.mode() & WRITTEN_BY_OTHERS == 0))
}

pub(super) const REMEDY: &str = "chown root and chmod 644 it, and its folder 755";

/// `S_ISVTX`.
const STICKY: u32 = 0o1000;
/// `S_IWGRP` and `S_IWOTH`.
const WRITTEN_BY_OTHERS: u32 = 0o022;
