//! A folder that only this user can read, gone when it is dropped.

use std::fs::{self, DirBuilder};
use std::io;
use std::path::{Path, PathBuf};

pub(super) struct Folder(PathBuf);

impl Folder {
    pub(super) fn new() -> io::Result<Self> {
        let mut name = [0; 16];
        openssl::rand::rand_bytes(&mut name).map_err(io::Error::other)?;
        let path = std::env::temp_dir().join(format!("ankong-selftest-{}", hex::encode(name)));
        let builder = DirBuilder::new();
        #[cfg(unix)]
        let builder = private(builder);
        builder.create(&path)?;
        Ok(Self(path))
    }

    pub(super) fn path(&self) -> &Path {
        &self.0
    }
}

impl Drop for Folder {
    fn drop(&mut self) {
        // What cannot be removed lies in the system's folder for such files.
        let _ = fs::remove_dir_all(&self.0);
    }
}

/// The user's alone; elsewhere the folder of temporary files is that.
#[cfg(unix)]
fn private(mut builder: DirBuilder) -> DirBuilder {
    std::os::unix::fs::DirBuilderExt::mode(&mut builder, 0o700);
    builder
}
