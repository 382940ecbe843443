//! Clerks: members who may decide cases.

use time::OffsetDateTime;

use super::{Store, StoreError, deeds};
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
        let mut all = self.writing().await?;
        sqlx::query(
            "INSERT INTO clerk (member_id, appointed_at) VALUES (?, ?) ON CONFLICT DO NOTHING",
        )
        .bind(member)
        .bind(now.unix_timestamp())
        .execute(&mut *all)
        .await?;
        let network = Network::default();
        let entry = Entry::by_the_operator(What::CLERK_APPOINTED, member, &network, now);
        deeds::add(&mut all, &self.vault, &entry).await?;
        all.commit().await?;
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
        let mut all = self.writing().await?;
        let gone = sqlx::query("DELETE FROM clerk WHERE member_id = ?").bind(member);
        if gone.execute(&mut *all).await?.rows_affected() == 0 {
            return Ok(false);
        }
        let network = Network::default();
        let entry = Entry::by_the_operator(What::CLERK_DISMISSED, member, &network, now);
        deeds::add(&mut all, &self.vault, &entry).await?;
        all.commit().await?;
        Ok(true)
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
