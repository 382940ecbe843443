//! A folder with the lists that came over the network: `KEY.crl` and, beside it, what tells it from the
//! next in `KEY.json`. Nobody has to believe the folder: a list's signature is checked whenever it is read.

use std::{
    fs::{self, File},
    io::{self, Write},
    path::{Path, PathBuf},
};

use crate::{KeyIdentifier, Validators};

pub(super) struct Cache {
    list: PathBuf,
    coming: PathBuf,
    validators: PathBuf,
}

impl Cache {
    /// Makes the folder where it is missing.
    pub(super) fn open(folder: &Path, authority: &KeyIdentifier) -> io::Result<Self> {
        fs::create_dir_all(folder)?;
        let file = |ending: &str| folder.join(format!("{authority}.{ending}"));
        Ok(Self { list: file("crl"), coming: file("crl.new"), validators: file("json") })
    }

    /// The list that is kept, if there is one.
    pub(super) fn list(&self) -> io::Result<Option<File>> {
        match File::open(&self.list) {
            Ok(file) => Ok(Some(file)),
            Err(error) if error.kind() == io::ErrorKind::NotFound => Ok(None),
            Err(error) => Err(error),
        }
    }

    /// What is known of the list that is kept; a torn file is as good as none.
    pub(super) fn validators(&self) -> Validators {
        let text = fs::read(&self.validators).unwrap_or_default();
        serde_json::from_slice(&text).unwrap_or_default()
    }

    /// A place for a list that is coming. What was left of an earlier one is gone.
    pub(super) fn begin(&self) -> io::Result<File> {
        File::create(&self.coming)
    }

    /// The list that has come, from its first byte.
    pub(super) fn coming(&self) -> io::Result<File> {
        File::open(&self.coming)
    }

    /// It is not worth keeping.
    pub(super) fn drop_coming(&self) {
        // Whatever stays is overwritten by the next.
        let _ = fs::remove_file(&self.coming);
    }

    /// It takes the place of the one that was kept. Whoever is interrupted here has the new list and the
    /// old validators, and fetches it once more.
    pub(super) fn keep(&self, validators: &Validators) -> io::Result<()> {
        fs::rename(&self.coming, &self.list)?;
        let mut text = serde_json::to_vec(validators).map_err(io::Error::other)?;
        text.push(b'\n');
        let mut file = File::create(&self.validators)?;
        file.write_all(&text)
    }
}
