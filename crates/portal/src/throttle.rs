//! How often somebody may try to sign in: each account and each network has a few free tries, then waits
//! longer from one to the next. The tries are kept by the store.
//!
//! There is a fixed number of places. An account or network has one of them by a hash under a key that
//! nobody outside knows; two that share a place share its tries. Refuses to know whether there is such an
//! account: a try at one that does not exist counts as well.

use std::net::{IpAddr, Ipv6Addr};

use openssl::{
    error::ErrorStack,
    hash::MessageDigest,
    pkey::{PKey, Private},
    sign::Signer,
};
use time::{Duration, OffsetDateTime};

use crate::{Store, StoreError};

/// So many accounts, and so many networks, are told apart.
const PLACES: u32 = 1 << 18;
/// Tries are forgotten when so long nothing was tried.
pub(crate) const MEMORY: Duration = Duration::hours(1);

/// It is too early for another try.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[error("too many tries; the next is allowed in {wait}")]
pub(crate) struct TooEarly {
    pub(crate) wait: Duration,
}

impl TooEarly {
    /// Whole seconds, at least one, for `Retry-After` (RFC 9110 §10.2.3).
    pub(crate) fn seconds(self) -> u64 {
        u64::try_from(self.wait.whole_seconds()).unwrap_or_default() + 1
    }
}

/// What has tries of its own.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Kind {
    Account,
    Network,
}

impl Kind {
    pub(crate) fn name(self) -> &'static str {
        match self {
            Self::Account => "account",
            Self::Network => "network",
        }
    }

    /// So many tries need no wait. An office or a school may be one network.
    fn free(self) -> u32 {
        match self {
            Self::Account => 5,
            Self::Network => 20,
        }
    }

    /// A network has a try back after so long: it may be many people, who never stop for an hour.
    fn given_back(self) -> Option<Duration> {
        match self {
            Self::Account => None,
            Self::Network => Some(Duration::minutes(3)),
        }
    }

    /// The longest wait of an account is short, or anybody could lock its owner out.
    fn longest_wait(self) -> Duration {
        match self {
            Self::Account => Duration::minutes(1),
            Self::Network => Duration::minutes(15),
        }
    }
}

/// Where tries are counted.
pub(crate) struct Place {
    pub(crate) kind: Kind,
    pub(crate) number: u32,
}

/// Somebody who tries to sign in.
pub(crate) struct Visitor([Place; 2]);

impl Visitor {
    pub(crate) fn places(&self) -> &[Place; 2] {
        &self.0
    }
}

/// Knows who has which place.
pub(crate) struct Throttle {
    key: PKey<Private>,
}

impl Throttle {
    pub(crate) async fn of(store: &Store) -> Result<Self, StoreError> {
        let key = store.place_key().await?;
        Ok(Self { key: PKey::hmac(&key)? })
    }

    /// Those without an address count as one.
    pub(crate) fn visitor(
        &self,
        account: &str,
        address: Option<IpAddr>,
    ) -> Result<Visitor, ErrorStack> {
        let network = address.map(|address| network(address).to_string()).unwrap_or_default();
        let account = account.to_ascii_lowercase();
        let [account, network] = [(Kind::Account, account), (Kind::Network, network)]
            .map(|(kind, of)| self.place(kind, &of));
        Ok(Visitor([account?, network?]))
    }

    fn place(&self, kind: Kind, of: &str) -> Result<Place, ErrorStack> {
        let mut signer = Signer::new(MessageDigest::sha256(), &self.key)?;
        signer.update(of.as_bytes())?;
        let mut mac = [0; 32];
        signer.sign(&mut mac)?;
        let [a, b, c, d, ..] = mac;
        Ok(Place { kind, number: u32::from_be_bytes([a, b, c, d]) % PLACES })
    }
}

/// The tries of the last hour in one place.
#[derive(Clone, Copy)]
pub(crate) struct Tries {
    pub(crate) made: u32,
    /// When the last was made, or one was given back.
    pub(crate) last: OffsetDateTime,
    /// When the next is allowed.
    pub(crate) next: OffsetDateTime,
}

impl Tries {
    pub(crate) const NONE: Self =
        Self { made: 0, last: OffsetDateTime::UNIX_EPOCH, next: OffsetDateTime::UNIX_EPOCH };

    /// With one more. After the free tries the wait is a second, and twice as long each time.
    pub(crate) fn count(self, kind: Kind, now: OffsetDateTime) -> Result<Self, TooEarly> {
        let wait = self.next - now;
        if wait.is_positive() {
            return Err(TooEarly { wait });
        }
        let Self { made, last, .. } = self.remembered(kind, now);
        let last = if made == 0 || kind.given_back().is_none() { now } else { last };
        let made = made.saturating_add(1);
        let wait = match made.checked_sub(kind.free()) {
            None => Duration::ZERO,
            Some(more) => kind.longest_wait().min(Duration::seconds(1 << more.min(20))),
        };
        Ok(Self { made, last, next: now + wait })
    }

    /// Without those that are forgotten or given back by now.
    fn remembered(self, kind: Kind, now: OffsetDateTime) -> Self {
        let since = now - self.last;
        if since > MEMORY {
            return Self { made: 0, ..self };
        }
        let Some(each) = kind.given_back() else { return self };
        let back = u32::try_from(since.whole_seconds() / each.whole_seconds()).unwrap_or_default();
        Self { made: self.made.saturating_sub(back), last: self.last + each * back, ..self }
    }

    /// The account begins anew when its password was known; the network has one try back.
    pub(crate) fn welcome(self, kind: Kind, now: OffsetDateTime) -> Self {
        let Self { made, last, .. } = self.remembered(kind, now);
        match kind {
            Kind::Account => Self { made: 0, last: now, next: now },
            Kind::Network => Self { made: made.saturating_sub(1), last, next: now },
        }
    }
}

/// One household has many IPv6 addresses: its first 64 bits count.
pub(crate) fn network(address: IpAddr) -> IpAddr {
    match address.to_canonical() {
        IpAddr::V4(address) => address.into(),
        IpAddr::V6(address) => Ipv6Addr::from_bits(address.to_bits() >> 64 << 64).into(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::store::tests::store;
    use time::macros::datetime;

    const NOW: OffsetDateTime = datetime!(2026-11-21 08:00 UTC);

    /// A data base, and who has which place in it.
    struct Gate {
        _folder: tempfile::TempDir,
        store: Store,
        throttle: Throttle,
    }

    impl Gate {
        async fn new() -> Self {
            let (folder, store) = store().await;
            let throttle = Throttle::of(&store).await.unwrap();
            Self { _folder: folder, store, throttle }
        }

        /// A try at an account from the network with this number.
        async fn admit(
            &self,
            account: &str,
            network: u16,
            now: OffsetDateTime,
        ) -> Result<Visitor, TooEarly> {
            let address = Ipv6Addr::new(0x2001, 0xDB8, network, 0, 0, 0, 0, network);
            let visitor = self.throttle.visitor(account, Some(address.into())).unwrap();
            self.store.admit(&visitor, now).await.unwrap().map(|()| visitor)
        }
    }

    async fn waits(
        tries: u16,
        next: impl AsyncFn(u16, OffsetDateTime) -> Option<TooEarly>,
    ) -> Vec<i64> {
        let mut now = NOW;
        let mut waited = Vec::new();
        for n in 0..tries {
            let early = next(n, now).await;
            waited.push(early.map_or(0, |early| early.wait.whole_seconds()));
            if let Some(TooEarly { wait }) = early {
                now += wait;
                assert_eq!(next(n, now).await, None, "the wait that was told is enough");
            }
        }
        waited
    }

    #[tokio::test]
    async fn an_account_has_five_free_tries_and_then_waits_up_to_a_minute() {
        let gate = Gate::new().await;
        let next = async |n, now| {
            gate.admit(if n % 2 == 0 { "a@b.tw" } else { "A@B.tw" }, n, now).await.err()
        };
        let waited = waits(14, next).await;
        assert_eq!(waited, [0, 0, 0, 0, 0, 1, 2, 4, 8, 16, 32, 60, 60, 60]);
    }

    #[tokio::test]
    async fn a_network_has_twenty_free_tries_and_then_one_in_three_minutes() {
        let gate = Gate::new().await;
        let next = async |n, now| gate.admit(&format!("{n}@example.tw"), 7, now).await.err();
        let waited = waits(60, next).await;
        assert!(waited[..20].iter().all(|wait| *wait == 0), "{waited:?}");
        assert_eq!(waited[20..28], [1, 2, 4, 8, 16, 32, 64, 128]);
        let mean = waited[30..].iter().sum::<i64>() / 30;
        assert!((170..190).contains(&mean), "{mean}: {waited:?}");
    }

    #[tokio::test]
    async fn a_network_of_many_people_is_not_shut_for_its_slips_of_the_finger() {
        let gate = Gate::new().await;
        for n in 0..200_u32 {
            let now = NOW + Duration::minutes(4) * n;
            gate.admit(&format!("{n}@example.tw"), 7, now).await.unwrap();
        }
    }

    #[test]
    fn one_household_is_one_address() {
        let of = |text: &str| network(text.parse().unwrap());
        assert_eq!(of("2001:db8::1"), of("2001:db8::ffff:1"));
        assert_ne!(of("2001:db8::1"), of("2001:db8:0:1::1"));
        assert_eq!(of("::ffff:192.0.2.1"), of("192.0.2.1"));
        assert_ne!(of("192.0.2.1"), of("192.0.2.2"));
    }

    #[tokio::test]
    async fn whoever_knows_the_password_begins_anew_and_the_network_keeps_its_tries() {
        let gate = Gate::new().await;
        for n in 0..19 {
            gate.admit(&format!("{n}@example.tw"), 1, NOW).await.unwrap();
        }
        let visitor = gate.admit("own@example.tw", 1, NOW).await.unwrap();
        assert!(gate.admit("other@example.tw", 1, NOW).await.is_err());
        gate.store.welcome(&visitor, NOW).await.unwrap();
        gate.admit("other@example.tw", 1, NOW).await.unwrap();
        assert!(gate.admit("another@example.tw", 1, NOW).await.is_err());
        for _ in 0..5 {
            gate.admit("own@example.tw", 2, NOW).await.unwrap();
        }
        assert!(gate.admit("own@example.tw", 2, NOW).await.is_err());
    }

    #[tokio::test]
    async fn an_hour_without_a_try_is_enough_to_begin_anew_and_leaves_nothing_behind() {
        let gate = Gate::new().await;
        while gate.admit("a@b.tw", 1, NOW).await.is_ok() {}
        let later = NOW + MEMORY + Duration::SECOND;
        assert!(gate.admit("c@d.tw", 2, later).await.is_ok());
        let left = gate.store.admit(&gate.throttle.visitor("a@b.tw", None).unwrap(), NOW).await;
        assert_eq!(left.unwrap(), Ok(()), "the tries are gone, not only old");
        for _ in 0..5 {
            gate.admit("e@f.tw", 1, later).await.unwrap();
        }
    }

    #[test]
    fn the_number_of_places_is_fixed() {
        let throttle = Throttle { key: PKey::hmac(&[7; 32]).unwrap() };
        for n in 0..2_000_u32 {
            let visitor = throttle.visitor(&n.to_string(), Some(n.to_be_bytes().into())).unwrap();
            assert!(visitor.places().iter().all(|place| place.number < PLACES));
        }
    }
}
