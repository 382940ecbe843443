//! Clerks: members who may decide cases.

use time::OffsetDateTime;

use super::{Store, StoreError};
use crate::deed::{Entry, Network, What};

impl Store {
    /// Makes the member with this account a clerk. False where there is no such member.
    ///
    /// # Errors
    /// SQLite refused.
    pub async fn appoint_clerk(
        &self,
        account: &str,
        now: OffsetDateTime,
    ) -> Result<bool, StoreError> {
        let Some((member, _)) = self.credentials(account).await? else {
            return Ok(false);
        };
        sqlx::query(
            "INSERT INTO clerk (member_id, appointed_at) VALUES (?, ?) ON CONFLICT DO NOTHING",
        )
        .bind(member)
        .bind(now.unix_timestamp())
        .execute(&self.pool)
        .await?;
        self.note_clerk(What::CLERK_APPOINTED, member, now).await?;
        Ok(true)
    }

    /// Takes it back. False where there is no such clerk.
    ///
    /// # Errors
    /// SQLite refused.
    pub async fn dismiss_clerk(
        &self,
        account: &str,
        now: OffsetDateTime,
    ) -> Result<bool, StoreError> {
        let Some((member, _)) = self.credentials(account).await? else {
            return Ok(false);
        };
        let gone = sqlx::query("DELETE FROM clerk WHERE member_id = ?").bind(member);
        let is_gone = gone.execute(&self.pool).await?.rows_affected() == 1;
        if is_gone {
            self.note_clerk(What::CLERK_DISMISSED, member, now).await?;
        }
        Ok(is_gone)
    }

    /// By the operator's command, so from no network. What is old is forgotten by the portal.
    async fn note_clerk(
        &self,
        what: What,
        member: i64,
        now: OffsetDateTime,
    ) -> Result<(), StoreError> {
        let oldest = OffsetDateTime::UNIX_EPOCH;
        let (network, member) = (&Network::default(), Some(member));
        let entry = Entry { what, member, detail: "", network, now, oldest };
        self.add_deed(&entry).await
    }

    /// The numbers of all clerks.
    ///
    /// # Errors
    /// SQLite refused.
    pub async fn clerks(&self) -> Result<Vec<i64>, StoreError> {
        let all = sqlx::query_scalar("SELECT member_id FROM clerk ORDER BY member_id");
        Ok(all.fetch_all(&self.pool).await?)
    }

    pub(crate) async fn is_clerk(&self, member: i64) -> Result<bool, StoreError> {
        let found = sqlx::query("SELECT 1 FROM clerk WHERE member_id = ?").bind(member);
        Ok(found.fetch_optional(&self.pool).await?.is_some())
    }
}
