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

/// Reads the key; none where there is no file.
pub(crate) fn read(path: &Path) -> Result<Option<Key>, KeyFileError> {
    let access = |source| KeyFileError::Access { path: path.to_owned(), source };
    let text = match fs::read_to_string(path) {
        Ok(text) => Zeroizing::new(text),
        Err(error) if error.kind() == io::ErrorKind::NotFound => return Ok(None),
        Err(error) => return Err(access(error)),
    };
    if is_open_to_others(path).map_err(access)? {
        return Err(KeyFileError::OpenToOthers { path: path.to_owned() });
    }
    let mut key = Key::default();
    hex::decode_to_slice(text.trim(), key.as_mut())
        .map_err(|_| KeyFileError::NotAKey { path: path.to_owned() })?;
    Ok(Some(key))
}

/// Reads the key, or makes one where there is none. The file comes into being whole: whoever looks
/// finds either none or a complete one, and a program that dies in between leaves none.
pub(crate) fn read_or_create(path: &Path) -> Result<Key, KeyFileError> {
    if let Some(key) = read(path)? {
        return Ok(key);
    }
    let access = |source| KeyFileError::Access { path: path.to_owned(), source };
    let draft = write_draft(path).map_err(access)?;
    // Another program may have been faster: then its key stays.
    let linked = match fs::hard_link(&draft, path) {
        Err(error) if error.kind() != io::ErrorKind::AlreadyExists => Err(error),
        Ok(()) | Err(_) => Ok(()),
    };
    fs::remove_file(&draft).and(linked).and_then(|()| sync_folder(path)).map_err(access)?;
    read(path)?.ok_or_else(|| access(io::ErrorKind::NotFound.into()))
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

/// A new key in a file of its own beside `path`.
fn write_draft(path: &Path) -> io::Result<PathBuf> {
    let mut key = Key::default();
    let mut name = [0; 8];
    rand_bytes(key.as_mut()).and_then(|()| rand_bytes(&mut name)).map_err(io::Error::other)?;
    let mut draft = path.as_os_str().to_owned();
    draft.push(format!(".{}.new", hex::encode(name)));
    let draft = PathBuf::from(draft);
    let mut file = create(&draft)?.ok_or(io::ErrorKind::AlreadyExists)?;
    let text = Zeroizing::new(hex::encode(key.as_ref()));
    file.write_all(text.as_bytes()).and_then(|()| file.sync_all())?;
    Ok(draft)
}

/// So that a new name survives a power cut.
#[cfg(unix)]
fn sync_folder(path: &Path) -> io::Result<()> {
    let folder = path.parent().filter(|folder| *folder != Path::new(""));
    fs::File::open(folder.unwrap_or(Path::new(".")))?.sync_all()
}

/// Elsewhere a folder cannot be opened as a file.
#[cfg(not(unix))]
fn sync_folder(_: &Path) -> io::Result<()> {
    Ok(())
}

#[cfg(unix)]
pub(crate) fn is_open_to_others(path: &Path) -> io::Result<bool> {
    use std::os::unix::fs::PermissionsExt;
    Ok(fs::metadata(path)?.permissions().mode() & 0o077 != 0)
}

/// Elsewhere the folder's access list decides.
#[cfg(not(unix))]
pub(crate) fn is_open_to_others(_: &Path) -> io::Result<bool> {
    Ok(false)
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::thread;

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

    #[test]
    fn a_program_that_dies_before_the_key_is_whole_leaves_no_key() {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("key");
        let draft = write_draft(&path).unwrap();
        assert!(!path.exists() && draft.exists());
        let key = read_or_create(&path).unwrap();
        assert_eq!(read(&path).unwrap().unwrap(), key);
        assert_ne!(fs::read(draft).unwrap(), fs::read(path).unwrap());
    }

    #[test]
    fn programs_that_start_at_the_same_time_have_the_same_key() {
        let folder = tempfile::tempdir().unwrap();
        for round in 0..50 {
            let path = folder.path().join(round.to_string());
            let keys: Vec<Key> = thread::scope(|scope| {
                let starts: Vec<_> =
                    (0..8).map(|_| scope.spawn(|| read_or_create(&path).unwrap())).collect();
                starts.into_iter().map(|start| start.join().unwrap()).collect()
            });
            assert!(keys.windows(2).all(|two| two[0] == two[1]));
        }
        assert_eq!(fs::read_dir(folder.path()).unwrap().count(), 50, "no draft is left");
    }
}
