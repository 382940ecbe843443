//! What lasts: members, those on the way to be one, their sessions and who is gold, in SQLite.
//!
//! Refuses to know passwords, cookies and national IDs: it gets hashes of them. What it does get of a person
//! is sealed before it reaches the file, and networks are kept as keyed hashes.

mod backup;
mod cases;
mod challenges;
mod clerks;
mod codes;
mod deeds;
mod gold;
mod hold;
mod key;
mod members;
mod outbox;
mod own_account;
mod registrations;
mod rekey;
mod sessions;
mod tries;

use std::{
    io,
    path::{Path, PathBuf},
    sync::Arc,
    time::Duration,
};

use openssl::pkey::{PKey, Private};
use sqlx::{
    Sqlite, SqlitePool, Transaction,
    sqlite::{SqliteConnectOptions, SqliteJournalMode, SqlitePoolOptions},
};

use crate::{
    key_file::{self, KeyFileError},
    vault::{Vault, VaultError},
};
pub(crate) use cases::{Case, Decided, Decision, OwnCase};
pub(crate) use codes::{CODE_LIFETIME, CODE_PAUSE, CodeSent, Messages, NewCode};
pub use deeds::Deed;
pub(crate) use gold::{Grant, GrantRefusal, Taken};
use hold::Hold;
pub use members::{Member, NewMember};
pub(crate) use outbox::Message;
pub(crate) use registrations::{Aim, Registration};
pub use rekey::LeftAsItWas;
pub(crate) use sessions::{Session, SessionHash, handle};

/// The data base.
#[derive(Clone)]
pub struct Store {
    pool: SqlitePool,
    vault: Arc<Vault>,
    /// Let go of with the last of its copies.
    _hold: Arc<Hold>,
}

/// Why something was not kept or found.
#[derive(Debug, thiserror::Error)]
pub enum StoreError {
    /// The file cannot be made.
    #[error("the data base file cannot be made")]
    File(#[from] io::Error),
    /// The tables cannot be brought up to date.
    #[error("the data base cannot be brought up to date")]
    Migrate(#[from] sqlx::migrate::MigrateError),
    /// SQLite refused.
    #[error("the data base refused")]
    Sql(#[from] sqlx::Error),
    /// There is a member with this account already.
    #[error("there is a member with this account already")]
    AccountTaken,
    /// The key of what is sealed is not to be had.
    #[error("the key of the data base is not to be had")]
    Key(#[from] KeyFileError),
    /// The key is gone, and with it everything that is sealed.
    #[error(
        "the key file {path} is missing, and the data base needs it; bring it back from its backup"
    )]
    KeyLost {
        /// Where it was.
        path: PathBuf,
    },
    /// The key is not the one the data base was made with.
    #[error("the key in {path} is not the one of this data base; bring both back together")]
    OtherKey {
        /// Which file.
        path: PathBuf,
    },
    /// The key cannot be exchanged: somebody works with it.
    #[error("the key in {path} is in use; stop the portal first")]
    KeyInUse {
        /// Which file.
        path: PathBuf,
    },
    /// The key is being exchanged for another.
    #[error("the key in {path} is being exchanged for another; wait until that is done")]
    KeyInExchange {
        /// Which file.
        path: PathBuf,
    },
    /// The key that is to come is the one there is.
    #[error("the key in {path} is the one that is to be exchanged; name another file")]
    SameKey {
        /// Which file.
        path: PathBuf,
    },
    /// Everything is sealed anew, and what was there before could not be wiped out.
    #[error(
        "everything is sealed under the key in {path}, but what was sealed before may still be in the \
         file, as another program reads it; end that one, and run this again"
    )]
    NotWiped {
        /// The file of the new key.
        path: PathBuf,
    },
    /// Something cannot be sealed, or what is kept cannot be read.
    #[error("personal data cannot be sealed or read")]
    Vault(#[from] VaultError),
    /// A claim behind a challenge cannot be written or read.
    #[error("the data base holds a claim that is not one")]
    Claim(#[from] serde_json::Error),
    /// OpenSSL could not do its work.
    #[error("the cryptographic library failed")]
    Crypto(#[from] openssl::error::ErrorStack),
    /// A time that is not one.
    #[error("the data base holds a time that is not one")]
    Time(#[from] time::error::ComponentRange),
}

impl Store {
    /// Opens the file, or makes one that only its owner may read, with the key that is in a file of its own.
    ///
    /// # Errors
    /// It cannot be made, opened or brought up to date, or the key is missing or another one.
    pub async fn open(path: &Path, key: &Path) -> Result<Self, StoreError> {
        key_file::create(path)?;
        let pool = connect(path).await?;
        let (vault, hold) = key::vault(&pool, key).await?;
        let store = Self { pool, vault: Arc::new(vault), _hold: Arc::new(hold) };
        store.seal_older().await?;
        Ok(store)
    }

    /// The key by which the portal knows its own puzzles again, after a start as well.
    pub(crate) fn puzzle_key(&self) -> PKey<Private> {
        self.vault.puzzles().clone()
    }

    /// A transaction that may write from its beginning on, so it is not sent away in the middle.
    async fn writing(&self) -> Result<Transaction<'static, Sqlite>, StoreError> {
        Ok(self.pool.begin_with("BEGIN IMMEDIATE").await?)
    }

    /// Lets go of the file.
    pub async fn close(&self) {
        self.pool.close().await;
    }
}

/// The file that is there, its tables brought up to date.
async fn connect(path: &Path) -> Result<SqlitePool, StoreError> {
    let options = SqliteConnectOptions::new()
        .filename(path)
        .journal_mode(SqliteJournalMode::Wal)
        .busy_timeout(Duration::from_secs(5))
        .foreign_keys(true)
        // What is deleted is overwritten, as far as the file goes.
        .pragma("secure_delete", "on");
    let pool = SqlitePoolOptions::new().max_connections(4).connect_with(options).await?;
    sqlx::migrate!().run(&pool).await?;
    Ok(pool)
}

#[cfg(test)]
pub(crate) mod tests {
    use super::*;

    /// An empty one, in a folder that goes away.
    pub(crate) async fn store() -> (tempfile::TempDir, Store) {
        let folder = tempfile::tempdir().unwrap();
        let [file, key] = ["portal.sqlite", "data.key"].map(|name| folder.path().join(name));
        let store = Store::open(&file, &key).await.unwrap();
        (folder, store)
    }
}
