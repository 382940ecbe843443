//! Members: who may sign in. Account and name are sealed, and the account is found by its keyed hash.

use openssl::rand::rand_bytes;
use sqlx::SqliteConnection;
use time::OffsetDateTime;

use super::{Store, StoreError, deeds};
use crate::{
    deed::Entry,
    vault::{Column, Vault},
};

pub(super) const ACCOUNT: Column = Column("member.account");
pub(super) const NAME: Column = Column("member.name");

/// A member, as far as pages show one.
#[derive(Clone)]
pub struct Member {
    /// The portal's own number.
    pub id: i64,
    /// With this the member signs in: an e-mail address or a mobile number.
    pub account: String,
    /// As in the civil register: the card has to say the same.
    pub name: String,
    /// Since when the member is gold (金質會員), if so.
    pub gold_since: Option<OffsetDateTime>,
}

/// A member to be made.
pub struct NewMember<'a> {
    /// With this the member will sign in: an e-mail address, of which capitals make no
    /// difference, or a mobile number of ten digits.
    pub account: &'a str,
    /// As in the civil register.
    pub name: &'a str,
    /// The Argon2id hash of the password, in PHC form.
    pub password_hash: &'a str,
}

impl Store {
    /// Makes a member.
    ///
    /// # Errors
    /// The account is taken, or SQLite refused.
    pub async fn add_member(
        &self,
        member: NewMember<'_>,
        now: OffsetDateTime,
    ) -> Result<i64, StoreError> {
        insert(&mut *self.pool.acquire().await?, &self.vault, &member, now).await
    }

    /// Number and password hash of the member with this account.
    pub(crate) async fn credentials(
        &self,
        account: &str,
    ) -> Result<Option<(i64, String)>, StoreError> {
        let row = sqlx::query_as("SELECT id, password_hash FROM member WHERE account_mac = ?");
        Ok(row.bind(self.vault.find(account)?).fetch_optional(&self.pool).await?)
    }

    /// The member with this number.
    ///
    /// # Errors
    /// SQLite refused, or what is kept was changed.
    pub async fn member(&self, id: i64) -> Result<Option<Member>, StoreError> {
        let row: Option<(Vec<u8>, Vec<u8>, Option<i64>)> = sqlx::query_as(
            "SELECT account_sealed, name_sealed, granted_at FROM member \
             LEFT JOIN gold ON gold.member_id = member.id WHERE member.id = ?",
        )
        .bind(id)
        .fetch_optional(&self.pool)
        .await?;
        let Some((account, name, granted_at)) = row else {
            return Ok(None);
        };
        let row = id.to_be_bytes();
        Ok(Some(Member {
            id,
            account: self.vault.open(ACCOUNT, &row, &account)?,
            name: self.vault.open(NAME, &row, &name)?,
            gold_since: granted_at.map(OffsetDateTime::from_unix_timestamp).transpose()?,
        }))
    }
}

impl Store {
    /// Version and time of each notice the member accepted.
    pub(crate) async fn consents(
        &self,
        member: i64,
    ) -> Result<Vec<(String, OffsetDateTime)>, StoreError> {
        let rows: Vec<(String, i64)> = sqlx::query_as(
            "SELECT notice_version, accepted_at FROM consent WHERE member_id = ? \
             ORDER BY accepted_at",
        )
        .bind(member)
        .fetch_all(&self.pool)
        .await?;
        let read = |(version, at)| Ok((version, OffsetDateTime::from_unix_timestamp(at)?));
        rows.into_iter().map(read).collect()
    }

    /// Deletes a member and all that hangs on them: sessions, consents, gold, the challenges in
    /// these places, and what was sent.
    pub(crate) async fn remove_member(
        &self,
        id: i64,
        challenges: &[String],
        entry: &Entry<'_>,
    ) -> Result<(), StoreError> {
        let mut transaction = self.writing().await?;
        for statement in [
            "DELETE FROM outbox \
             WHERE account_mac = (SELECT account_mac FROM member WHERE id = ?)",
            "DELETE FROM registration \
             WHERE account_mac = (SELECT account_mac FROM member WHERE id = ?)",
            "DELETE FROM code_request \
             WHERE account_mac = (SELECT account_mac FROM member WHERE id = ?)",
            "DELETE FROM member WHERE id = ?",
        ] {
            sqlx::query(statement).bind(id).execute(&mut *transaction).await?;
        }
        for place in challenges {
            let gone = sqlx::query("DELETE FROM open_challenge WHERE place = ?").bind(place);
            gone.execute(&mut *transaction).await?;
        }
        deeds::add(&mut transaction, &self.vault, entry).await?;
        Ok(transaction.commit().await?)
    }
}

pub(super) async fn insert(
    connection: &mut SqliteConnection,
    vault: &Vault,
    member: &NewMember<'_>,
    now: OffsetDateTime,
) -> Result<i64, StoreError> {
    let id = random_number()?;
    let row = id.to_be_bytes();
    let added = sqlx::query(
        "INSERT INTO member (id, account_mac, account_sealed, name_sealed, password_hash, \
         created_at) VALUES (?, ?, ?, ?, ?, ?)",
    )
    .bind(id)
    .bind(vault.find(member.account)?)
    .bind(vault.seal(ACCOUNT, &row, member.account)?)
    .bind(vault.seal(NAME, &row, member.name)?)
    .bind(member.password_hash)
    .bind(now.unix_timestamp())
    .execute(connection)
    .await;
    match added {
        Ok(_) => Ok(id),
        Err(sqlx::Error::Database(error)) if error.is_unique_violation() => {
            Err(StoreError::AccountTaken)
        }
        Err(error) => Err(error.into()),
    }
}

/// Another account for the member.
pub(super) async fn change_account(
    connection: &mut SqliteConnection,
    vault: &Vault,
    id: i64,
    account: &str,
) -> Result<(), StoreError> {
    let changed = sqlx::query("UPDATE member SET account_mac = ?, account_sealed = ? WHERE id = ?")
        .bind(vault.find(account)?)
        .bind(vault.seal(ACCOUNT, &id.to_be_bytes(), account)?)
        .bind(id)
        .execute(connection)
        .await;
    match changed {
        Err(sqlx::Error::Database(error)) if error.is_unique_violation() => {
            Err(StoreError::AccountTaken)
        }
        other => other.map(|_| ()).map_err(StoreError::from),
    }
}

/// Seals what an older program kept of a member in the open.
pub(super) async fn seal(
    connection: &mut SqliteConnection,
    vault: &Vault,
    (id, account, name): &(i64, String, String),
) -> Result<(), StoreError> {
    let row = id.to_be_bytes();
    sqlx::query(
        "UPDATE member SET account_mac = ?, account_sealed = ?, name_sealed = ? WHERE id = ?",
    )
    .bind(vault.find(account)?)
    .bind(vault.seal(ACCOUNT, &row, account)?)
    .bind(vault.seal(NAME, &row, name)?)
    .bind(id)
    .execute(connection)
    .await?;
    Ok(())
}

/// 52 random bits: no number comes again when its member is gone, and every reader of JSON takes it whole.
fn random_number() -> Result<i64, StoreError> {
    let mut bytes = [0; 8];
    rand_bytes(&mut bytes)?;
    Ok(i64::from_be_bytes(bytes) & ((1 << 52) - 1))
}
