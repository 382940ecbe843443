//! Sessions: which browser is whose, until when.

use time::OffsetDateTime;

use super::{Store, StoreError};

/// SHA-256 of a session's cookie.
pub(crate) type SessionHash = [u8; 32];

impl Store {
    /// Keeps a session, and forgets those that are over.
    pub(crate) async fn add_session(
        &self,
        id: &SessionHash,
        member: i64,
        expires: OffsetDateTime,
        now: OffsetDateTime,
    ) -> Result<(), StoreError> {
        sqlx::query("DELETE FROM session WHERE expires_at <= ?")
            .bind(now.unix_timestamp())
            .execute(&self.pool)
            .await?;
        sqlx::query("INSERT INTO session (id_hash, member_id, expires_at) VALUES (?, ?, ?)")
            .bind(id.as_slice())
            .bind(member)
            .bind(expires.unix_timestamp())
            .execute(&self.pool)
            .await?;
        Ok(())
    }

    /// Whose session it is and when it ends, if it is one and not over.
    pub(crate) async fn session_member(
        &self,
        id: &SessionHash,
        now: OffsetDateTime,
    ) -> Result<Option<(i64, OffsetDateTime)>, StoreError> {
        let row = sqlx::query_as(
            "SELECT member_id, expires_at FROM session JOIN member ON member.id = member_id \
             WHERE id_hash = ? AND expires_at > ? AND stopped_at IS NULL",
        );
        let row = row.bind(id.as_slice()).bind(now.unix_timestamp());
        let found: Option<(i64, i64)> = row.fetch_optional(&self.pool).await?;
        let Some((member, expires_at)) = found else {
            return Ok(None);
        };
        Ok(Some((member, OffsetDateTime::from_unix_timestamp(expires_at)?)))
    }

    /// Ends a session.
    pub(crate) async fn remove_session(&self, id: &SessionHash) -> Result<(), StoreError> {
        let gone = sqlx::query("DELETE FROM session WHERE id_hash = ?").bind(id.as_slice());
        gone.execute(&self.pool).await?;
        Ok(())
    }
}
