//! What a member does about the own account, and what is kept of them beside account and name.

use sqlx::SqliteConnection;
use time::OffsetDateTime;

use super::{
    Aim, SessionHash, Store, StoreError, deeds, members,
    registrations::{self, Ended},
};
use crate::deed::Entry;

/// What is kept of a member beside account and name.
pub(crate) struct Kept {
    pub(crate) member_since: Option<OffsetDateTime>,
    pub(crate) gold: Option<KeptGold>,
}

pub(crate) struct KeptGold {
    pub(crate) since: OffsetDateTime,
    pub(crate) certificate_fingerprint: Vec<u8>,
    pub(crate) certificate_expires: OffsetDateTime,
    pub(crate) national_id_tail: String,
    pub(crate) id_verified: bool,
}

impl Store {
    /// Gives the member the account whose code was known on this way, and returns it; none where the way is not
    /// this member's, or not at its end.
    ///
    /// # Errors
    /// [`StoreError::AccountTaken`] where the account has found an owner since.
    pub(crate) async fn change_account(
        &self,
        way: &SessionHash,
        member: i64,
        entry: &Entry<'_>,
    ) -> Result<Option<String>, StoreError> {
        let mut all = self.writing().await?;
        let aim = Aim::Change(member);
        let ended = registrations::end(&mut all, &self.vault, way, aim, entry.now).await?;
        let Some(Ended { account, .. }) = ended else {
            return Ok(None);
        };
        members::change_account(&mut all, &self.vault, member, &account).await?;
        deeds::add(&mut all, &self.vault, entry).await?;
        all.commit().await?;
        Ok(Some(account))
    }

    /// Another password for whoever has the account whose code was known on this way; all sessions end. The
    /// account, to write to; none where the way is not at its end or the account has no owner any more.
    pub(crate) async fn replace_password(
        &self,
        way: &SessionHash,
        hash: &str,
        entry: &Entry<'_>,
    ) -> Result<Option<String>, StoreError> {
        let mut all = self.writing().await?;
        let ended =
            registrations::end(&mut all, &self.vault, way, Aim::Password, entry.now).await?;
        let Some(Ended { account, .. }) = ended else {
            return Ok(None);
        };
        let member = sqlx::query_scalar("SELECT id FROM member WHERE account_mac = ?");
        let member: Option<i64> =
            member.bind(self.vault.find(&account)?).fetch_optional(&mut *all).await?;
        let Some(member) = member else {
            all.commit().await?;
            return Ok(None);
        };
        set_password(&mut all, member, hash).await?;
        let entry = Entry { member: Some(member), ..*entry };
        deeds::add(&mut all, &self.vault, &entry).await?;
        all.commit().await?;
        Ok(Some(account))
    }

    /// Another password, of which a hash is kept in place of the one before. All sessions end with the old
    /// one. False where another has taken its place already.
    pub(crate) async fn change_password(
        &self,
        member: i64,
        [before, hash]: [&str; 2],
        entry: &Entry<'_>,
    ) -> Result<bool, StoreError> {
        let mut all = self.writing().await?;
        let kept = sqlx::query("SELECT 1 FROM member WHERE id = ? AND password_hash = ?");
        if kept.bind(member).bind(before).fetch_optional(&mut *all).await?.is_none() {
            return Ok(false);
        }
        set_password(&mut all, member, hash).await?;
        deeds::add(&mut all, &self.vault, entry).await?;
        all.commit().await?;
        Ok(true)
    }

    /// The member uses the account no more: no session is good from here on.
    pub(crate) async fn stop_member(
        &self,
        member: i64,
        entry: &Entry<'_>,
    ) -> Result<(), StoreError> {
        let mut all = self.writing().await?;
        let stopped = sqlx::query("UPDATE member SET stopped_at = ? WHERE id = ?");
        stopped.bind(entry.now.unix_timestamp()).bind(member).execute(&mut *all).await?;
        let ended = sqlx::query("DELETE FROM session WHERE member_id = ?");
        ended.bind(member).execute(&mut *all).await?;
        deeds::add(&mut all, &self.vault, entry).await?;
        Ok(all.commit().await?)
    }

    /// The member uses the account again.
    pub(crate) async fn resume_member(
        &self,
        member: i64,
        entry: &Entry<'_>,
    ) -> Result<(), StoreError> {
        let mut all = self.writing().await?;
        let resumed = sqlx::query("UPDATE member SET stopped_at = NULL WHERE id = ?");
        resumed.bind(member).execute(&mut *all).await?;
        deeds::add(&mut all, &self.vault, entry).await?;
        Ok(all.commit().await?)
    }

    pub(crate) async fn is_stopped(&self, member: i64) -> Result<bool, StoreError> {
        let stopped = sqlx::query("SELECT 1 FROM member WHERE id = ? AND stopped_at IS NOT NULL");
        Ok(stopped.bind(member).fetch_optional(&self.pool).await?.is_some())
    }

    pub(crate) async fn kept_of(&self, member: i64) -> Result<Kept, StoreError> {
        let since = sqlx::query_scalar("SELECT created_at FROM member WHERE id = ?");
        let since: Option<i64> = since.bind(member).fetch_optional(&self.pool).await?;
        let gold: Option<(i64, Vec<u8>, i64, String, bool)> = sqlx::query_as(
            "SELECT granted_at, certificate_fingerprint, certificate_expires_at, \
             national_id_tail, id_verified FROM gold WHERE member_id = ?",
        )
        .bind(member)
        .fetch_optional(&self.pool)
        .await?;
        let gold = match gold {
            None => None,
            Some((since, certificate_fingerprint, expires, national_id_tail, id_verified)) => {
                Some(KeptGold {
                    since: OffsetDateTime::from_unix_timestamp(since)?,
                    certificate_fingerprint,
                    certificate_expires: OffsetDateTime::from_unix_timestamp(expires)?,
                    national_id_tail,
                    id_verified,
                })
            }
        };
        let member_since = since.map(OffsetDateTime::from_unix_timestamp).transpose()?;
        Ok(Kept { member_since, gold })
    }
}

/// The old password is no use from here on, nor is a session it began.
async fn set_password(
    all: &mut SqliteConnection,
    member: i64,
    hash: &str,
) -> Result<(), StoreError> {
    let changed = sqlx::query("UPDATE member SET password_hash = ? WHERE id = ?");
    changed.bind(hash).bind(member).execute(&mut *all).await?;
    for statement in [
        "DELETE FROM session WHERE member_id = ?",
        // Whoever is on the way to another password with a code that was sent before.
        "DELETE FROM registration WHERE aim = 'password' \
         AND account_mac = (SELECT account_mac FROM member WHERE id = ?)",
    ] {
        sqlx::query(statement).bind(member).execute(&mut *all).await?;
    }
    Ok(())
}
