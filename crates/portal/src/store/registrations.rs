//! People on their way to an account: what they accepted, the code they were sent, and whether they
//! knew it.

use sqlx::{FromRow, SqliteConnection};
use time::{Duration, OffsetDateTime};

use super::{NewMember, SessionHash, Store, StoreError, deeds};
use crate::{
    deed::Entry,
    vault::{Column, Vault},
};

pub(super) const ACCOUNT: Column = Column("registration.account");

/// So many tries at a code, right or wrong.
pub(crate) const CODE_TRIES: i64 = 5;
/// Somebody who began has so long for all of it.
const LIFETIME: Duration = Duration::hours(1);

/// Of those who asked for no code yet so many are kept, the newest: to begin costs nothing.
const BEGINNERS: i64 = 20_000;

/// How far somebody is.
pub(crate) struct Registration {
    /// The account the code went to, and whether the code was known.
    pub(crate) account: Option<String>,
    pub(crate) is_verified: bool,
    pub(crate) aim: Aim,
}

#[derive(FromRow)]
struct Row {
    account_sealed: Option<Vec<u8>>,
    verified: bool,
    member_id: Option<i64>,
    aim: String,
}

/// What the code is for.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Aim {
    /// A new member.
    Join,
    /// Another account for the member with this number.
    Change(i64),
    /// Another password for whoever has the account.
    Password,
}

impl Aim {
    fn name(self) -> &'static str {
        match self {
            Self::Join => "join",
            Self::Change(_) => "change",
            Self::Password => "password",
        }
    }

    /// Whose way it is, where it is a member's.
    fn member(self) -> Option<i64> {
        match self {
            Self::Change(member) => Some(member),
            Self::Join | Self::Password => None,
        }
    }

    /// Whether a code goes to whoever has the account. Otherwise it goes to who has none yet.
    pub(crate) fn is_for_owner(self) -> bool {
        self == Self::Password
    }
}

impl Store {
    /// Somebody has accepted the notice. Who begins again begins at the beginning.
    pub(crate) async fn begin_registration(
        &self,
        id: &SessionHash,
        notice_version: &str,
        now: OffsetDateTime,
    ) -> Result<(), StoreError> {
        self.set_out(id, notice_version, Aim::Join, now).await
    }

    /// Somebody wants a code for something else, for which no notice is accepted.
    pub(crate) async fn begin(
        &self,
        id: &SessionHash,
        aim: Aim,
        now: OffsetDateTime,
    ) -> Result<(), StoreError> {
        self.set_out(id, "", aim, now).await
    }

    async fn set_out(
        &self,
        id: &SessionHash,
        notice_version: &str,
        aim: Aim,
        now: OffsetDateTime,
    ) -> Result<(), StoreError> {
        let at = now.unix_timestamp();
        let mut all = self.writing().await?;
        sqlx::query("DELETE FROM registration WHERE expires_at <= ? OR id_hash = ?")
            .bind(at)
            .bind(id.as_slice())
            .execute(&mut *all)
            .await?;
        sqlx::query(
            "INSERT INTO registration \
             (id_hash, notice_version, accepted_at, expires_at, member_id, aim) \
             VALUES (?, ?, ?, ?, ?, ?)",
        )
        .bind(id.as_slice())
        .bind(notice_version)
        .bind(at)
        .bind((now + LIFETIME).unix_timestamp())
        .bind(aim.member())
        .bind(aim.name())
        .execute(&mut *all)
        .await?;
        sqlx::query(
            "DELETE FROM registration WHERE rowid IN (SELECT rowid FROM registration \
             WHERE account_mac IS NULL ORDER BY accepted_at DESC, rowid DESC LIMIT -1 OFFSET ?)",
        )
        .bind(BEGINNERS)
        .execute(&mut *all)
        .await?;
        Ok(all.commit().await?)
    }

    /// How far this one is, if it is not over.
    pub(crate) async fn registration(
        &self,
        id: &SessionHash,
        now: OffsetDateTime,
    ) -> Result<Option<Registration>, StoreError> {
        let row: Option<Row> = sqlx::query_as(
            "SELECT account_sealed, verified, member_id, aim FROM registration \
             WHERE id_hash = ? AND expires_at > ?",
        )
        .bind(id.as_slice())
        .bind(now.unix_timestamp())
        .fetch_optional(&self.pool)
        .await?;
        let Some(Row { account_sealed, verified, member_id, aim }) = row else {
            return Ok(None);
        };
        let open = |sealed: Vec<u8>| self.vault.open(ACCOUNT, id, &sealed);
        let account = account_sealed.map(open).transpose()?;
        let aim = match (aim.as_str(), member_id) {
            (_, Some(member)) => Aim::Change(member),
            ("password", None) => Aim::Password,
            (_, None) => Aim::Join,
        };
        Ok(Some(Registration { account, is_verified: verified, aim }))
    }

    /// Takes one of the tries at the code, and returns what is kept of it; none where there is no
    /// code, no try left, or no time.
    pub(crate) async fn take_code_try(
        &self,
        id: &SessionHash,
        now: OffsetDateTime,
    ) -> Result<Option<Vec<u8>>, StoreError> {
        let kept = sqlx::query_scalar(
            "UPDATE registration SET code_tries = code_tries + 1 WHERE id_hash = ? \
             AND code_mac IS NOT NULL AND code_tries < ? AND code_expires_at > ? \
             RETURNING code_mac",
        );
        let kept = kept.bind(id.as_slice()).bind(CODE_TRIES).bind(now.unix_timestamp());
        Ok(kept.fetch_optional(&self.pool).await?)
    }

    /// The code was known, which is the end of it. False where another has taken its place since.
    pub(crate) async fn accept_code(
        &self,
        id: &SessionHash,
        code_mac: &[u8],
    ) -> Result<bool, StoreError> {
        let accepted = sqlx::query(
            "UPDATE registration SET verified = 1, code_mac = NULL \
             WHERE id_hash = ? AND code_mac = ?",
        );
        let accepted = accepted.bind(id.as_slice()).bind(code_mac).execute(&self.pool).await?;
        Ok(accepted.rows_affected() == 1)
    }

    /// Makes a member of somebody whose code was known, with what they accepted, all or nothing:
    /// the registration is used up by the same transaction.
    ///
    /// # Errors
    /// [`StoreError::AccountTaken`] where the account has found an owner since.
    pub(crate) async fn complete_registration(
        &self,
        id: &SessionHash,
        name: &str,
        password_hash: &str,
        entry: &Entry<'_>,
    ) -> Result<Option<i64>, StoreError> {
        let now = entry.now;
        let mut transaction = self.writing().await?;
        let ended = end(&mut transaction, &self.vault, id, Aim::Join, now).await?;
        let Some(Ended { account, notice_version, accepted_at }) = ended else {
            return Ok(None);
        };
        let member = NewMember { account: &account, name, password_hash };
        let member = super::members::insert(&mut transaction, &self.vault, &member, now).await?;
        sqlx::query(
            "INSERT INTO consent (member_id, notice_version, accepted_at) VALUES (?, ?, ?)",
        )
        .bind(member)
        .bind(notice_version)
        .bind(accepted_at)
        .execute(&mut *transaction)
        .await?;
        let entry = Entry { member: Some(member), ..*entry };
        deeds::add(&mut transaction, &self.vault, &entry).await?;
        transaction.commit().await?;
        Ok(Some(member))
    }
}

/// What somebody had come to whose way is at its end.
pub(super) struct Ended {
    pub(super) account: String,
    notice_version: String,
    accepted_at: i64,
}

/// Uses up the way of somebody whose code was known; none where it is no such way, or leads elsewhere.
pub(super) async fn end(
    all: &mut SqliteConnection,
    vault: &Vault,
    id: &SessionHash,
    aim: Aim,
    now: OffsetDateTime,
) -> Result<Option<Ended>, StoreError> {
    let used: Option<(Vec<u8>, String, i64)> = sqlx::query_as(
        "DELETE FROM registration WHERE id_hash = ? AND verified = 1 AND expires_at > ? \
         AND aim = ? AND member_id IS ? RETURNING account_sealed, notice_version, accepted_at",
    )
    .bind(id.as_slice())
    .bind(now.unix_timestamp())
    .bind(aim.name())
    .bind(aim.member())
    .fetch_optional(all)
    .await?;
    let Some((sealed, notice_version, accepted_at)) = used else {
        return Ok(None);
    };
    let account = vault.open(ACCOUNT, id, &sealed)?;
    Ok(Some(Ended { account, notice_version, accepted_at }))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::store::tests::store;
    use time::macros::datetime;

    const NOW: OffsetDateTime = datetime!(2026-11-21 08:00 UTC);

    #[tokio::test]
    async fn however_many_begin_there_is_an_end_and_who_has_a_code_stays() {
        let (_folder, store) = store().await;
        let [coded, old, new] = [[1; 32], [2; 32], [3; 32]];
        for id in [coded, old] {
            store.begin_registration(&id, "1", NOW - Duration::MINUTE).await.unwrap();
        }
        let asked = sqlx::query("UPDATE registration SET account_mac = 'x' WHERE id_hash = ?");
        asked.bind(coded.as_slice()).execute(&store.pool).await.unwrap();
        sqlx::query(
            "WITH RECURSIVE n(n) AS (SELECT 1 UNION ALL SELECT n + 1 FROM n WHERE n < ?) INSERT INTO \
             registration (id_hash, notice_version, accepted_at, expires_at) \
             SELECT randomblob(32), '1', ?, ? FROM n",
        )
        .bind(BEGINNERS - 1)
        .bind(NOW.unix_timestamp())
        .bind((NOW + LIFETIME).unix_timestamp())
        .execute(&store.pool)
        .await
        .unwrap();
        let is_there = async |id| store.registration(&id, NOW).await.unwrap().is_some();
        assert!(is_there(old).await);
        store.begin_registration(&new, "1", NOW).await.unwrap();
        assert_eq!(
            (is_there(coded).await, is_there(old).await, is_there(new).await),
            (true, false, true)
        );
        let left = sqlx::query_scalar::<_, i64>("SELECT count(*) FROM registration");
        assert_eq!(left.fetch_one(&store.pool).await.unwrap(), BEGINNERS + 1);
    }
}
