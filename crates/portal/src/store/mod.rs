//! What lasts: members, those on the way to be one, their sessions and who is gold, in SQLite.
//!
//! Refuses to know passwords, cookies and national IDs: it gets hashes of them.

mod cases;
mod challenges;
mod clerks;
mod codes;
mod gold;
mod members;
mod outbox;
mod registrations;
mod sessions;
mod tries;

use std::{io, path::Path, time::Duration};

use sqlx::{
    SqlitePool,
    sqlite::{SqliteConnectOptions, SqliteJournalMode, SqlitePoolOptions},
};

use crate::key_file;
pub(crate) use cases::{Case, Decision, OwnCase};
pub(crate) use codes::{CODE_LIFETIME, CODE_PAUSE, CodeSent, Messages, NewCode};
pub(crate) use gold::{Grant, GrantRefusal, Taken};
pub use members::{Member, NewMember};
pub(crate) use outbox::Message;
pub(crate) use registrations::Registration;
pub(crate) use sessions::SessionHash;

/// The data base.
#[derive(Clone)]
pub struct Store {
    pool: SqlitePool,
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
    /// Opens the file, or makes one that only its owner may read.
    ///
    /// # Errors
    /// It cannot be made, opened or brought up to date.
    pub async fn open(path: &Path) -> Result<Self, StoreError> {
        key_file::create(path)?;
        let options = SqliteConnectOptions::new()
            .filename(path)
            .journal_mode(SqliteJournalMode::Wal)
            .busy_timeout(Duration::from_secs(5))
            .foreign_keys(true);
        let pool = SqlitePoolOptions::new().max_connections(4).connect_with(options).await?;
        sqlx::migrate!().run(&pool).await?;
        Ok(Self { pool })
    }

    /// Lets go of the file.
    pub async fn close(&self) {
        self.pool.close().await;
    }
}

#[cfg(test)]
pub(crate) mod tests {
    use super::*;

    /// An empty one, in a folder that goes away.
    pub(crate) async fn store() -> (tempfile::TempDir, Store) {
        let folder = tempfile::tempdir().unwrap();
        let store = Store::open(&folder.path().join("portal.sqlite")).await.unwrap();
        (folder, store)
    }
}
