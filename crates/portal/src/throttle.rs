//! How often somebody may try to sign in: each account and each address has a few free tries, then
//! waits longer from one to the next.
//!
//! Memory is a fixed number of places. An account or address has one of them by a keyed hash that
//! nobody outside can aim at; two that share a place share its tries. Refuses to know whether there
//! is such an account: a try at one that does not exist counts as well. Behind a proxy all visitors
//! have the proxy's address.

use std::{
    hash::{BuildHasher, RandomState},
    net::{IpAddr, Ipv6Addr},
};

use time::{Duration, OffsetDateTime};

/// So many accounts, and so many addresses, are told apart.
const PLACES: usize = 16_384;
/// Tries are forgotten when so long nothing was tried.
const MEMORY: Duration = Duration::hours(1);
/// The longest wait of an account is short, or anybody could lock its owner out.
const ACCOUNT: Limit = Limit { free: 5, longest: Duration::minutes(1) };
/// An office or a school may have one address.
const ADDRESS: Limit = Limit { free: 20, longest: Duration::minutes(15) };

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

/// The tries of the last hour.
pub(crate) struct Throttle {
    hash: RandomState,
    accounts: Vec<Tries>,
    addresses: Vec<Tries>,
}

/// Somebody who tries to sign in.
pub(crate) struct Visitor {
    account: usize,
    address: usize,
}

impl Throttle {
    pub(crate) fn new() -> Self {
        let none = || vec![Tries::NONE; PLACES];
        Self { hash: RandomState::new(), accounts: none(), addresses: none() }
    }

    /// Counts a try at this account from this address. Those without an address count as one.
    ///
    /// # Errors
    /// It is too early; then the try does not count.
    pub(crate) fn admit(
        &mut self,
        account: &str,
        address: Option<IpAddr>,
        now: OffsetDateTime,
    ) -> Result<Visitor, TooEarly> {
        let visitor = Visitor {
            account: self.place(account.to_ascii_lowercase()),
            address: self.place(address.map(network)),
        };
        let mut tries = self.of(&visitor);
        let wait = tries.iter().map(|(tries, _)| tries.next - now).max().unwrap_or_default();
        if wait.is_positive() {
            return Err(TooEarly { wait });
        }
        tries.iter_mut().for_each(|(tries, limit)| tries.count(limit, now));
        Ok(visitor)
    }

    /// Forgets the tries at an account whose password was known, and one of the address.
    pub(crate) fn welcome(&mut self, visitor: &Visitor, now: OffsetDateTime) {
        for (tries, limit) in self.of(visitor) {
            let made = if *limit == ACCOUNT { 0 } else { tries.made.saturating_sub(1) };
            *tries = Tries { made, last: now, next: now };
        }
    }

    fn place(&self, of: impl std::hash::Hash) -> usize {
        usize::try_from(self.hash.hash_one(of) % PLACES as u64).unwrap_or_default()
    }

    /// The places of this visitor.
    fn of(&mut self, visitor: &Visitor) -> Vec<(&mut Tries, &'static Limit)> {
        let account = self.accounts.get_mut(visitor.account).map(|tries| (tries, &ACCOUNT));
        let address = self.addresses.get_mut(visitor.address).map(|tries| (tries, &ADDRESS));
        account.into_iter().chain(address).collect()
    }
}

#[derive(PartialEq, Eq)]
struct Limit {
    /// So many tries need no wait.
    free: u32,
    longest: Duration,
}

#[derive(Clone, Copy)]
struct Tries {
    made: u32,
    last: OffsetDateTime,
    /// When the next is allowed.
    next: OffsetDateTime,
}

impl Tries {
    const NONE: Self =
        Self { made: 0, last: OffsetDateTime::UNIX_EPOCH, next: OffsetDateTime::UNIX_EPOCH };

    /// After the free tries the wait is a second, and twice as long each time.
    fn count(&mut self, limit: &Limit, now: OffsetDateTime) {
        let before = if now - self.last > MEMORY { 0 } else { self.made };
        let made = before.saturating_add(1);
        let wait = match made.checked_sub(limit.free) {
            None => Duration::ZERO,
            Some(more) => limit.longest.min(Duration::seconds(1 << more.min(20))),
        };
        *self = Self { made, last: now, next: now + wait };
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
    use time::macros::datetime;

    const NOW: OffsetDateTime = datetime!(2026-11-21 08:00 UTC);

    /// The address number `n`, each in a network of its own.
    fn address(n: u16) -> Option<IpAddr> {
        Some(Ipv6Addr::new(0x2001, 0xDB8, n, 0, 0, 0, 0, n).into())
    }

    fn waits(tries: usize, mut next: impl FnMut(OffsetDateTime) -> Option<TooEarly>) -> Vec<i64> {
        let mut now = NOW;
        let mut waited = Vec::new();
        for _ in 0..tries {
            let early = next(now);
            waited.push(early.map_or(0, |early| early.wait.whole_seconds()));
            if let Some(TooEarly { wait }) = early {
                now += wait;
                assert_eq!(next(now), None, "the wait that was told is enough");
            }
        }
        waited
    }

    #[test]
    fn an_account_has_five_free_tries_and_then_waits_up_to_a_minute() {
        let mut throttle = Throttle::new();
        let mut n = 0;
        let waited = waits(14, |now| {
            n += 1;
            throttle.admit(if n % 2 == 0 { "a@b.tw" } else { "A@B.tw" }, address(n), now).err()
        });
        assert_eq!(waited, [0, 0, 0, 0, 0, 1, 2, 4, 8, 16, 32, 60, 60, 60]);
    }

    #[test]
    fn an_address_has_twenty_free_tries_and_then_waits_up_to_a_quarter_of_an_hour() {
        let mut throttle = Throttle::new();
        let mut n = 0;
        let waited = waits(32, |now| {
            n += 1;
            throttle.admit(&format!("{n}@example.tw"), address(7), now).err()
        });
        assert!(waited[..20].iter().all(|wait| *wait == 0), "{waited:?}");
        assert_eq!(waited[20..], [1, 2, 4, 8, 16, 32, 64, 128, 256, 512, 900, 900]);
    }

    #[test]
    fn one_household_is_one_address() {
        let of = |text: &str| network(text.parse().unwrap());
        assert_eq!(of("2001:db8::1"), of("2001:db8::ffff:1"));
        assert_ne!(of("2001:db8::1"), of("2001:db8:0:1::1"));
        assert_eq!(of("::ffff:192.0.2.1"), of("192.0.2.1"));
        assert_ne!(of("192.0.2.1"), of("192.0.2.2"));
    }

    #[test]
    fn whoever_knows_the_password_begins_anew_and_the_address_keeps_its_tries() {
        let mut throttle = Throttle::new();
        for n in 0..19 {
            throttle.admit(&format!("{n}@example.tw"), address(1), NOW).unwrap();
        }
        let visitor = throttle.admit("own@example.tw", address(1), NOW).unwrap();
        assert!(throttle.admit("other@example.tw", address(1), NOW).is_err());
        throttle.welcome(&visitor, NOW);
        throttle.admit("other@example.tw", address(1), NOW).unwrap();
        assert!(throttle.admit("another@example.tw", address(1), NOW).is_err());
        for _ in 0..5 {
            throttle.admit("own@example.tw", address(2), NOW).unwrap();
        }
        assert!(throttle.admit("own@example.tw", address(2), NOW).is_err());
    }

    #[test]
    fn an_hour_without_a_try_is_enough_to_begin_anew() {
        let mut throttle = Throttle::new();
        let tried = |throttle: &mut Throttle, now| throttle.admit("a@b.tw", address(1), now);
        while tried(&mut throttle, NOW).is_ok() {}
        let later = NOW + MEMORY + Duration::SECOND;
        assert_eq!((0..9).filter(|_| tried(&mut throttle, later).is_ok()).count(), 5);
    }

    #[test]
    fn no_number_of_visitors_takes_more_memory() {
        let mut throttle = Throttle::new();
        for n in 0..40_000_u32 {
            let address = IpAddr::from(n.to_be_bytes());
            _ = throttle.admit(&n.to_string(), Some(address), NOW);
        }
        assert_eq!((throttle.accounts.len(), throttle.addresses.len()), (PLACES, PLACES));
    }
}
