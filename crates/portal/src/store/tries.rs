//! Tries at signing in, so that nobody gets new ones by the portal's being started again. The rule itself is
//! `throttle`'s.

use sqlx::SqliteConnection;
use time::OffsetDateTime;

use super::{Store, StoreError};
use crate::throttle::{MEMORY, Place, TooEarly, Tries, Visitor};

impl Store {
    /// The key by which accounts and networks have their places.
    pub(crate) async fn place_key(&self) -> Result<Vec<u8>, StoreError> {
        let key = sqlx::query_scalar("SELECT key FROM place_key WHERE id = 1");
        Ok(key.fetch_one(&self.pool).await?)
    }

    /// Counts a try of this visitor. It is too early for some: then the try does not count. One
    /// transaction, so that two at once cannot both be the last.
    pub(crate) async fn admit(
        &self,
        visitor: &Visitor,
        now: OffsetDateTime,
    ) -> Result<Result<(), TooEarly>, StoreError> {
        let mut all = self.writing().await?;
        let old = sqlx::query("DELETE FROM tries WHERE last_at < ?");
        old.bind((now - MEMORY).unix_timestamp()).execute(&mut *all).await?;
        let mut counted = Vec::new();
        for place in visitor.places() {
            let tries = read(&mut all, place).await?;
            match tries.count(place.kind, now) {
                Ok(tries) => counted.push((place, tries)),
                Err(early) => return Ok(Err(early)),
            }
        }
        for (place, tries) in counted {
            keep(&mut all, place, &tries).await?;
        }
        all.commit().await?;
        Ok(Ok(()))
    }

    /// This visitor knew the password.
    pub(crate) async fn welcome(
        &self,
        visitor: &Visitor,
        now: OffsetDateTime,
    ) -> Result<(), StoreError> {
        let mut all = self.writing().await?;
        for place in visitor.places() {
            let tries = read(&mut all, place).await?.welcome(place.kind, now);
            keep(&mut all, place, &tries).await?;
        }
        Ok(all.commit().await?)
    }
}

async fn read(all: &mut SqliteConnection, place: &Place) -> Result<Tries, StoreError> {
    let row =
        sqlx::query_as("SELECT made, last_at, next_at FROM tries WHERE kind = ? AND place = ?");
    let row = row.bind(place.kind.name()).bind(place.number).fetch_optional(all).await?;
    let Some((made, last, next)) = row else {
        return Ok(Tries::NONE);
    };
    let time = OffsetDateTime::from_unix_timestamp;
    Ok(Tries { made, last: time(last)?, next: time(next)? })
}

async fn keep(all: &mut SqliteConnection, place: &Place, tries: &Tries) -> Result<(), StoreError> {
    sqlx::query(
        "INSERT OR REPLACE INTO tries (kind, place, made, last_at, next_at) VALUES (?, ?, ?, ?, ?)",
    )
    .bind(place.kind.name())
    .bind(place.number)
    .bind(tries.made)
    .bind(tries.last.unix_timestamp())
    .bind(tries.next.unix_timestamp())
    .execute(all)
    .await?;
    Ok(())
}
