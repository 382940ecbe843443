//! Messages in place of being sent, for development.

use sqlx::SqliteConnection;
use time::OffsetDateTime;

use super::{Store, StoreError};
use crate::vault::{Column, Vault};

pub(super) const ACCOUNT: Column = Column("outbox.account");
pub(super) const MESSAGE: Column = Column("outbox.message");

/// Older ones are forgotten.
const KEPT: i64 = 500;

/// A message as the outbox page shows it.
pub(crate) struct Message {
    pub(crate) account: String,
    pub(crate) text: String,
}

/// Keeps a message.
pub(super) async fn add(
    connection: &mut SqliteConnection,
    vault: &Vault,
    account: &str,
    text: &str,
    now: OffsetDateTime,
) -> Result<(), StoreError> {
    // Nobody else writes in between: the caller's transaction is one that writes from its beginning on.
    let id: i64 = sqlx::query_scalar("SELECT coalesce(max(id), 0) + 1 FROM outbox")
        .fetch_one(&mut *connection)
        .await?;
    let row = id.to_be_bytes();
    sqlx::query(
        "INSERT INTO outbox (id, account_mac, account_sealed, message_sealed, sent_at) \
         VALUES (?, ?, ?, ?, ?)",
    )
    .bind(id)
    .bind(vault.find(account)?)
    .bind(vault.seal(ACCOUNT, &row, account)?)
    .bind(vault.seal(MESSAGE, &row, text)?)
    .bind(now.unix_timestamp())
    .execute(&mut *connection)
    .await?;
    let old = sqlx::query("DELETE FROM outbox WHERE id <= (SELECT max(id) FROM outbox) - ?");
    old.bind(KEPT).execute(connection).await?;
    Ok(())
}

impl Store {
    /// Shows a message in place of sending it.
    pub(crate) async fn show_message(
        &self,
        account: &str,
        text: &str,
        now: OffsetDateTime,
    ) -> Result<(), StoreError> {
        let mut all = self.writing().await?;
        add(&mut all, &self.vault, account, text, now).await?;
        Ok(all.commit().await?)
    }

    /// All of them, the newest first.
    pub(crate) async fn messages(&self) -> Result<Vec<Message>, StoreError> {
        let rows: Vec<(i64, Vec<u8>, Vec<u8>)> = sqlx::query_as(
            "SELECT id, account_sealed, message_sealed FROM outbox ORDER BY id DESC",
        )
        .fetch_all(&self.pool)
        .await?;
        let read = |(id, account, text): (i64, Vec<u8>, Vec<u8>)| {
            let row = id.to_be_bytes();
            Ok(Message {
                account: self.vault.open(ACCOUNT, &row, &account)?,
                text: self.vault.open(MESSAGE, &row, &text)?,
            })
        };
        rows.into_iter().map(read).collect()
    }
}
