//! Challenges for cards that are out, so that they are good after the portal was started again. One for each
//! place, which the caller names by the operation and whose it is.

use ankong_verify::{Challenge, ChallengeError, ChallengeStore, IssueError};
use openssl::sha::sha256;
use serde::{Serialize, de::DeserializeOwned};
use time::{Duration, OffsetDateTime};

use super::{Store, StoreError};

/// As long as in the library's own store.
const LIFETIME: Duration = ChallengeStore::<()>::LIFETIME;
/// So many may be out at once.
const CAPACITY: u32 = 10_000;

impl Store {
    /// A new challenge in this place, instead of the one there may be, with something to get back when it
    /// is taken.
    pub(crate) async fn issue_challenge(
        &self,
        place: &str,
        claim: &impl Serialize,
        now: OffsetDateTime,
    ) -> Result<Result<Challenge, IssueError>, StoreError> {
        let challenge = match Challenge::new() {
            Ok(challenge) => challenge,
            Err(error) => return Ok(Err(error.into())),
        };
        let mut all = self.writing().await?;
        let gone = sqlx::query("DELETE FROM open_challenge WHERE expires_at <= ? OR place = ?");
        gone.bind(now.unix_timestamp()).bind(place).execute(&mut *all).await?;
        let issued = sqlx::query(
            "INSERT INTO open_challenge (place, challenge_hash, claim, expires_at) \
             SELECT ?, ?, ?, ? WHERE (SELECT count(*) FROM open_challenge) < ?",
        )
        .bind(place)
        .bind(sha256(challenge.as_str().as_bytes()).as_slice())
        .bind(serde_json::to_string(claim)?)
        .bind((now + LIFETIME).unix_timestamp())
        .bind(CAPACITY)
        .execute(&mut *all)
        .await?;
        all.commit().await?;
        let capacity = CAPACITY as usize;
        let is_issued = issued.rows_affected() == 1;
        Ok(is_issued.then_some(challenge).ok_or(IssueError::Full { capacity }))
    }

    /// Takes a place's challenge back. Whatever comes of it, it cannot be taken again.
    pub(crate) async fn take_challenge<C: DeserializeOwned>(
        &self,
        place: &str,
        challenge: &str,
        now: OffsetDateTime,
    ) -> Result<Result<C, ChallengeError>, StoreError> {
        let taken: Option<(String, i64)> = sqlx::query_as(
            "DELETE FROM open_challenge WHERE place = ? AND challenge_hash = ? \
             RETURNING claim, expires_at",
        )
        .bind(place)
        .bind(sha256(challenge.as_bytes()).as_slice())
        .fetch_optional(&self.pool)
        .await?;
        let Some((claim, expires_at)) = taken else {
            return Ok(Err(ChallengeError::Unknown));
        };
        let expired = OffsetDateTime::from_unix_timestamp(expires_at)?;
        if now >= expired {
            return Ok(Err(ChallengeError::Expired { expired }));
        }
        Ok(Ok(serde_json::from_str(&claim)?))
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::store::tests::store;
    use time::macros::datetime;

    const NOW: OffsetDateTime = datetime!(2026-11-21 08:00 UTC);

    #[tokio::test]
    async fn a_challenge_is_taken_once_in_its_place_and_in_time() {
        let (_folder, store) = store().await;
        let issue = async |place, claim| {
            let issued = store.issue_challenge(place, &claim, NOW).await.unwrap().unwrap();
            issued.as_str().to_owned()
        };
        let take = async |place, challenge: &str, now| {
            store.take_challenge::<u32>(place, challenge, now).await.unwrap()
        };
        let [first, second] = [issue("anna", 1).await, issue("anna", 2).await];
        assert_eq!(second.len(), 44);
        assert_eq!(take("anna", &first, NOW).await, Err(ChallengeError::Unknown), "replaced");
        assert_eq!(take("ben", &second, NOW).await, Err(ChallengeError::Unknown));
        assert_eq!(take("anna", &second, NOW + LIFETIME - Duration::SECOND).await, Ok(2));
        assert_eq!(take("anna", &second, NOW).await, Err(ChallengeError::Unknown));
        let late = issue("anna", 3).await;
        let expired = NOW + LIFETIME;
        let answer = take("anna", &late, expired).await;
        assert_eq!(answer, Err(ChallengeError::Expired { expired }));
    }

    #[tokio::test]
    async fn there_is_an_end_of_places_and_what_is_over_makes_room() {
        let (_folder, store) = store().await;
        sqlx::query(
            "WITH RECURSIVE n(n) AS (SELECT 1 UNION ALL SELECT n + 1 FROM n WHERE n < ?) \
             INSERT INTO open_challenge SELECT 'place ' || n, x'00', 'null', ? FROM n",
        )
        .bind(CAPACITY)
        .bind((NOW + LIFETIME).unix_timestamp())
        .execute(&store.pool)
        .await
        .unwrap();
        let issue = async |place, now| store.issue_challenge(place, &(), now).await.unwrap();
        let full = issue("anna", NOW).await;
        assert!(matches!(full, Err(IssueError::Full { capacity: 10_000 })), "{full:?}");
        assert!(issue("place 7", NOW).await.is_ok(), "whoever has a place keeps it");
        assert!(issue("anna", NOW + LIFETIME).await.is_ok());
        let left = sqlx::query_scalar::<_, i64>("SELECT count(*) FROM open_challenge");
        assert_eq!(left.fetch_one(&store.pool).await.unwrap(), 1);
    }
}
