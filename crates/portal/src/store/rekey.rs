//! Another key: everything that is sealed is opened with the old one and sealed with the new one, in one
//! transaction. Whenever it is cut short, one of both keys is the data base's, and fits all of it.

use std::{path::Path, sync::Arc};

use sqlx::{AssertSqlSafe, SqliteConnection};
use time::OffsetDateTime;

use super::{Deed, Store, StoreError, connect, deeds, hold::Hold, key, members, outbox};
use crate::{
    deed::{Entry, Network, What},
    key_file,
    vault::{Column, Vault, VaultError},
};

/// Texts that are sealed.
struct Cells {
    column: Column,
    /// Of the rows after one, their numbers and the cell.
    read: &'static str,
    write: &'static str,
    /// Writes the keyed hash of the text, where one stands beside it.
    write_mac: Option<&'static str>,
}

/// All that lasts. Those on their way to an account are sealed too; they begin again.
const CELLS: [Cells; 4] = [
    Cells {
        column: members::ACCOUNT,
        read: "SELECT id, account_sealed FROM member WHERE id > ? ORDER BY id LIMIT 1000",
        write: "UPDATE member SET account_sealed = ? WHERE id = ?",
        write_mac: Some("UPDATE member SET account_mac = ? WHERE id = ?"),
    },
    Cells {
        column: members::NAME,
        read: "SELECT id, name_sealed FROM member WHERE id > ? ORDER BY id LIMIT 1000",
        write: "UPDATE member SET name_sealed = ? WHERE id = ?",
        write_mac: None,
    },
    Cells {
        column: outbox::ACCOUNT,
        read: "SELECT id, account_sealed FROM outbox WHERE id > ? ORDER BY id LIMIT 1000",
        write: "UPDATE outbox SET account_sealed = ? WHERE id = ?",
        write_mac: Some("UPDATE outbox SET account_mac = ? WHERE id = ?"),
    },
    Cells {
        column: outbox::MESSAGE,
        read: "SELECT id, message_sealed FROM outbox WHERE id > ? ORDER BY id LIMIT 1000",
        write: "UPDATE outbox SET message_sealed = ? WHERE id = ?",
        write_mac: None,
    },
];

/// Sealed or hashed under the old key as well, and gone within an hour anyway.
const SHORT_LIVED: [&str; 2] = ["DELETE FROM registration", "DELETE FROM code_request"];

/// A text that could not be opened with the old key either: somebody had changed it. It stays as it was.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct LeftAsItWas {
    /// In which column, as `table.column`.
    pub column: &'static str,
    /// The number of the row.
    pub row: i64,
}

impl Store {
    /// Seals everything anew, no longer under the key in the file `from` but under the one in `to`, which is
    /// made where there is none, and leaves nothing in the file of the data base that the old key opens. No
    /// portal may run meanwhile. What was cut short is ended by doing it again.
    ///
    /// # Errors
    /// Somebody works with the data base, `from` is not its key, or it cannot be written.
    pub async fn rekey(
        database: &Path,
        [from, to]: [&Path; 2],
        now: OffsetDateTime,
    ) -> Result<Vec<LeftAsItWas>, StoreError> {
        let lost = || StoreError::KeyLost { path: from.to_owned() };
        let vault = Vault::of(&key_file::read(from)?.ok_or_else(lost)?)?;
        let hold = Hold::alone(from)?;
        let pool = connect(database).await?;
        let kept = key::check_value(&pool).await?.unwrap_or_default();
        let new = key_file::read(to)?.map(|key| Vault::of(&key)).transpose()?;
        if new.as_ref().is_some_and(|new| new.check_value() == vault.check_value()) {
            return Err(StoreError::SameKey { path: to.to_owned() });
        }
        let is_done = new.as_ref().is_some_and(|new| new.check_value() == kept);
        if !is_done && kept != vault.check_value() {
            return Err(StoreError::OtherKey { path: from.to_owned() });
        }
        let store = Self { pool, vault: Arc::new(vault), _hold: Arc::new(hold) };
        let mut left = Vec::new();
        if !is_done {
            store.seal_older().await?;
            let new = Vault::of(&key_file::read_or_create(to)?)?;
            left = store.seal_anew(&new, now).await?;
        }
        let is_wiped = store.wipe().await?;
        store.close().await;
        is_wiped.then_some(left).ok_or_else(|| StoreError::NotWiped { path: to.to_owned() })
    }

    async fn seal_anew(
        &self,
        new: &Vault,
        now: OffsetDateTime,
    ) -> Result<Vec<LeftAsItWas>, StoreError> {
        let mut all = self.writing().await?;
        let mut left = Vec::new();
        for cells in &CELLS {
            left.extend(cells.seal_anew(&mut all, [&self.vault, new]).await?);
        }
        for statement in SHORT_LIVED {
            sqlx::query(statement).execute(&mut *all).await?;
        }
        self.link_anew(&mut all, new).await?;
        let network = Network::default();
        let entry = Entry::by_the_operator(What::KEY_EXCHANGED, None, &network, now);
        deeds::add(&mut all, new, &entry).await?;
        let exchanged = sqlx::query("UPDATE data_key SET check_value = ?");
        exchanged.bind(new.check_value()).execute(&mut *all).await?;
        all.commit().await?;
        Ok(left)
    }

    /// What happened, as a chain under the new key. A row that did not follow the one before it stays as it
    /// is, so that it does not follow it now.
    async fn link_anew(&self, all: &mut SqliteConnection, new: &Vault) -> Result<(), StoreError> {
        let guard: Option<String> =
            sqlx::query_scalar("SELECT sql FROM sqlite_schema WHERE name = 'deed_is_final'")
                .fetch_optional(&mut *all)
                .await?;
        sqlx::query("DROP TRIGGER IF EXISTS deed_is_final").execute(&mut *all).await?;
        // As it was, and as it is from now on.
        let mut last: Option<(Deed, Deed)> = None;
        loop {
            // Another connection reads: it does not see what this transaction has written.
            let page = self.deeds_after(last.as_ref().map_or(0, |(deed, _)| deed.number)).await?;
            if page.is_empty() {
                break;
            }
            for deed in page {
                let mut anew = deed.clone();
                if let Some((before, before_anew)) = &last
                    && self.follows(before, &deed)?
                {
                    anew.chain = deed.link(new, &before_anew.chain)?;
                    let linked = sqlx::query("UPDATE deed SET chain = ? WHERE number = ?");
                    let linked = linked.bind(&anew.chain).bind(deed.number);
                    linked.execute(&mut *all).await?;
                }
                last = Some((deed, anew));
            }
        }
        if let Some(guard) = guard {
            sqlx::query(AssertSqlSafe(guard)).execute(all).await?;
        }
        Ok(())
    }

    /// Writes the file anew, so that nothing stays in pages that are free. False where somebody who reads
    /// kept it from being done.
    async fn wipe(&self) -> Result<bool, StoreError> {
        sqlx::query("VACUUM").execute(&self.pool).await?;
        let (is_busy, _, _): (bool, i64, i64) =
            sqlx::query_as("PRAGMA wal_checkpoint(TRUNCATE)").fetch_one(&self.pool).await?;
        Ok(!is_busy)
    }
}

impl Cells {
    async fn seal_anew(
        &self,
        all: &mut SqliteConnection,
        [old, new]: [&Vault; 2],
    ) -> Result<Vec<LeftAsItWas>, StoreError> {
        let (mut left, mut last) = (Vec::new(), i64::MIN);
        loop {
            let rows: Vec<(i64, Vec<u8>)> =
                sqlx::query_as(self.read).bind(last).fetch_all(&mut *all).await?;
            let Some((id, _)) = rows.last() else {
                return Ok(left);
            };
            last = *id;
            for (id, sealed) in rows {
                let row = id.to_be_bytes();
                let text = match old.open(self.column, &row, &sealed) {
                    Ok(text) => text,
                    Err(VaultError::Changed { column }) => {
                        left.push(LeftAsItWas { column, row: id });
                        continue;
                    }
                    Err(error) => return Err(error.into()),
                };
                let sealed = new.seal(self.column, &row, &text)?;
                sqlx::query(self.write).bind(sealed).bind(id).execute(&mut *all).await?;
                if let Some(write_mac) = self.write_mac {
                    let mac = new.find(&text)?;
                    sqlx::query(write_mac).bind(mac).bind(id).execute(&mut *all).await?;
                }
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::store::{NewMember, tests::store};
    use std::fs;

    #[tokio::test]
    async fn each_column_that_is_sealed_or_hashed_is_one_that_is_known_here() {
        let (_folder, store) = store().await;
        let columns: Vec<String> = sqlx::query_scalar(
            "SELECT cells.name || '.' || columns.name \
             FROM sqlite_schema AS cells JOIN pragma_table_info(cells.name) AS columns \
             WHERE cells.type = 'table' \
             AND (columns.name LIKE '%\\_sealed' ESCAPE '\\' OR columns.name LIKE '%\\_mac' ESCAPE '\\')",
        )
        .fetch_all(&store.pool)
        .await
        .unwrap();
        assert!(columns.contains(&"member.name_sealed".to_owned()), "{columns:?}");
        // Under the key of the national IDs.
        let others = ["gold.national_id_mac", "clerk_case.national_id_mac"];
        let written = |column: &str| {
            let (table, cell) = column.split_once('.').unwrap();
            let writes = format!("UPDATE {table} SET {cell} = ? WHERE id = ?");
            let cells = CELLS.iter().flat_map(|cells| [Some(cells.write), cells.write_mac]);
            cells.flatten().any(|statement| statement == writes)
                || SHORT_LIVED.contains(&format!("DELETE FROM {table}").as_str())
        };
        let unknown = |column: &&String| !written(column) && !others.contains(&column.as_str());
        assert_eq!(columns.iter().filter(unknown).collect::<Vec<_>>(), [""; 0]);
    }

    #[tokio::test]
    async fn what_could_not_be_wiped_out_is_wiped_by_doing_it_again() {
        let (folder, store) = store().await;
        let [file, from, to] =
            ["portal.sqlite", "data.key", "new.key"].map(|name| folder.path().join(name));
        let member = NewMember { account: "ming@example.tw", name: "王曉明", password_hash: "" };
        let id = store.add_member(member, OffsetDateTime::UNIX_EPOCH).await.unwrap();
        let sealed: Vec<u8> = sqlx::query_scalar("SELECT name_sealed FROM member")
            .fetch_one(&store.pool)
            .await
            .unwrap();
        let stands = || {
            let files = fs::read_dir(folder.path()).unwrap().map(|entry| entry.unwrap().path());
            let stands = |bytes: Vec<u8>| bytes.windows(sealed.len()).any(|part| part == sealed);
            files.into_iter().any(|file| stands(fs::read(file).unwrap()))
        };
        store.close().await;
        drop(store);

        let reader = connect(&file).await.unwrap();
        let mut look = reader.begin().await.unwrap();
        sqlx::query("SELECT * FROM member").fetch_all(&mut *look).await.unwrap();
        let told = Store::rekey(&file, [&from, &to], OffsetDateTime::UNIX_EPOCH).await;
        assert!(matches!(told, Err(StoreError::NotWiped { path }) if path == to));
        assert!(stands(), "the reader still sees it");
        look.rollback().await.unwrap();
        reader.close().await;

        assert_eq!(
            Store::rekey(&file, [&from, &to], OffsetDateTime::UNIX_EPOCH).await.unwrap(),
            []
        );
        assert!(!stands());
        let again = Store::rekey(&file, [&to, &to], OffsetDateTime::UNIX_EPOCH).await;
        assert!(matches!(again, Err(StoreError::SameKey { .. })), "{again:?}");
        let other = Store::rekey(
            &file,
            [&from, &folder.path().join("third.key")],
            OffsetDateTime::UNIX_EPOCH,
        )
        .await;
        assert!(matches!(other, Err(StoreError::OtherKey { path }) if path == from));
        let store = Store::open(&file, &to).await.unwrap();
        assert_eq!(store.member(id).await.unwrap().unwrap().name, "王曉明");
    }
}
