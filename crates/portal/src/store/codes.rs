//! Codes on their way to an account: for each a puzzle is spent, it is counted, kept and sent. All of it
//! is one transaction, which the disk has to see once.

use openssl::rand::rand_bytes;
use sqlx::SqliteConnection;
use time::{Duration, OffsetDateTime};

use super::{SessionHash, Store, StoreError, outbox, registrations};

/// A code is good for so long.
pub(crate) const CODE_LIFETIME: Duration = Duration::minutes(5);
/// Another code for an account comes so long after the one before at the earliest.
pub(crate) const CODE_PAUSE: Duration = Duration::seconds(60);
/// So many codes an hour for an account.
const PER_ACCOUNT: i64 = 5;
/// So many an hour for a network; an office or a school may be one.
const PER_NETWORK: i64 = 30;
const COUNTED: Duration = Duration::hours(1);

/// A code to be sent.
pub(crate) struct NewCode<'a> {
    /// To whom it is of use.
    pub(crate) registration: &'a SessionHash,
    pub(crate) account: &'a str,
    pub(crate) network: &'a str,
    /// The puzzle that was solved for it, and until when it is known as spent.
    pub(crate) puzzle: &'a str,
    pub(crate) puzzle_expires: OffsetDateTime,
    /// What is kept of the code.
    pub(crate) mac: &'a [u8],
    /// Whether it is for whoever has the account, or for who has none yet.
    pub(crate) is_for_owner: bool,
    /// What is sent with it, and what in its place to the others: then no code will be right.
    pub(crate) messages: Messages<'a>,
    /// So many codes an hour go to everybody together.
    pub(crate) most_an_hour: u32,
    /// Whether the message is shown on the page of the outbox.
    pub(crate) in_outbox: bool,
}

/// The two messages there are.
#[derive(Clone, Copy)]
pub(crate) struct Messages<'a> {
    pub(crate) with_code: &'a str,
    pub(crate) without: &'a str,
}

/// What came of it.
#[derive(Debug, PartialEq, Eq)]
pub(crate) enum CodeSent<'a> {
    /// This is the message that goes out.
    Sent(&'a str),
    /// The puzzle was used before.
    PuzzleSpent,
    /// Too many were asked for, for this account or from this network.
    TooMany,
    /// Too many were asked for by everybody together.
    Full,
}

impl Store {
    /// Sends a code, in place of any before.
    pub(crate) async fn send_code<'a>(
        &self,
        code: &NewCode<'a>,
        now: OffsetDateTime,
    ) -> Result<CodeSent<'a>, StoreError> {
        let account_mac = self.vault.find(code.account)?;
        let account_sealed =
            self.vault.seal(registrations::ACCOUNT, code.registration, code.account)?;
        let network_mac = self.vault.find(code.network)?;
        let mut all = self.writing().await?;
        if !spend(&mut all, code, now).await? {
            return Ok(CodeSent::PuzzleSpent);
        }
        if is_full(&mut all, code.most_an_hour, now).await? {
            all.commit().await?;
            return Ok(CodeSent::Full);
        }
        if !count(&mut all, [&account_mac, &network_mac], now).await? {
            all.commit().await?; // the puzzle stays spent
            return Ok(CodeSent::TooMany);
        }
        let owner = sqlx::query("SELECT 1 FROM member WHERE account_mac = ?");
        let is_known = owner.bind(&account_mac).fetch_optional(&mut *all).await?.is_some();
        // Where no code will be right one is kept all the same: that a try is written down, and how long
        // that takes, would tell the two apart.
        let mut nobodys = [0; 32];
        rand_bytes(&mut nobodys)?;
        let (mac, message) = match is_known == code.is_for_owner {
            true => (code.mac, code.messages.with_code),
            false => (nobodys.as_slice(), code.messages.without),
        };
        keep(&mut all, code, (&account_mac, &account_sealed), mac, now).await?;
        if code.in_outbox {
            outbox::add(&mut all, &self.vault, code.account, message, now).await?;
        }
        all.commit().await?;
        Ok(CodeSent::Sent(message))
    }
}

/// False where it was spent before.
async fn spend(
    all: &mut SqliteConnection,
    code: &NewCode<'_>,
    now: OffsetDateTime,
) -> Result<bool, StoreError> {
    let old = sqlx::query("DELETE FROM spent_puzzle WHERE expires_at <= ?");
    old.bind(now.unix_timestamp()).execute(&mut *all).await?;
    let spent = sqlx::query(
        "INSERT INTO spent_puzzle (challenge, expires_at) VALUES (?, ?) ON CONFLICT DO NOTHING",
    );
    let spent = spent.bind(code.puzzle).bind(code.puzzle_expires.unix_timestamp());
    Ok(spent.execute(all).await?.rows_affected() == 1)
}

/// Whether everybody together has had what there is for an hour. So the table has an end, and the bill.
async fn is_full(
    all: &mut SqliteConnection,
    most: u32,
    now: OffsetDateTime,
) -> Result<bool, StoreError> {
    let old = sqlx::query("DELETE FROM code_request WHERE at <= ?");
    old.bind((now - COUNTED).unix_timestamp()).execute(&mut *all).await?;
    let counted: i64 =
        sqlx::query_scalar("SELECT count(*) FROM code_request").fetch_one(all).await?;
    Ok(counted >= most.into())
}

/// False where there were too many.
async fn count(
    all: &mut SqliteConnection,
    [account_mac, network_mac]: [&str; 2],
    now: OffsetDateTime,
) -> Result<bool, StoreError> {
    let counted = sqlx::query(
        "INSERT INTO code_request (account_mac, network_mac, at) SELECT ?, ?, ? WHERE \
         NOT EXISTS (SELECT 1 FROM code_request WHERE account_mac = ? AND at > ?) AND \
         (SELECT count(*) FROM code_request WHERE account_mac = ?) < ? AND \
         (SELECT count(*) FROM code_request WHERE network_mac = ?) < ?",
    )
    .bind(account_mac)
    .bind(network_mac)
    .bind(now.unix_timestamp())
    .bind(account_mac)
    .bind((now - CODE_PAUSE).unix_timestamp())
    .bind(account_mac)
    .bind(PER_ACCOUNT)
    .bind(network_mac)
    .bind(PER_NETWORK)
    .execute(all)
    .await?;
    Ok(counted.rows_affected() == 1)
}

async fn keep(
    all: &mut SqliteConnection,
    code: &NewCode<'_>,
    (account_mac, account_sealed): (&str, &[u8]),
    mac: &[u8],
    now: OffsetDateTime,
) -> Result<(), StoreError> {
    sqlx::query(
        "UPDATE registration SET account_mac = ?, account_sealed = ?, code_mac = ?, code_expires_at = ?, \
         code_tries = 0, verified = 0 WHERE id_hash = ?",
    )
    .bind(account_mac)
    .bind(account_sealed)
    .bind(mac)
    .bind((now + CODE_LIFETIME).unix_timestamp())
    .bind(code.registration.as_slice())
    .execute(all)
    .await?;
    Ok(())
}
