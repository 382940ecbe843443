//! Cases for the clerk: somebody proved a card or a number by which another member is gold already.

use sqlx::SqliteConnection;
use time::OffsetDateTime;

use super::{Grant, Store, StoreError, Taken, deeds};
use crate::deed::{Entry, Network, What};

/// So many are shown, the oldest open ones first.
const SHOWN: i64 = 100;

/// A case, as the clerk sees it.
pub(crate) struct Case {
    pub(crate) id: i64,
    /// Who was refused.
    pub(crate) member: i64,
    /// Who is gold by it; none where that account has gone.
    pub(crate) holder: Option<i64>,
    pub(crate) taken: Taken,
    pub(crate) national_id_tail: String,
    pub(crate) opened: OffsetDateTime,
}

/// The newest case of a member, as they see it.
pub(crate) struct OwnCase {
    pub(crate) id: i64,
    pub(crate) decision: Option<Decision>,
}

/// A case as the member's copy has it. Times are seconds since 1970-01-01 UTC.
#[derive(sqlx::FromRow)]
pub(crate) struct KeptCase {
    pub(crate) id: i64,
    pub(crate) reason: String,
    pub(crate) national_id_tail: String,
    pub(crate) opened_at: i64,
    pub(crate) decision: Option<String>,
    pub(crate) decided_at: Option<i64>,
}

/// What came of a decision.
#[derive(Debug, PartialEq, Eq)]
pub(crate) enum Decided {
    /// The case was open no more, or the clerk is one of the two.
    No,
    /// It is done; this is who is gold no more, if somebody is.
    Yes(Option<i64>),
}

/// What came of a case.
#[derive(Debug, Clone, Copy, PartialEq, Eq, serde::Deserialize)]
#[serde(rename_all = "kebab-case")]
pub(crate) enum Decision {
    /// Card and number were taken from the holder: the member may prove them again.
    Freed,
    /// Everything stays as it is.
    Kept,
}

impl Decision {
    pub(crate) fn tag(self) -> &'static str {
        match self {
            Self::Freed => "freed",
            Self::Kept => "kept",
        }
    }
}

impl Taken {
    fn tag(self) -> &'static str {
        match self {
            Self::Card => "card-taken",
            Self::Id => "id-taken",
        }
    }
}

/// Opens a case; returns its number. Where one is open about the same holder, card and number it is that one; one
/// about others is at its end, so that nobody decides what they did not see.
pub(super) async fn open(
    all: &mut SqliteConnection,
    grant: &Grant<'_>,
    holder: i64,
    taken: Taken,
    now: OffsetDateTime,
) -> Result<i64, StoreError> {
    sqlx::query(
        "UPDATE clerk_case SET decision = 'settled', decided_at = ? WHERE member_id = ? AND decision IS NULL \
         AND (holder_id IS NOT ? OR reason <> ? OR certificate_fingerprint <> ? OR national_id_mac <> ?)",
    )
    .bind(now.unix_timestamp())
    .bind(grant.member)
    .bind(holder)
    .bind(taken.tag())
    .bind(grant.certificate_fingerprint.as_slice())
    .bind(grant.national_id_mac)
    .execute(&mut *all)
    .await?;
    let case = sqlx::query_scalar(
        "INSERT INTO clerk_case (member_id, holder_id, reason, certificate_fingerprint, \
         national_id_mac, national_id_tail, opened_at) VALUES (?, ?, ?, ?, ?, ?, ?) \
         ON CONFLICT (member_id) WHERE decision IS NULL DO UPDATE SET reason = reason RETURNING id",
    )
    .bind(grant.member)
    .bind(holder)
    .bind(taken.tag())
    .bind(grant.certificate_fingerprint.as_slice())
    .bind(grant.national_id_mac)
    .bind(grant.national_id_tail)
    .bind(now.unix_timestamp())
    .fetch_one(all)
    .await?;
    Ok(case)
}

/// The member is gold without anybody's decision: the other account went, or gave the card up.
pub(super) async fn settle(
    all: &mut SqliteConnection,
    member: i64,
    now: OffsetDateTime,
) -> Result<(), StoreError> {
    sqlx::query(
        "UPDATE clerk_case SET decision = 'settled', decided_at = ? \
         WHERE member_id = ? AND decision IS NULL",
    )
    .bind(now.unix_timestamp())
    .bind(member)
    .execute(all)
    .await?;
    Ok(())
}

impl Store {
    /// The open cases, the oldest first.
    pub(crate) async fn open_cases(&self) -> Result<Vec<Case>, StoreError> {
        type Row = (i64, i64, Option<i64>, String, String, i64);
        let rows: Vec<Row> = sqlx::query_as(
            "SELECT id, member_id, holder_id, reason, national_id_tail, opened_at \
             FROM clerk_case WHERE decision IS NULL ORDER BY id LIMIT ?",
        )
        .bind(SHOWN)
        .fetch_all(&self.pool)
        .await?;
        let read = |(id, member, holder, reason, national_id_tail, opened_at): Row| {
            let taken = if reason == Taken::Id.tag() { Taken::Id } else { Taken::Card };
            let opened = OffsetDateTime::from_unix_timestamp(opened_at)?;
            Ok(Case { id, member, holder, taken, national_id_tail, opened })
        };
        rows.into_iter().map(read).collect()
    }

    /// The newest case of this member that a clerk has or had to decide.
    pub(crate) async fn case_of(&self, member: i64) -> Result<Option<OwnCase>, StoreError> {
        let row: Option<(i64, Option<String>)> = sqlx::query_as(
            "SELECT id, decision FROM clerk_case WHERE member_id = ? \
             AND decision IS NOT 'settled' ORDER BY id DESC LIMIT 1",
        )
        .bind(member)
        .fetch_optional(&self.pool)
        .await?;
        Ok(row.map(|(id, decision)| {
            let both = [Decision::Freed, Decision::Kept];
            let decision = both.into_iter().find(|one| decision.as_deref() == Some(one.tag()));
            OwnCase { id, decision }
        }))
    }

    /// All of this member's.
    pub(crate) async fn cases_of(&self, member: i64) -> Result<Vec<KeptCase>, StoreError> {
        let cases = sqlx::query_as(
            "SELECT id, reason, national_id_tail, opened_at, decision, decided_at FROM clerk_case \
             WHERE member_id = ? ORDER BY id",
        );
        Ok(cases.bind(member).fetch_all(&self.pool).await?)
    }

    /// Decides an open case.
    ///
    /// What is freed is only what the case is about: a holder who is gold by another card since stays gold.
    pub(crate) async fn decide_case(
        &self,
        case: i64,
        decision: Decision,
        clerk: i64,
        entry: &Entry<'_>,
    ) -> Result<Decided, StoreError> {
        let mut all = self.writing().await?;
        let decided = sqlx::query(
            "UPDATE clerk_case SET decision = ?, decided_at = ?, decided_by = ? WHERE id = ? \
             AND decision IS NULL AND member_id <> ? AND holder_id IS NOT ?",
        )
        .bind(decision.tag())
        .bind(entry.now.unix_timestamp())
        .bind(clerk)
        .bind(case)
        .bind(clerk)
        .bind(clerk)
        .execute(&mut *all)
        .await?;
        if decided.rows_affected() != 1 {
            return Ok(Decided::No);
        }
        let mut freed = None;
        if decision == Decision::Freed {
            freed = sqlx::query_scalar(
                "DELETE FROM gold WHERE rowid IN (SELECT gold.rowid FROM gold JOIN clerk_case \
                 ON gold.member_id = clerk_case.holder_id WHERE clerk_case.id = ? AND \
                 (gold.certificate_fingerprint = clerk_case.certificate_fingerprint OR \
                 (gold.id_verified = 1 AND gold.national_id_mac = clerk_case.national_id_mac))) \
                 RETURNING member_id",
            )
            .bind(case)
            .fetch_optional(&mut *all)
            .await?;
        }
        deeds::add(&mut all, &self.vault, entry).await?;
        if let Some(holder) = freed {
            // The holder was nowhere: the network is the clerk's, and stands in the clerk's line.
            let (what, network) = (What::GOLD_FREED, &Network::default());
            let of_holder = Entry { what, member: Some(holder), network, ..*entry };
            deeds::add(&mut all, &self.vault, &of_holder).await?;
        }
        all.commit().await?;
        Ok(Decided::Yes(freed))
    }
}
