//! Messages in place of being sent, for development.

use sqlx::SqliteConnection;
use time::OffsetDateTime;

use super::{Store, StoreError};

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
    account: &str,
    text: &str,
    now: OffsetDateTime,
) -> Result<(), StoreError> {
    let kept = sqlx::query("INSERT INTO outbox (account, message, sent_at) VALUES (?, ?, ?)");
    kept.bind(account).bind(text).bind(now.unix_timestamp()).execute(&mut *connection).await?;
    let old = sqlx::query("DELETE FROM outbox WHERE id <= (SELECT max(id) FROM outbox) - ?");
    old.bind(KEPT).execute(connection).await?;
    Ok(())
}

impl Store {
    /// All of them, the newest first.
    pub(crate) async fn messages(&self) -> Result<Vec<Message>, StoreError> {
        let rows: Vec<(String, String)> =
            sqlx::query_as("SELECT account, message FROM outbox ORDER BY id DESC")
                .fetch_all(&self.pool)
                .await?;
        Ok(rows.into_iter().map(|(account, text)| Message { account, text }).collect())
    }
}
