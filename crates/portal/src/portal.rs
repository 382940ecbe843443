//! Everything the pages share: made once at the start.

use std::path::{Path, PathBuf};

use openssl::error::ErrorStack;

use crate::{
    Clock, Config, Store, StoreError,
    id_check::{Register, SimulatorError},
    key_file::{self, Key, KeyFileError},
    national_id_mac,
    password::{PasswordCheck, PasswordError},
    robot::{self, RecaptchaError},
    sending::{Sending, SendingError},
    throttle::Throttle,
    trust::{Judge, TrustError},
    ways::{DownloadError, Downloads},
};

/// The portal, ready to answer.
pub struct Portal {
    pub(crate) config: Config,
    pub(crate) clock: Clock,
    pub(crate) store: Store,
    pub(crate) passwords: PasswordCheck,
    pub(crate) judge: Judge,
    pub(crate) sending: Sending,
    pub(crate) robots: robot::Judge,
    pub(crate) downloads: Downloads,
    pub(crate) id_check: Option<Register>,
    pub(crate) national_id_key: Key,
    pub(crate) throttle: Throttle,
}

/// Why the portal cannot start.
#[derive(Debug, thiserror::Error)]
pub enum StartError {
    /// Nobody can be believed.
    #[error("origin, certificates or revocation in the configuration are not usable")]
    Trust(#[from] TrustError),
    /// Codes cannot be sent as the configuration says.
    #[error("codes cannot be sent as the configuration says")]
    Sending(#[from] SendingError),
    /// A file for downloads is not to be had.
    #[error("a file for downloads is not to be had")]
    Download(#[from] DownloadError),
    /// The simulated identity check has no answers.
    #[error("the simulated identity check has no answers")]
    IdCheck(#[from] SimulatorError),
    /// Google cannot be asked about robots as the configuration says.
    #[error("reCAPTCHA cannot be used as the configuration says")]
    Recaptcha(#[from] RecaptchaError),
    /// The key of the national IDs is not to be had.
    #[error("the key of the national ids is not to be had")]
    NationalIdKey(#[from] KeyFileError),
    /// The key of the national IDs is gone, and members are gold under it.
    #[error(
        "the key file {path} is missing, and the data base needs it; bring it back from its backup"
    )]
    KeyLost {
        /// Where it was.
        path: PathBuf,
    },
    /// The key of the national IDs is not the one the data base was made with.
    #[error("the key in {path} is not the one of this data base; bring both back together")]
    OtherKey {
        /// Which file.
        path: PathBuf,
    },
    /// OpenSSL could not do its work.
    #[error("the cryptographic library failed")]
    Crypto(#[from] ErrorStack),
    /// The data base cannot be opened.
    #[error("the data base cannot be opened")]
    Store(#[from] StoreError),
    /// Passwords cannot be checked.
    #[error("passwords cannot be checked")]
    Password(#[from] PasswordError),
}

impl Portal {
    /// Reads what the configuration names and opens the data base.
    ///
    /// # Errors
    /// Something the configuration names is missing or not usable.
    pub async fn open(config: Config, clock: Clock) -> Result<Self, StartError> {
        let judge = Judge::new(&config)?;
        judge.lists.read_files();
        let sending = Sending::open(&config)?;
        let id_check = config.id_check.open()?;
        let downloads = Downloads::open(&config.downloads)?;
        let store = Store::open(&config.database, &config.data_key).await?;
        let robots = robot::Judge::open(&config, store.puzzle_key())?;
        Ok(Self {
            judge,
            sending,
            robots,
            downloads,
            id_check,
            national_id_key: national_id_key(&config.national_id_key, &store).await?,
            throttle: Throttle::of(&store).await?,
            store,
            passwords: PasswordCheck::new()?,
            config,
            clock,
        })
    }

    /// The data base.
    #[must_use]
    pub fn store(&self) -> &Store {
        &self.store
    }

    /// Brings the revocation lists up to date: at the start, and every so many minutes. Blocks its thread
    /// for as long as the servers take.
    pub fn refresh_lists(&self) {
        self.judge.lists.refresh();
    }

    /// Where pages look for Ankong, as they take it.
    pub(crate) fn helper_ports(&self) -> String {
        self.config.helper_ports.iter().map(u16::to_string).collect::<Vec<_>>().join(" ")
    }
}

/// The key, made where nothing needs an older one.
async fn national_id_key(path: &Path, store: &Store) -> Result<Key, StartError> {
    let (found, kept) = (key_file::read(path)?, store.key_check_value().await?);
    let is_new = found.is_none();
    let key = match found {
        Some(key) => key,
        None if store.has_gold().await? => {
            return Err(StartError::KeyLost { path: path.to_owned() });
        }
        None => key_file::read_or_create(path)?,
    };
    let value = national_id_mac::check_value(&key)?;
    match kept {
        Some(kept) if kept == value => {}
        Some(_) if !is_new => return Err(StartError::OtherKey { path: path.to_owned() }),
        Some(_) | None => store.keep_key_check_value(&value).await?,
    }
    Ok(key)
}
