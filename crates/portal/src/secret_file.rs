//! A secret of the operator's in a file of its own: a password or a key that another site gave.

use std::{
    fs, io,
    path::{Path, PathBuf},
};

use zeroize::Zeroizing;

use crate::key_file::is_open_to_others;

/// Longer than any password or key of this kind.
const MAX_BYTES: usize = 4096;

/// Why a secret is not to be had.
#[derive(Debug, thiserror::Error)]
pub enum SecretFileError {
    /// It cannot be read.
    #[error("the file {path} cannot be read")]
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
    /// It does not hold one line of text.
    #[error("the file {path} does not hold a secret: one line of at most 4096 bytes")]
    NotASecret {
        /// Which file.
        path: PathBuf,
    },
}

/// Reads the one line in the file.
pub(crate) fn read(path: &Path) -> Result<Zeroizing<String>, SecretFileError> {
    let access = |source| SecretFileError::Access { path: path.to_owned(), source };
    let text = Zeroizing::new(fs::read_to_string(path).map_err(access)?);
    if is_open_to_others(path).map_err(access)? {
        return Err(SecretFileError::OpenToOthers { path: path.to_owned() });
    }
    let line = text.trim();
    if line.is_empty() || line.len() > MAX_BYTES || line.chars().any(char::is_control) {
        return Err(SecretFileError::NotASecret { path: path.to_owned() });
    }
    Ok(Zeroizing::new(line.to_owned()))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn file(text: &str, mode: u32) -> (tempfile::TempDir, PathBuf) {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("secret");
        fs::write(&path, text).unwrap();
        allow(&path, mode);
        (folder, path)
    }

    #[cfg(unix)]
    fn allow(path: &Path, mode: u32) {
        use std::os::unix::fs::PermissionsExt;
        fs::set_permissions(path, fs::Permissions::from_mode(mode)).unwrap();
    }

    /// Elsewhere the rights of a file are no number.
    #[cfg(not(unix))]
    fn allow(_: &Path, _: u32) {}

    #[test]
    fn a_secret_is_one_line_without_what_surrounds_it() {
        let (_folder, path) = file(" s3cret \n", 0o600);
        assert_eq!(read(&path).unwrap().as_str(), "s3cret");
        for text in ["", "\n", "two\nlines", &"x".repeat(MAX_BYTES + 1)] {
            let (_folder, path) = file(text, 0o600);
            assert!(matches!(read(&path), Err(SecretFileError::NotASecret { .. })), "{text:?}");
        }
    }

    #[cfg(unix)]
    #[test]
    fn a_secret_others_may_read_is_refused() {
        let (_folder, path) = file("s3cret", 0o644);
        assert!(matches!(read(&path), Err(SecretFileError::OpenToOthers { .. })));
    }
}
