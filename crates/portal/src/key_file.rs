//! A file only its owner may read: the key of the national IDs, and the data base.

use std::{
    fs::{self, OpenOptions},
    io::{self, Write},
    path::{Path, PathBuf},
};

use openssl::rand::rand_bytes;
use zeroize::Zeroizing;

/// A key of 256 bits.
pub(crate) type Key = Zeroizing<[u8; 32]>;

/// Why a private file is not to be had.
#[derive(Debug, thiserror::Error)]
pub enum KeyFileError {
    /// It cannot be made or read.
    #[error("the file {path} cannot be made or read")]
    Access {
        /// Which file.
        path: PathBuf,
        /// Why.
        source: io::Error,
    },
    /// Others may read it.
    #[error("the file {path} may be read by others; run chmod 600 on it")]
    OpenToOthers {
        /// Which file.
        path: PathBuf,
    },
    /// It does not hold 64 hexadecimal digits.
    #[error("the file {path} does not hold a key of 64 hexadecimal digits")]
    NotAKey {
        /// Which file.
        path: PathBuf,
    },
}

/// Reads the key, or makes one where there is none.
pub(crate) fn read_or_create(path: &Path) -> Result<Key, KeyFileError> {
    let access = |source| KeyFileError::Access { path: path.to_owned(), source };
    if let Some(mut file) = create(path).map_err(access)? {
        let mut key = Key::default();
        rand_bytes(key.as_mut()).map_err(|error| access(io::Error::other(error)))?;
        let text = Zeroizing::new(hex::encode(key.as_ref()));
        file.write_all(text.as_bytes()).and_then(|()| file.sync_all()).map_err(access)?;
        return Ok(key);
    }
    if is_open_to_others(path).map_err(access)? {
        return Err(KeyFileError::OpenToOthers { path: path.to_owned() });
    }
    let text = Zeroizing::new(fs::read_to_string(path).map_err(access)?);
    let mut key = Key::default();
    hex::decode_to_slice(text.trim(), key.as_mut())
        .map_err(|_| KeyFileError::NotAKey { path: path.to_owned() })?;
    Ok(key)
}

/// Makes an empty file that only its owner may read, unless there is one already.
pub(crate) fn create(path: &Path) -> io::Result<Option<fs::File>> {
    let mut options = OpenOptions::new();
    options.write(true).create_new(true);
    #[cfg(unix)]
    std::os::unix::fs::OpenOptionsExt::mode(&mut options, 0o600);
    match options.open(path) {
        Ok(file) => Ok(Some(file)),
        Err(error) if error.kind() == io::ErrorKind::AlreadyExists => Ok(None),
        Err(error) => Err(error),
    }
}

#[cfg(unix)]
fn is_open_to_others(path: &Path) -> io::Result<bool> {
    use std::os::unix::fs::PermissionsExt;
    Ok(fs::metadata(path)?.permissions().mode() & 0o077 != 0)
}

/// Elsewhere the folder's access list decides.
#[cfg(not(unix))]
fn is_open_to_others(_: &Path) -> io::Result<bool> {
    Ok(false)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_key_is_made_once_and_found_again() {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("key");
        let made = read_or_create(&path).unwrap();
        assert_eq!(read_or_create(&path).unwrap(), made);
        assert_ne!(*made, [0; 32]);
    }

    #[cfg(unix)]
    #[test]
    fn a_key_others_may_read_is_refused() {
        use std::os::unix::fs::PermissionsExt;
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("key");
        read_or_create(&path).unwrap();
        fs::set_permissions(&path, fs::Permissions::from_mode(0o640)).unwrap();
        assert!(matches!(read_or_create(&path), Err(KeyFileError::OpenToOthers { .. })));
    }

    #[test]
    fn a_file_with_something_else_is_left_alone() {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("key");
        write!(create(&path).unwrap().unwrap(), "hello").unwrap();
        assert!(matches!(read_or_create(&path), Err(KeyFileError::NotAKey { .. })));
        assert_eq!(fs::read_to_string(&path).unwrap(), "hello");
    }
}
