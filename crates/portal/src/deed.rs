//! What is kept of what happened: what, when, by whom, and from which network, shortened so that it names
//! no household. Refuses to know names, accounts and addresses.

use std::{
    convert::Infallible,
    net::{IpAddr, Ipv4Addr, Ipv6Addr, SocketAddr},
};

use axum::{
    extract::{ConnectInfo, FromRequestParts},
    http::request::Parts,
};
use time::{Duration, OffsetDateTime};

use crate::{Portal, StoreError};

/// What happened. The names stay the same for ever.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct What(pub(crate) &'static str);

impl What {
    pub(crate) const REGISTERED: Self = Self("registered");
    /// The detail is the way: `password` or `card`.
    pub(crate) const SIGNED_IN: Self = Self("signed-in");
    /// The detail is why: `wrong-password` or `stopped`.
    pub(crate) const SIGN_IN_REFUSED: Self = Self("sign-in-refused");
    /// Too many tries: nothing was looked at.
    pub(crate) const SIGN_IN_LOCKED: Self = Self("sign-in-locked");
    pub(crate) const CONFIRMED: Self = Self("confirmed");
    /// The detail is `upgrade` or `renew`.
    pub(crate) const GOLD: Self = Self("gold");
    /// The detail is the code of the refusal.
    pub(crate) const GOLD_REFUSED: Self = Self("gold-refused");
    /// A clerk gave the card to another; the detail is the case and the decision.
    pub(crate) const GOLD_FREED: Self = Self("gold-freed");
    pub(crate) const PASSWORD_CHANGED: Self = Self("password-changed");
    /// By a code, without the old one.
    pub(crate) const PASSWORD_FORGOTTEN: Self = Self("password-forgotten");
    pub(crate) const ACCOUNT_CHANGED: Self = Self("account-changed");
    pub(crate) const COPIED: Self = Self("copied");
    pub(crate) const SIGNED_OUT_EVERYWHERE: Self = Self("signed-out-everywhere");
    /// One session, not the one it was ended in.
    pub(crate) const SESSION_ENDED: Self = Self("session-ended");
    pub(crate) const STOPPED: Self = Self("stopped");
    pub(crate) const RESUMED: Self = Self("resumed");
    pub(crate) const DELETED: Self = Self("deleted");
    /// Everything is sealed under another key.
    pub(crate) const KEY_EXCHANGED: Self = Self("key-exchanged");
    pub(crate) const CLERK_APPOINTED: Self = Self("clerk-appointed");
    pub(crate) const CLERK_DISMISSED: Self = Self("clerk-dismissed");
    /// The detail is the number of cases that were shown.
    pub(crate) const CLERK_LOOKED: Self = Self("clerk-looked");
    /// The detail is the case and the decision.
    pub(crate) const CLERK_DECIDED: Self = Self("clerk-decided");
}

/// A network of many: the first 24 bits of an IPv4 address, 48 of an IPv6 address; empty where the server
/// does not know who connects.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub(crate) struct Network(String);

impl Network {
    pub(crate) fn of(address: Option<IpAddr>) -> Self {
        Self(match address.map(|address| address.to_canonical()) {
            None => String::new(),
            Some(IpAddr::V4(address)) => {
                format!("{}/24", Ipv4Addr::from_bits(address.to_bits() >> 8 << 8))
            }
            Some(IpAddr::V6(address)) => {
                format!("{}/48", Ipv6Addr::from_bits(address.to_bits() >> 80 << 80))
            }
        })
    }

    pub(crate) fn as_str(&self) -> &str {
        &self.0
    }
}

impl<S: Sync> FromRequestParts<S> for Network {
    type Rejection = Infallible;

    async fn from_request_parts(parts: &mut Parts, _: &S) -> Result<Self, Self::Rejection> {
        let peer = parts.extensions.get::<ConnectInfo<SocketAddr>>();
        Ok(Self::of(peer.map(|ConnectInfo(peer)| peer.ip())))
    }
}

/// Something that happens now, as it is going to be kept. What it changes and that it happened are one
/// transaction of the data base, so there is never one without the other.
#[derive(Clone, Copy)]
pub(crate) struct Entry<'a> {
    pub(crate) what: What,
    /// Where one is known.
    pub(crate) member: Option<i64>,
    pub(crate) detail: &'a str,
    pub(crate) network: &'a Network,
    pub(crate) now: OffsetDateTime,
    /// What happened before this is forgotten.
    pub(crate) oldest: OffsetDateTime,
}

impl<'a> Entry<'a> {
    /// By the operator's command, so from no network. What is old is forgotten by the portal.
    pub(crate) fn by_the_operator(
        what: What,
        member: impl Into<Option<i64>>,
        nowhere: &'a Network,
        now: OffsetDateTime,
    ) -> Self {
        let oldest = OffsetDateTime::UNIX_EPOCH;
        Self { what, member: member.into(), detail: "", network: nowhere, now, oldest }
    }
}

impl Portal {
    /// An entry for what a member does now.
    pub(crate) fn entry<'a>(
        &self,
        what: What,
        member: impl Into<Option<i64>>,
        detail: &'a str,
        network: &'a Network,
    ) -> Entry<'a> {
        let now = self.clock.now();
        let oldest = now - Duration::days(self.config.audit_days.get().into());
        Entry { what, member: member.into(), detail, network, now, oldest }
    }

    /// Keeps what happened and changes nothing else. What cannot be kept is not done: whoever calls this goes
    /// no further.
    pub(crate) async fn note(
        &self,
        what: What,
        member: impl Into<Option<i64>>,
        detail: &str,
        network: &Network,
    ) -> Result<(), StoreError> {
        self.store.add_deed(&self.entry(what, member, detail, network)).await
    }

    /// Keeps that a network had to wait, once a minute: what is refused without a look must not fill the disk.
    pub(crate) async fn note_wait(&self, network: &Network) -> Result<(), StoreError> {
        let since = self.clock.now() - Duration::MINUTE;
        match self.store.was_kept(What::SIGN_IN_LOCKED, network, since).await? {
            true => Ok(()),
            false => self.note(What::SIGN_IN_LOCKED, None, "", network).await,
        }
    }

    /// Keeps what a member did that changes nothing, unless the same was kept so often within the hour: nobody
    /// fills the disk by asking.
    pub(crate) async fn note_seldom(
        &self,
        what: What,
        member: i64,
        detail: &str,
        network: &Network,
    ) -> Result<(), StoreError> {
        let since = self.clock.now() - Duration::HOUR;
        match self.store.times_kept(what, member, since).await? < MOST_AN_HOUR {
            true => self.note(what, member, detail, network).await,
            false => Ok(()),
        }
    }
}

/// Of what changes nothing, of one member.
const MOST_AN_HOUR: i64 = 30;

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_network_is_one_of_many_households() {
        let of = |text: &str| Network::of(Some(text.parse().unwrap())).0;
        assert_eq!(of("203.0.113.77"), "203.0.113.0/24");
        assert_eq!(of("::ffff:203.0.113.77"), "203.0.113.0/24");
        assert_eq!(of("2001:db8:1:2:3::4"), "2001:db8:1::/48");
        assert_eq!(Network::of(None).as_str(), "");
    }
}
