//! Sessions: which browser is whose, until when.

use sqlx::FromRow;
use time::{Duration, OffsetDateTime};

use super::{Store, StoreError};
use crate::deed::{Entry, Network};

/// SHA-256 of a session's cookie.
pub(crate) type SessionHash = [u8; 32];

/// A session that nobody used for so long is over.
const IDLE: Duration = Duration::minutes(30);
/// That it is used is written down so often at the most: a look at a page need not wait for the disk.
const NOTED: Duration = Duration::MINUTE;

/// A session in the words of the data base. Times are seconds since 1970-01-01 UTC.
#[derive(FromRow)]
pub(crate) struct Session {
    pub(crate) began_at: i64,
    pub(crate) used_at: i64,
    /// Where it began.
    pub(crate) network: String,
    /// By this its member ends it; it opens nothing.
    pub(crate) handle: String,
}

/// The handle of a session: the first 64 bits of the hash, in hexadecimal.
pub(crate) fn handle(id: &SessionHash) -> String {
    hex::encode_upper(&id[..8])
}

impl Store {
    /// Keeps a session that begins now, and forgets those that are over. False where it began with a password
    /// (this is what was kept of it) that is not the member's any more.
    pub(crate) async fn add_session(
        &self,
        id: &SessionHash,
        member: i64,
        network: &Network,
        [now, expires]: [OffsetDateTime; 2],
        password_hash: Option<&str>,
    ) -> Result<bool, StoreError> {
        let mut all = self.writing().await?;
        sqlx::query("DELETE FROM session WHERE expires_at <= ?")
            .bind(now.unix_timestamp())
            .execute(&mut *all)
            .await?;
        let begun = sqlx::query(
            "INSERT INTO session (id_hash, member_id, expires_at, began_at, used_at, network) \
             SELECT ?, id, ?, ?, ?, ? FROM member \
             WHERE id = ? AND (?7 IS NULL OR password_hash = ?7)",
        )
        .bind(id.as_slice())
        .bind(expires.unix_timestamp())
        .bind(now.unix_timestamp())
        .bind(now.unix_timestamp())
        .bind(network.as_str())
        .bind(member)
        .bind(password_hash)
        .execute(&mut *all)
        .await?;
        all.commit().await?;
        Ok(begun.rows_affected() == 1)
    }

    /// Whose session it is and when it began, if it is one and not over. It is used by this.
    pub(crate) async fn session_member(
        &self,
        id: &SessionHash,
        now: OffsetDateTime,
    ) -> Result<Option<(i64, OffsetDateTime)>, StoreError> {
        let row = sqlx::query_as(
            "SELECT member_id, began_at, used_at FROM session \
             JOIN member ON member.id = member_id \
             WHERE id_hash = ? AND expires_at > ? AND used_at > ? AND stopped_at IS NULL",
        );
        let idle_since = (now - IDLE).unix_timestamp();
        let row = row.bind(id.as_slice()).bind(now.unix_timestamp()).bind(idle_since);
        let found: Option<(i64, i64, i64)> = row.fetch_optional(&self.pool).await?;
        let Some((member, began_at, used_at)) = found else {
            return Ok(None);
        };
        if used_at <= (now - NOTED).unix_timestamp() {
            let used = sqlx::query("UPDATE session SET used_at = ? WHERE id_hash = ?");
            used.bind(now.unix_timestamp()).bind(id.as_slice()).execute(&self.pool).await?;
        }
        Ok(Some((member, OffsetDateTime::from_unix_timestamp(began_at)?)))
    }

    /// The sessions of the member that are not over, the newest first.
    pub(crate) async fn sessions(
        &self,
        member: i64,
        now: OffsetDateTime,
    ) -> Result<Vec<Session>, StoreError> {
        let all = sqlx::query_as(
            "SELECT began_at, used_at, network, hex(substr(id_hash, 1, 8)) AS handle FROM session \
             WHERE member_id = ? AND expires_at > ? AND used_at > ? ORDER BY began_at DESC",
        );
        let idle_since = (now - IDLE).unix_timestamp();
        let all = all.bind(member).bind(now.unix_timestamp()).bind(idle_since);
        Ok(all.fetch_all(&self.pool).await?)
    }

    /// Ends a session.
    pub(crate) async fn remove_session(&self, id: &SessionHash) -> Result<(), StoreError> {
        let gone = sqlx::query("DELETE FROM session WHERE id_hash = ?").bind(id.as_slice());
        gone.execute(&self.pool).await?;
        Ok(())
    }

    /// Ends the member's session with this handle; one that is over, or another member's, is left alone.
    pub(crate) async fn remove_own_session(
        &self,
        member: i64,
        handle: &str,
        entry: &Entry<'_>,
    ) -> Result<(), StoreError> {
        let mut all = self.writing().await?;
        let gone = sqlx::query(
            "DELETE FROM session WHERE member_id = ? AND hex(substr(id_hash, 1, 8)) = ?",
        );
        let gone = gone.bind(member).bind(handle).execute(&mut *all).await?;
        if gone.rows_affected() > 0 {
            super::deeds::add(&mut all, &self.vault, entry).await?;
        }
        Ok(all.commit().await?)
    }

    /// Ends all sessions of the member.
    pub(crate) async fn remove_sessions(
        &self,
        member: i64,
        entry: &Entry<'_>,
    ) -> Result<(), StoreError> {
        let mut all = self.writing().await?;
        let ended = sqlx::query("DELETE FROM session WHERE member_id = ?");
        ended.bind(member).execute(&mut *all).await?;
        super::deeds::add(&mut all, &self.vault, entry).await?;
        Ok(all.commit().await?)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::{NewMember, deed::What, store::tests::store};
    use time::macros::datetime;

    const NOW: OffsetDateTime = datetime!(2026-11-21 08:00 UTC);

    #[tokio::test]
    async fn no_session_begins_with_a_password_that_was_changed_meanwhile() {
        let (_folder, store) = store().await;
        let new = NewMember { account: "ming@example.tw", name: "王曉明", password_hash: "old" };
        let member = store.add_member(new, NOW).await.unwrap();
        let network = Network::default();
        let begin = async |id: u8, hash| {
            let times = [NOW, NOW + Duration::HOUR];
            store.add_session(&[id; 32], member, &network, times, hash).await.unwrap()
        };
        assert!(begin(1, Some("old")).await);
        let entry = Entry::by_the_operator(What::PASSWORD_CHANGED, member, &network, NOW);
        assert!(store.change_password(member, ["old", "new"], &entry).await.unwrap());
        assert!(!begin(2, Some("old")).await, "who compared it before the change");
        assert!(!store.change_password(member, ["old", "theirs"], &entry).await.unwrap());
        assert!(store.session_member(&[1; 32], NOW).await.unwrap().is_none());
        assert!(begin(3, Some("new")).await && begin(4, None).await);
    }
}
