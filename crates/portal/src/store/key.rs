//! The key of what is sealed: made at the first start, known again by its check value, and put to use on
//! what an older program kept in the open.

use std::path::Path;

use super::{Store, StoreError, hold::Hold, members};
use crate::{key_file, vault::Vault};
use sqlx::SqlitePool;

/// The vault of this data base, and a hold on its key: nobody exchanges it meanwhile.
pub(super) async fn vault(pool: &SqlitePool, path: &Path) -> Result<(Vault, Hold), StoreError> {
    let key = match key_file::read(path)? {
        Some(key) => key,
        None if check_value(pool).await?.is_some() => {
            return Err(StoreError::KeyLost { path: path.to_owned() });
        }
        None => key_file::read_or_create(path)?,
    };
    let (vault, hold) = (Vault::of(&key)?, Hold::with_others(path)?);
    match check_value(pool).await? {
        Some(kept) if kept == vault.check_value() => {}
        Some(_) => return Err(StoreError::OtherKey { path: path.to_owned() }),
        None => {
            sqlx::query("INSERT OR IGNORE INTO data_key (id, check_value) VALUES (1, ?)")
                .bind(vault.check_value())
                .execute(pool)
                .await?;
        }
    }
    Ok((vault, hold))
}

/// By which the key of this data base is known; none where it has none yet.
pub(super) async fn check_value(pool: &SqlitePool) -> Result<Option<Vec<u8>>, StoreError> {
    let kept = sqlx::query_scalar("SELECT check_value FROM data_key WHERE id = 1");
    Ok(kept.fetch_optional(pool).await?)
}

impl Store {
    /// Seals what an older program kept in the open, and writes the file anew: nothing of it stays in
    /// pages that are free.
    pub(super) async fn seal_older(&self) -> Result<(), StoreError> {
        let waiting = "SELECT 1 FROM sqlite_schema WHERE name = 'open_member'";
        if sqlx::query(waiting).fetch_optional(&self.pool).await?.is_none() {
            return Ok(());
        }
        let mut all = self.writing().await?;
        let open: Vec<(i64, String, String)> =
            sqlx::query_as("SELECT id, account, name FROM open_member")
                .fetch_all(&mut *all)
                .await?;
        for member in &open {
            members::seal(&mut all, &self.vault, member).await?;
        }
        all.commit().await?;
        // The file first: where this is cut short it begins again, as long as the table is there.
        for step in [
            "DELETE FROM open_member",
            "VACUUM",
            "PRAGMA wal_checkpoint(TRUNCATE)",
            "DROP TABLE open_member",
        ] {
            sqlx::query(step).execute(&self.pool).await?;
        }
        Ok(())
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use sqlx::sqlite::{SqliteConnectOptions, SqlitePoolOptions};
    use std::fs;

    #[tokio::test]
    async fn what_an_older_program_kept_in_the_open_is_sealed_and_gone_from_the_file() {
        let folder = tempfile::tempdir().unwrap();
        let [file, key] = ["portal.sqlite", "data.key"].map(|name| folder.path().join(name));
        let options = SqliteConnectOptions::new().filename(&file).create_if_missing(true);
        let pool = SqlitePoolOptions::new().connect_with(options).await.unwrap();
        let mut older = sqlx::migrate!();
        older.migrations.to_mut().retain(|migration| migration.version < 4);
        older.run(&pool).await.unwrap();
        sqlx::query(
            "INSERT INTO member (id, account, name, password_hash, created_at) \
             VALUES (7, 'Ming@example.tw', '王曉明', '$argon2id$', 0)",
        )
        .execute(&pool)
        .await
        .unwrap();
        pool.close().await;

        for _ in 0..2 {
            let store = Store::open(&file, &key).await.unwrap();
            let found = store.credentials("ming@example.tw").await.unwrap();
            assert_eq!(found, Some((7, "$argon2id$".to_owned())));
            let member = store.member(7).await.unwrap().unwrap();
            assert_eq!(
                (member.account.as_str(), member.name.as_str()),
                ("Ming@example.tw", "王曉明")
            );
            for entry in fs::read_dir(folder.path()).unwrap() {
                let bytes = fs::read(entry.unwrap().path()).unwrap();
                for text in ["Ming@example.tw", "王曉明"] {
                    assert!(!bytes.windows(text.len()).any(|part| part == text.as_bytes()));
                }
            }
            store.close().await;
        }
    }
}
