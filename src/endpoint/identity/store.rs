//! Where the identity is kept: a folder of the user's, readable by nobody else.
//!
//! `root.pem` is what browsers are told to trust; `leaf-0.pem` to `leaf-9.pem` hold a certificate
//! and its key (on Windows `.dpapi`, sealed). The folder appears whole or not at all.

use std::fs;
use std::io::{self, Write};
use std::path::{Path, PathBuf};
use std::time::{Duration, SystemTime};

use ankong_platform::private;
use openssl::{pkey::PKey, x509::X509};

use super::{Identity, IdentityError, Root, issue};

/// The folder below the user's data.
const FOLDER: &str = "localhost";

/// The certificate browsers have to trust.
#[must_use]
pub fn root_path(data: &Path) -> PathBuf {
    data.join(FOLDER).join("root.pem")
}

/// The identity kept under `data`, or a new one where there is none or its time is over.
///
/// # Errors
/// See [`IdentityError`].
pub fn load_or_make(data: &Path, now: SystemTime) -> Result<Identity, IdentityError> {
    let folder = data.join(FOLDER);
    match load(&folder) {
        Ok(identity) if identity.outlives(now) => return Ok(identity),
        Ok(_) => tracing::warn!("the ten years of this computer's certificates are over"),
        Err(IdentityError::File { source, .. }) if source.kind() == io::ErrorKind::NotFound => {}
        Err(other) => return Err(other),
    }
    let identity = issue::make(now)?;
    save(&identity, data, &folder)?;
    tracing::warn!("new certificates of localhost were made; run `ankong trust install`");
    Ok(identity)
}

/// What is kept under `data`, looked at and left as it is.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Condition {
    /// Nothing yet.
    Absent,
    /// Something that cannot be read.
    Damaged,
    /// An identity without a leaf that is valid now.
    Stale {
        /// When it was made.
        since: SystemTime,
    },
    /// One to serve with.
    Valid {
        /// When it was made.
        since: SystemTime,
        /// The root.
        root: Root,
    },
}

/// Looks at the identity kept under `data`.
#[must_use]
pub fn condition(data: &Path, now: SystemTime) -> Condition {
    let identity = match load(&data.join(FOLDER)) {
        Ok(identity) => identity,
        Err(IdentityError::File { source, .. }) if source.kind() == io::ErrorKind::NotFound => {
            return Condition::Absent;
        }
        Err(_) => return Condition::Damaged,
    };
    let first = identity.leaves.first().map_or(0, |leaf| leaf.not_before);
    let since = SystemTime::UNIX_EPOCH + Duration::from_secs(u64::try_from(first).unwrap_or(0));
    match (identity.leaf_at(now), Root::load(data)) {
        (Ok(_), Ok(root)) => Condition::Valid { since, root },
        (Err(_), _) => Condition::Stale { since },
        (_, Err(_)) => Condition::Damaged,
    }
}

/// Deletes the identity kept under `data`, whatever its condition, and what an interrupted making
/// left behind.
///
/// # Errors
/// A folder cannot be deleted.
pub fn delete(data: &Path) -> Result<(), IdentityError> {
    let failed = |path: &Path| {
        let path = path.to_owned();
        move |source| IdentityError::File { path, source }
    };
    let entries = match fs::read_dir(data) {
        Ok(entries) => entries,
        Err(error) if error.kind() == io::ErrorKind::NotFound => return Ok(()),
        Err(error) => return Err(failed(data)(error)),
    };
    for entry in entries {
        let entry = entry.map_err(failed(data))?;
        let name = entry.file_name();
        if name == FOLDER || name.to_str().is_some_and(is_unfinished) {
            fs::remove_dir_all(entry.path()).map_err(failed(&entry.path()))?;
        }
    }
    // What else is there belongs to others; an empty folder to nobody.
    let _ = fs::remove_dir(data);
    Ok(())
}

/// The folder of a making that did not come to its end bears the number of its process.
fn is_unfinished(name: &str) -> bool {
    let process = name.strip_prefix(FOLDER).and_then(|rest| rest.strip_prefix('.'));
    process.is_some_and(|process| process.parse::<u32>().is_ok())
}

fn load(folder: &Path) -> Result<Identity, IdentityError> {
    let root_path = folder.join("root.pem");
    let damaged = |path: &Path| IdentityError::Damaged { path: path.to_owned() };
    let root = X509::from_pem(&read(&root_path)?).map_err(|_| damaged(&root_path))?;
    let mut leaves = Vec::new();
    for number in 0..10 {
        let path = leaf_path(folder, number);
        let sealed = read(&path).map_err(|error| match error {
            // The root is there, so the leaf should be.
            IdentityError::File { source, .. } if source.kind() == io::ErrorKind::NotFound => {
                damaged(&path)
            }
            other => other,
        })?;
        let pem = private::open(&sealed).map_err(|_| damaged(&path))?;
        let pem = zeroize::Zeroizing::new(pem);
        let certificate = X509::from_pem(&pem).map_err(|_| damaged(&path))?;
        let key = PKey::private_key_from_pem(&pem).map_err(|_| damaged(&path))?;
        leaves.push(issue::leaf_from(certificate, key)?);
    }
    Ok(Identity { root, leaves })
}

fn save(identity: &Identity, data: &Path, folder: &Path) -> Result<(), IdentityError> {
    let unfinished = data.join(format!("{FOLDER}.{}", std::process::id()));
    let at = |path: &Path| {
        let path = path.to_owned();
        move |source| IdentityError::File { path, source }
    };
    fs::create_dir_all(data).map_err(at(data))?;
    create_private_folder(&unfinished).map_err(at(&unfinished))?;
    write(&unfinished.join("root.pem"), &identity.root.to_pem()?)?;
    for (number, leaf) in identity.leaves.iter().enumerate() {
        let mut pem = zeroize::Zeroizing::new(leaf.certificate.to_pem()?);
        pem.extend(zeroize::Zeroizing::new(leaf.key.private_key_to_pem_pkcs8()?).iter());
        let path = leaf_path(&unfinished, number);
        write(&path, &private::seal(&pem).map_err(at(&path))?)?;
    }
    // Only an identity whose time is over stands in the way here.
    match fs::remove_dir_all(folder) {
        Err(error) if error.kind() != io::ErrorKind::NotFound => return Err(at(folder)(error)),
        Ok(()) | Err(_) => {}
    }
    fs::rename(&unfinished, folder).map_err(at(folder))
}

/// A leaf's certificate and key, sealed.
fn leaf_path(folder: &Path, number: usize) -> PathBuf {
    folder.join(format!("leaf-{number}.{}", private::PEM))
}

fn read(path: &Path) -> Result<Vec<u8>, IdentityError> {
    fs::read(path).map_err(|source| IdentityError::File { path: path.to_owned(), source })
}

fn write(path: &Path, bytes: &[u8]) -> Result<(), IdentityError> {
    let mut options = fs::OpenOptions::new();
    options.write(true).create_new(true);
    #[cfg(unix)]
    std::os::unix::fs::OpenOptionsExt::mode(&mut options, 0o600);
    let written = options.open(path).and_then(|mut file| file.write_all(bytes));
    written.map_err(|source| IdentityError::File { path: path.to_owned(), source })
}

#[cfg(unix)]
fn create_private_folder(path: &Path) -> io::Result<()> {
    use std::os::unix::fs::DirBuilderExt;
    fs::DirBuilder::new().mode(0o700).create(path)
}

/// On Windows a folder takes over the rights of the one it is in, and the user's data is the user's.
#[cfg(not(unix))]
fn create_private_folder(path: &Path) -> io::Result<()> {
    fs::create_dir(path)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn now() -> SystemTime {
        SystemTime::UNIX_EPOCH + std::time::Duration::from_secs(1_795_000_000)
    }

    #[test]
    fn an_identity_is_made_once_and_read_back() {
        let data = tempfile::tempdir().unwrap();
        let made = load_or_make(data.path(), now()).unwrap();
        let read = load_or_make(data.path(), now()).unwrap();
        assert_eq!(made.root.to_der().unwrap(), read.root.to_der().unwrap());
        assert_eq!(made.leaves.len(), read.leaves.len());
    }

    #[test]
    fn after_ten_years_there_is_a_new_identity_and_before_the_first_day_the_old_one() {
        let data = tempfile::tempdir().unwrap();
        let made = |now| {
            load_or_make(data.path(), now).unwrap();
            Root::load(data.path()).unwrap()
        };
        let (first, year) = (made(now()), Duration::from_secs(365 * 86_400));
        assert_eq!(made(now() + 9 * year), first);
        assert_eq!(made(now() - 9 * year), first, "a clock that is behind ends nothing");
        let second = made(now() + 11 * year);
        assert_ne!((second.der(), second.name()), (first.der(), first.name()));
        let condition = condition(data.path(), now() + 12 * year);
        assert!(matches!(condition, Condition::Valid { root, .. } if root == second));
    }

    #[test]
    fn deleting_leaves_what_is_not_its_own() {
        let data = tempfile::tempdir().unwrap();
        load_or_make(data.path(), now()).unwrap();
        fs::write(data.path().join("localhost.txt"), "somebody else's").unwrap();
        fs::create_dir(data.path().join("localhost.4711")).unwrap();
        delete(data.path()).unwrap();
        let left: Vec<_> = fs::read_dir(data.path()).unwrap().flatten().collect();
        assert_eq!(left.len(), 1, "{left:?}");
        fs::remove_file(left[0].path()).unwrap();
        delete(data.path()).unwrap();
        assert!(!data.path().exists());
        delete(data.path()).unwrap();
    }

    #[test]
    fn a_look_tells_its_condition_and_makes_nothing() {
        let data = tempfile::tempdir().unwrap();
        assert_eq!(condition(data.path(), now()), Condition::Absent);
        assert_eq!(fs::read_dir(data.path()).unwrap().count(), 0);
        load_or_make(data.path(), now()).unwrap();
        let Condition::Valid { since, .. } = condition(data.path(), now()) else {
            panic!("it is valid")
        };
        assert!(since < now());
        let before = now() - Duration::from_secs(10 * 86_400);
        assert_eq!(condition(data.path(), before), Condition::Stale { since });
    }

    #[test]
    fn the_roots_key_is_nowhere_and_the_files_are_the_users_alone() {
        let data = tempfile::tempdir().unwrap();
        let root = load_or_make(data.path(), now()).unwrap().root;
        for entry in fs::read_dir(data.path().join(FOLDER)).unwrap() {
            let path = entry.unwrap().path();
            #[cfg(unix)]
            {
                use std::os::unix::fs::MetadataExt;
                assert_eq!(fs::metadata(&path).unwrap().mode() & 0o077, 0, "{path:?}");
            }
            if let Ok(key) = PKey::private_key_from_pem(&fs::read(&path).unwrap()) {
                assert!(!key.public_eq(&root.public_key().unwrap()), "{path:?} is the root's key");
            }
        }
    }

    #[test]
    fn a_damaged_folder_is_reported_and_not_replaced() {
        let data = tempfile::tempdir().unwrap();
        load_or_make(data.path(), now()).unwrap();
        fs::write(leaf_path(&data.path().join(FOLDER), 3), "torn").unwrap();
        let error = load_or_make(data.path(), now()).err().unwrap();
        assert!(matches!(error, IdentityError::Damaged { .. }), "{error}");
        assert_eq!(condition(data.path(), now()), Condition::Damaged);
    }
}
