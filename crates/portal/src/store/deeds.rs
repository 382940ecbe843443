//! What happened, as a chain: each row has an HMAC over itself and the row before, under a key that is not
//! in the file. So nobody who has the file alone changes a row, takes one out of the middle or puts one in
//! unnoticed; that the last ones are missing cannot be seen.

use sqlx::{FromRow, SqliteConnection};
use time::OffsetDateTime;

use super::{Store, StoreError};
use crate::{
    deed::{Entry, Network, What},
    vault::Vault,
};

/// Before the first row.
const NOTHING: &[u8] = &[0; 32];
/// So many are read at once.
const PAGE: i64 = 1000;

/// Something that happened.
#[derive(Debug, Clone, PartialEq, Eq, FromRow)]
pub struct Deed {
    /// Counts up from 1.
    pub number: i64,
    /// Seconds since 1970-01-01 UTC.
    pub at: i64,
    /// What, by a name that stays the same.
    pub what: String,
    /// The member's number, where one is known.
    pub member: Option<i64>,
    /// The way, the code of a refusal, or empty.
    pub detail: String,
    /// The network, shortened; empty where it is not known.
    pub network: String,
    pub(super) chain: Vec<u8>,
}

impl Deed {
    /// HMAC of this row behind the one whose chain is given. Texts have their length before them.
    pub(super) fn link(&self, vault: &Vault, before: &[u8]) -> Result<Vec<u8>, StoreError> {
        let member = self.member.map_or(String::new(), |member| member.to_string());
        let mut row = before.to_vec();
        row.extend(self.number.to_be_bytes());
        row.extend(self.at.to_be_bytes());
        for text in [&self.what, &member, &self.detail, &self.network] {
            row.extend((text.len() as u64).to_be_bytes());
            row.extend(text.as_bytes());
        }
        Ok(vault.link(&row)?)
    }
}

/// Keeps what happened, and forgets what is too old. The transaction has to be one that writes from its
/// beginning on: nobody else may come between the row before and this one.
pub(super) async fn add(
    all: &mut SqliteConnection,
    vault: &Vault,
    entry: &Entry<'_>,
) -> Result<(), StoreError> {
    let last: Option<(i64, Vec<u8>)> =
        sqlx::query_as("SELECT number, chain FROM deed ORDER BY number DESC LIMIT 1")
            .fetch_optional(&mut *all)
            .await?;
    let (number, before) = last.unwrap_or((0, NOTHING.to_vec()));
    let mut deed = Deed {
        number: number + 1,
        at: entry.now.unix_timestamp(),
        what: entry.what.0.to_owned(),
        member: entry.member,
        detail: entry.detail.to_owned(),
        network: entry.network.as_str().to_owned(),
        chain: Vec::new(),
    };
    deed.chain = deed.link(vault, &before)?;
    sqlx::query(
        "INSERT INTO deed (number, at, what, member, detail, network, chain) \
         VALUES (?, ?, ?, ?, ?, ?, ?)",
    )
    .bind(deed.number)
    .bind(deed.at)
    .bind(deed.what)
    .bind(deed.member)
    .bind(deed.detail)
    .bind(deed.network)
    .bind(deed.chain)
    .execute(&mut *all)
    .await?;
    // Never the one just written: the chain goes on from it, whatever the clock says.
    let old = sqlx::query("DELETE FROM deed WHERE at < ? AND number < ?");
    old.bind(entry.oldest.unix_timestamp()).bind(number + 1).execute(all).await?;
    Ok(())
}

impl Store {
    /// Keeps something that happened and changed nothing else.
    pub(crate) async fn add_deed(&self, entry: &Entry<'_>) -> Result<(), StoreError> {
        let mut all = self.writing().await?;
        add(&mut all, &self.vault, entry).await?;
        Ok(all.commit().await?)
    }

    /// Whether this happened from this network since then.
    pub(crate) async fn was_kept(
        &self,
        what: What,
        network: &Network,
        since: OffsetDateTime,
    ) -> Result<bool, StoreError> {
        let kept = sqlx::query("SELECT 1 FROM deed WHERE at > ? AND what = ? AND network = ?");
        let kept = kept.bind(since.unix_timestamp()).bind(what.0).bind(network.as_str());
        Ok(kept.fetch_optional(&self.pool).await?.is_some())
    }

    /// How often this member did this since then.
    pub(crate) async fn times_kept(
        &self,
        what: What,
        member: i64,
        since: OffsetDateTime,
    ) -> Result<i64, StoreError> {
        let times = sqlx::query_scalar(
            "SELECT count(*) FROM deed WHERE member = ? AND at > ? AND what = ?",
        );
        let times = times.bind(member).bind(since.unix_timestamp()).bind(what.0);
        Ok(times.fetch_one(&self.pool).await?)
    }

    /// Those after this number, the oldest first, up to a thousand.
    ///
    /// # Errors
    /// SQLite refused.
    pub async fn deeds_after(&self, number: i64) -> Result<Vec<Deed>, StoreError> {
        let deeds = sqlx::query_as(
            "SELECT number, at, what, member, detail, network, chain FROM deed \
             WHERE number > ? ORDER BY number LIMIT ?",
        );
        Ok(deeds.bind(number).bind(PAGE).fetch_all(&self.pool).await?)
    }

    /// Whether one stands behind the other as they did when they were kept.
    ///
    /// # Errors
    /// The cryptographic library failed.
    pub fn follows(&self, before: &Deed, after: &Deed) -> Result<bool, StoreError> {
        Ok(after.link(&self.vault, &before.chain)? == after.chain)
    }

    /// What is kept of this member, the oldest first.
    pub(crate) async fn deeds_of(&self, member: i64) -> Result<Vec<Deed>, StoreError> {
        let deeds = sqlx::query_as(
            "SELECT number, at, what, member, detail, network, chain FROM deed \
             WHERE member = ? ORDER BY number",
        );
        Ok(deeds.bind(member).fetch_all(&self.pool).await?)
    }

    /// The newest tries to sign in as this member.
    pub(crate) async fn sign_ins(
        &self,
        member: i64,
        most: i64,
    ) -> Result<Vec<(OffsetDateTime, Deed)>, StoreError> {
        let deeds: Vec<Deed> = sqlx::query_as(
            "SELECT number, at, what, member, detail, network, chain FROM deed \
             WHERE member = ? AND what IN ('signed-in', 'sign-in-refused') \
             ORDER BY number DESC LIMIT ?",
        )
        .bind(member)
        .bind(most)
        .fetch_all(&self.pool)
        .await?;
        let timed = |deed: Deed| Ok((OffsetDateTime::from_unix_timestamp(deed.at)?, deed));
        deeds.into_iter().map(timed).collect()
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::store::tests::store;
    use std::sync::LazyLock;
    use time::{Duration, macros::datetime};

    const NOW: OffsetDateTime = datetime!(2026-11-21 08:00 UTC);

    static NOWHERE: LazyLock<Network> = LazyLock::new(Network::default);

    fn entry(
        what: What,
        member: Option<i64>,
        detail: &str,
        [oldest, now]: [OffsetDateTime; 2],
    ) -> Entry<'_> {
        Entry { what, member, detail, network: &NOWHERE, now, oldest }
    }

    async fn three() -> (tempfile::TempDir, Store) {
        let (folder, store) = store().await;
        for day in 0..3 {
            let now = NOW + Duration::days(day);
            store.add_deed(&entry(What::SIGNED_IN, Some(day), "card", [NOW, now])).await.unwrap();
        }
        (folder, store)
    }

    async fn is_whole(store: &Store) -> bool {
        let deeds = store.deeds_after(0).await.unwrap();
        deeds.windows(2).all(|two| store.follows(&two[0], &two[1]).unwrap())
    }

    #[tokio::test]
    async fn what_is_changed_taken_out_or_put_in_breaks_the_chain() {
        let (_folder, store) = three().await;
        assert!(is_whole(&store).await);
        let change = sqlx::query("UPDATE deed SET member = 7").execute(&store.pool).await;
        assert!(change.unwrap_err().to_string().contains("cannot be changed"));
        for change in [
            "UPDATE deed SET member = 7 WHERE number = 2",
            "UPDATE deed SET network = detail, detail = network WHERE number = 2",
            "DELETE FROM deed WHERE number = 2",
            "INSERT INTO deed SELECT 9, at, what, member, detail, network, chain FROM deed LIMIT 1",
        ] {
            let (_folder, store) = three().await;
            sqlx::query("DROP TRIGGER deed_is_final").execute(&store.pool).await.unwrap();
            sqlx::query(change).execute(&store.pool).await.unwrap();
            assert!(!is_whole(&store).await, "{change}");
        }
    }

    #[tokio::test]
    async fn what_is_old_is_forgotten_and_the_chain_goes_on() {
        let (_folder, store) = three().await;
        let add = async |oldest, now| {
            store.add_deed(&entry(What::GOLD, None, "", [oldest, now])).await.unwrap();
        };
        add(NOW + Duration::days(2), NOW + Duration::days(2)).await;
        let numbers: Vec<i64> =
            store.deeds_after(0).await.unwrap().iter().map(|deed| deed.number).collect();
        assert_eq!(numbers, [3, 4]);
        assert!(is_whole(&store).await);
        add(NOW + Duration::days(9), NOW).await;
        let left = store.deeds_after(0).await.unwrap();
        assert_eq!((left.len(), left[0].number), (1, 5));
        add(NOW, NOW).await;
        assert!(is_whole(&store).await);
    }
}
