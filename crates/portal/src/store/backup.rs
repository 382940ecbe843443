//! A copy of the data base, made while the portal runs.

use std::{fs, io, path::Path};

use sqlx::{Connection, SqliteConnection, sqlite::SqliteConnectOptions};

use super::{Store, StoreError};
use crate::key_file;

impl Store {
    /// Copies the data base as it is in this moment into a new file that only its owner may read. The keys
    /// are not in it.
    ///
    /// # Errors
    /// There is no data base, the file exists already, or it cannot be written.
    pub async fn back_up(database: &Path, to: &Path) -> Result<(), StoreError> {
        let from = SqliteConnectOptions::new().filename(database).read_only(true);
        let mut connection = SqliteConnection::connect_with(&from).await?;
        key_file::create(to)?.ok_or(io::Error::from(io::ErrorKind::AlreadyExists))?;
        let text = to.to_string_lossy().into_owned();
        let copied = sqlx::query("VACUUM INTO ?").bind(text).execute(&mut connection).await;
        connection.close().await?;
        if let Err(error) = copied {
            fs::remove_file(to)?;
            return Err(error.into());
        }
        Ok(fs::File::open(to)?.sync_all()?)
    }
}
