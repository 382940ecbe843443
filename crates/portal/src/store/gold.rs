//! Who is gold, by which certificate: one stands for one member.
//!
//! Refuses to compare national IDs: what a member typed is not proved (see `gold::person`).

use time::OffsetDateTime;

use super::{Store, StoreError};

/// The proof that makes a member gold.
pub(crate) struct Grant<'a> {
    pub(crate) member: i64,
    /// SHA-256 of the card's certificate.
    pub(crate) certificate_fingerprint: [u8; 32],
    pub(crate) certificate_expires: OffsetDateTime,
    /// HMAC of the national ID the member typed.
    pub(crate) unverified_national_id_mac: &'a [u8],
    /// Its last four, which the certificate has too.
    pub(crate) national_id_tail: &'a str,
}

/// Why a proof makes nobody gold.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum GrantRefusal {
    AlreadyGold,
    CardTaken,
}

impl Store {
    /// Makes a member gold, unless somebody is already by this card.
    pub(crate) async fn grant_gold(
        &self,
        grant: &Grant<'_>,
        now: OffsetDateTime,
    ) -> Result<Result<(), GrantRefusal>, StoreError> {
        let kept = sqlx::query(
            "INSERT INTO gold (member_id, certificate_fingerprint, certificate_expires_at, \
             unverified_national_id_mac, national_id_tail, granted_at) VALUES (?, ?, ?, ?, ?, ?) \
             ON CONFLICT DO NOTHING",
        )
        .bind(grant.member)
        .bind(grant.certificate_fingerprint.as_slice())
        .bind(grant.certificate_expires.unix_timestamp())
        .bind(grant.unverified_national_id_mac)
        .bind(grant.national_id_tail)
        .bind(now.unix_timestamp())
        .execute(&self.pool)
        .await?;
        if kept.rows_affected() == 1 {
            return Ok(Ok(()));
        }
        let own = sqlx::query("SELECT 1 FROM gold WHERE member_id = ?").bind(grant.member);
        let own = own.fetch_optional(&self.pool).await?;
        Ok(Err(own.map_or(GrantRefusal::CardTaken, |_| GrantRefusal::AlreadyGold)))
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
