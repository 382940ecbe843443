//! Who is gold, by which certificate: one stands for one member. So does a national ID that was
//! verified; one that was not is compared with nobody's (see `gold::person`).

use sqlx::SqliteConnection;
use time::OffsetDateTime;

use super::{Store, StoreError, cases, deeds};
use crate::deed::Entry;

/// The proof that makes a member gold.
pub(crate) struct Grant<'a> {
    pub(crate) member: i64,
    /// SHA-256 of the card's certificate.
    pub(crate) certificate_fingerprint: [u8; 32],
    pub(crate) certificate_expires: OffsetDateTime,
    /// HMAC of the national ID the member typed.
    pub(crate) national_id_mac: &'a [u8],
    /// Its last four, which the certificate has too.
    pub(crate) national_id_tail: &'a str,
    /// Whether somebody was asked whose the number is, and said that it is the cardholder's.
    pub(crate) id_verified: bool,
}

/// Why a proof makes nobody gold.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum GrantRefusal {
    AlreadyGold,
    /// There is no gold to bind to another card.
    NotGold,
    /// The number is another one than the member is gold with.
    OtherId,
    /// Of another member; the case has this number.
    Taken(Taken, i64),
}

/// What another member is gold by.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Taken {
    Card,
    Id,
}

impl Store {
    /// Makes a member gold, with the entry that says so, unless another is already by this card or this
    /// number. Then a case is opened for the clerk, all in one transaction.
    pub(crate) async fn grant_gold(
        &self,
        grant: &Grant<'_>,
        entry: &Entry<'_>,
    ) -> Result<Result<(), GrantRefusal>, StoreError> {
        let mut all = self.writing().await?;
        let own = sqlx::query("SELECT 1 FROM gold WHERE member_id = ?").bind(grant.member);
        if own.fetch_optional(&mut *all).await?.is_some() {
            return Ok(Err(GrantRefusal::AlreadyGold));
        }
        let refusal = self.write(&mut all, grant, entry).await?;
        all.commit().await?;
        Ok(refusal)
    }

    /// Binds a gold member to another card of theirs: the number has to be the one they are gold with.
    pub(crate) async fn renew_gold(
        &self,
        grant: &Grant<'_>,
        entry: &Entry<'_>,
    ) -> Result<Result<(), GrantRefusal>, StoreError> {
        let mut all = self.writing().await?;
        let own = sqlx::query_scalar("SELECT national_id_mac FROM gold WHERE member_id = ?");
        let own: Option<Vec<u8>> = own.bind(grant.member).fetch_optional(&mut *all).await?;
        match own {
            None => return Ok(Err(GrantRefusal::NotGold)),
            Some(mac) if mac != grant.national_id_mac => return Ok(Err(GrantRefusal::OtherId)),
            Some(_) => {}
        }
        let refusal = self.write(&mut all, grant, entry).await?;
        all.commit().await?;
        Ok(refusal)
    }

    async fn write(
        &self,
        all: &mut SqliteConnection,
        grant: &Grant<'_>,
        entry: &Entry<'_>,
    ) -> Result<Result<(), GrantRefusal>, StoreError> {
        if let Some((holder, taken)) = holder(all, grant).await? {
            let case = cases::open(all, grant, holder, taken, entry.now).await?;
            return Ok(Err(GrantRefusal::Taken(taken, case)));
        }
        sqlx::query(
            "INSERT INTO gold (member_id, certificate_fingerprint, certificate_expires_at, \
             national_id_mac, national_id_tail, id_verified, granted_at) \
             VALUES (?, ?, ?, ?, ?, ?, ?) ON CONFLICT (member_id) DO UPDATE SET \
             certificate_fingerprint = excluded.certificate_fingerprint, \
             certificate_expires_at = excluded.certificate_expires_at, \
             id_verified = max(id_verified, excluded.id_verified)",
        )
        .bind(grant.member)
        .bind(grant.certificate_fingerprint.as_slice())
        .bind(grant.certificate_expires.unix_timestamp())
        .bind(grant.national_id_mac)
        .bind(grant.national_id_tail)
        .bind(grant.id_verified)
        .bind(entry.now.unix_timestamp())
        .execute(&mut *all)
        .await?;
        cases::settle(all, grant.member, entry.now).await?;
        deeds::add(all, &self.vault, entry).await?;
        Ok(Ok(()))
    }

    /// The member who is gold by this card.
    pub(crate) async fn member_of_card(
        &self,
        certificate_fingerprint: &[u8; 32],
    ) -> Result<Option<i64>, StoreError> {
        let found =
            sqlx::query_scalar("SELECT member_id FROM gold WHERE certificate_fingerprint = ?");
        Ok(found.bind(certificate_fingerprint.as_slice()).fetch_optional(&self.pool).await?)
    }

    /// Until when the certificate holds by which this member is gold.
    pub(crate) async fn certificate_expiry(
        &self,
        member: i64,
    ) -> Result<Option<OffsetDateTime>, StoreError> {
        let kept =
            sqlx::query_scalar("SELECT certificate_expires_at FROM gold WHERE member_id = ?");
        let kept: Option<i64> = kept.bind(member).fetch_optional(&self.pool).await?;
        Ok(kept.map(OffsetDateTime::from_unix_timestamp).transpose()?)
    }

    /// Whether anybody is gold.
    pub(crate) async fn has_gold(&self) -> Result<bool, StoreError> {
        let any = sqlx::query("SELECT 1 FROM gold LIMIT 1").fetch_optional(&self.pool).await?;
        Ok(any.is_some())
    }

    /// The check value of the key under which the national IDs are kept, once there was one.
    pub(crate) async fn key_check_value(&self) -> Result<Option<Vec<u8>>, StoreError> {
        let kept = sqlx::query_scalar("SELECT check_value FROM national_id_key WHERE id = 1");
        Ok(kept.fetch_optional(&self.pool).await?)
    }

    /// Keeps the check value of a new key.
    pub(crate) async fn keep_key_check_value(&self, value: &[u8]) -> Result<(), StoreError> {
        sqlx::query("INSERT OR REPLACE INTO national_id_key (id, check_value) VALUES (1, ?)")
            .bind(value)
            .execute(&self.pool)
            .await?;
        Ok(())
    }
}

/// Another member who is gold by this card, or by this number where it is verified.
async fn holder(
    all: &mut SqliteConnection,
    grant: &Grant<'_>,
) -> Result<Option<(i64, Taken)>, StoreError> {
    let by_card = "SELECT member_id FROM gold WHERE certificate_fingerprint = ? AND member_id <> ?";
    let found = sqlx::query_scalar(by_card)
        .bind(grant.certificate_fingerprint.as_slice())
        .bind(grant.member)
        .fetch_optional(&mut *all)
        .await?;
    if let Some(member) = found {
        return Ok(Some((member, Taken::Card)));
    }
    if !grant.id_verified {
        return Ok(None);
    }
    let by_id = "SELECT member_id FROM gold WHERE national_id_mac = ? AND id_verified = 1 AND member_id <> ?";
    let found = sqlx::query_scalar(by_id).bind(grant.national_id_mac).bind(grant.member);
    Ok(found.fetch_optional(all).await?.map(|member| (member, Taken::Id)))
}
