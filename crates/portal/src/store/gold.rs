//! Who is gold, by which card. One card stands for one member, and so does one national ID.

use time::OffsetDateTime;

use super::{Store, StoreError};

/// The proof that makes a member gold.
pub(crate) struct Grant<'a> {
    pub(crate) member: i64,
    /// SHA-256 of the card's certificate.
    pub(crate) certificate_fingerprint: [u8; 32],
    pub(crate) certificate_expires: OffsetDateTime,
    /// HMAC of the national ID.
    pub(crate) national_id_mac: &'a [u8],
    /// Its last four.
    pub(crate) national_id_tail: &'a str,
}

/// Why a proof makes nobody gold.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum GrantRefusal {
    AlreadyGold,
    CardTaken,
    NationalIdTaken,
}

impl Store {
    /// Makes a member gold, unless somebody is already by this card or ID.
    pub(crate) async fn grant_gold(
        &self,
        grant: &Grant<'_>,
        now: OffsetDateTime,
    ) -> Result<Result<(), GrantRefusal>, StoreError> {
        let kept = sqlx::query(
            "INSERT INTO gold (member_id, certificate_fingerprint, certificate_expires_at, \
             national_id_mac, national_id_tail, granted_at) VALUES (?, ?, ?, ?, ?, ?) \
             ON CONFLICT DO NOTHING",
        )
        .bind(grant.member)
        .bind(grant.certificate_fingerprint.as_slice())
        .bind(grant.certificate_expires.unix_timestamp())
        .bind(grant.national_id_mac)
        .bind(grant.national_id_tail)
        .bind(now.unix_timestamp())
        .execute(&self.pool)
        .await?;
        if kept.rows_affected() == 1 {
            return Ok(Ok(()));
        }
        let (own, card): (i64, i64) = sqlx::query_as(
            "SELECT COALESCE(MAX(member_id = ?), 0), COALESCE(MAX(certificate_fingerprint = ?), 0) \
             FROM gold WHERE member_id = ? OR certificate_fingerprint = ? OR national_id_mac = ?",
        )
        .bind(grant.member)
        .bind(grant.certificate_fingerprint.as_slice())
        .bind(grant.member)
        .bind(grant.certificate_fingerprint.as_slice())
        .bind(grant.national_id_mac)
        .fetch_one(&self.pool)
        .await?;
        Ok(Err(match (own, card) {
            (1, _) => GrantRefusal::AlreadyGold,
            (_, 1) => GrantRefusal::CardTaken,
            (_, _) => GrantRefusal::NationalIdTaken,
        }))
    }
}
