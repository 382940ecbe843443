//! A home folder for the programs of one test or demo, with a certificate store that Chromium reads.
//! It refuses to know the user's own home.

use std::fs::{DirBuilder, create_dir_all};
use std::os::unix::fs::DirBuilderExt;
use std::path::{Path, PathBuf};
use std::process::Command;

use anyhow::{Context, Result, ensure};
use tempfile::TempDir;

use crate::Environment;

/// The person of a new home has been through the first run, whose window would be in every play's way.
const SEEN: &str = "first-run-done = true\n";

/// A home folder that is removed with the guard.
#[derive(Debug)]
pub struct TemporaryHome {
    folder: TempDir,
}

impl TemporaryHome {
    /// Makes the folder, what belongs into it and an empty NSS store at `.pki/nssdb`, where Chromium looks for trusted
    /// roots on Linux.
    ///
    /// # Errors
    /// When a folder cannot be made, or `certutil` (libnss3-tools) is missing or refuses.
    pub fn create() -> Result<Self> {
        let folder = tempfile::Builder::new().prefix("ankong-home-").tempdir()?;
        let home = Self { folder };
        for (_, name) in FOLDERS {
            create_dir_all(home.path().join(name))?;
        }
        // The XDG Base Directory Specification: the runtime folder's access mode must be 0700.
        DirBuilder::new().mode(0o700).create(home.path().join(RUNTIME_FOLDER))?;
        make_store(&home.nss_store())?;
        home.set(SEEN)?;
        Ok(home)
    }

    /// What the person of this home has set, in place of all that was.
    ///
    /// # Errors
    /// When the file cannot be written.
    pub fn set(&self, settings: &str) -> Result<()> {
        let folder = self.path().join(".config/ankong");
        create_dir_all(&folder)?;
        Ok(std::fs::write(folder.join("settings.toml"), settings)?)
    }

    /// The folder itself.
    pub fn path(&self) -> &Path {
        self.folder.path()
    }

    /// Has programs with this home trust the root certificate in the PEM file `root` for web sites.
    ///
    /// # Errors
    /// When the file is no certificate.
    pub fn trust(&self, root: &Path, nickname: &str) -> Result<()> {
        trust_in(&self.nss_store(), root, nickname)
    }

    /// Has Firefox trust it in the profile that will be, or is, in the folder `profile`.
    ///
    /// # Errors
    /// When the file is no certificate, or the folder cannot be made.
    pub fn trust_in_firefox(&self, profile: &Path, root: &Path, nickname: &str) -> Result<()> {
        if !profile.join("cert9.db").exists() {
            make_store(profile)?;
        }
        trust_in(profile, root, nickname)
    }

    /// Takes that trust back.
    ///
    /// # Errors
    /// When there is nothing of that name.
    pub fn distrust(&self, nickname: &str) -> Result<()> {
        certutil(&self.nss_store(), &["-D", "-n", nickname])
    }

    /// What makes a program live here.
    pub fn environment(&self) -> Environment {
        let mut environment = vec![
            ("HOME", self.path().into()),
            ("XDG_RUNTIME_DIR", self.path().join(RUNTIME_FOLDER).into()),
        ];
        environment.extend(FOLDERS.map(|(key, name)| (key, self.path().join(name).into())));
        environment
    }

    fn nss_store(&self) -> PathBuf {
        self.path().join(".pki/nssdb")
    }
}

fn make_store(store: &Path) -> Result<()> {
    create_dir_all(store)?;
    certutil(store, &["-N", "--empty-password"])
}

fn trust_in(store: &Path, root: &Path, nickname: &str) -> Result<()> {
    let root = root.to_str().context("the certificate's path is not UTF-8")?;
    certutil(store, &["-A", "-t", "C,,", "-n", nickname, "-i", root])
}

fn certutil(store: &Path, arguments: &[&str]) -> Result<()> {
    let mut folder = std::ffi::OsString::from("sql:");
    folder.push(store);
    let output = Command::new("certutil")
        .args(arguments)
        .arg("-d")
        .arg(folder)
        .output()
        .context("cannot start certutil: run `installer/dev/setup.sh`")?;
    let said = String::from_utf8_lossy(&output.stderr);
    ensure!(output.status.success(), "certutil {arguments:?} failed: {said}");
    Ok(())
}

const FOLDERS: [(&str, &str); 5] = [
    // Programs that are killed leave their temporary files, and those go with the home.
    ("TMPDIR", ".tmp"),
    ("XDG_CONFIG_HOME", ".config"),
    ("XDG_DATA_HOME", ".local/share"),
    ("XDG_STATE_HOME", ".local/state"),
    ("XDG_CACHE_HOME", ".cache"),
];
const RUNTIME_FOLDER: &str = ".run";
