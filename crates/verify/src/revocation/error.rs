//! Why a certificate is not known to be in force, and for how long that holds.

use time::OffsetDateTime;

use super::{OcspError, RevocationReason};
use crate::KeyIdentifier;

/// Why a certificate is not known to be in force.
#[derive(Debug, thiserror::Error)]
pub enum RevocationError {
    /// Revoked 廢止, for good: its holder needs a new card.
    #[error("the certificate was revoked at {since}, reason {reason}")]
    Revoked {
        /// From when on.
        since: OffsetDateTime,
        /// Why.
        reason: RevocationReason,
    },
    /// Suspended 停用: its holder can have that lifted.
    #[error("the certificate is suspended since {since}")]
    Suspended {
        /// From when on.
        since: OffsetDateTime,
        /// Until then at least nothing new is known here.
        until: OffsetDateTime,
    },
    /// No list and no responder is configured for the card's authority.
    #[error("no list and no responder is configured for the authority with the key {authority}")]
    NobodyToAsk {
        /// The authority's key.
        authority: KeyIdentifier,
    },
    /// The authority's list has never been read.
    #[error("the list of the authority with the key {authority} has not been read: {}", cause.as_deref().unwrap_or("nobody has refreshed it"))]
    NoList {
        /// The authority's key.
        authority: KeyIdentifier,
        /// What was in the way of the last try.
        cause: Option<String>,
    },
    /// The authority's list is too old, and no newer one came.
    #[error("the list of the authority with the key {authority} was good until {next_update}: {}", cause.as_deref().unwrap_or("nobody has refreshed it"))]
    StaleList {
        /// The authority's key.
        authority: KeyIdentifier,
        /// When the next one was due.
        next_update: OffsetDateTime,
        /// What was in the way of the last try.
        cause: Option<String>,
    },
    /// The authority's list is from the future: one of both clocks is wrong.
    #[error(
        "the list of the authority with the key {authority} is of {this_update}, which has not come"
    )]
    ListOfTheFuture {
        /// The authority's key.
        authority: KeyIdentifier,
        /// When it was made.
        this_update: OffsetDateTime,
    },
    /// The list covers other certificates of this authority only (RFC 5280 §5.2.5).
    #[error("the list of the authority with the key {authority} does not cover the certificate")]
    NotCovered {
        /// The authority's key.
        authority: KeyIdentifier,
    },
    /// The responder gave no answer that counts.
    #[error("the responder of the authority with the key {authority} gave no answer that counts")]
    Ocsp {
        /// The authority's key.
        authority: KeyIdentifier,
        /// What was wrong with it.
        #[source]
        source: OcspError,
    },
}

/// For how long a certificate stays refused.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Lasts {
    /// This certificate never comes back.
    ForGood,
    /// Until the authority lifts it, which is seen at that moment at the earliest.
    UntilLifted(OffsetDateTime),
    /// Until a list or a response is had: at the next refresh, or the next try.
    UntilRefreshed,
    /// Until the operator changes the configuration.
    UntilConfigured,
}

impl RevocationError {
    /// For how long the certificate stays refused.
    #[must_use]
    pub fn lasts(&self) -> Lasts {
        match self {
            Self::Revoked { .. } => Lasts::ForGood,
            Self::Suspended { until, .. } => Lasts::UntilLifted(*until),
            Self::NoList { .. }
            | Self::StaleList { .. }
            | Self::ListOfTheFuture { .. }
            | Self::Ocsp { .. } => Lasts::UntilRefreshed,
            Self::NobodyToAsk { .. } | Self::NotCovered { .. } => Lasts::UntilConfigured,
        }
    }

    /// The stable code of this error; see the crate's `tests/data/README.md`.
    #[must_use]
    pub fn code(&self) -> &'static str {
        match self {
            Self::Revoked { .. } => "revoked",
            Self::Suspended { .. } => "suspended",
            Self::NobodyToAsk { .. } => "nobody-to-ask",
            Self::NoList { .. } => "no-list",
            Self::StaleList { .. } => "stale-list",
            Self::ListOfTheFuture { .. } => "list-of-the-future",
            Self::NotCovered { .. } => "list-not-covering",
            Self::Ocsp { source, .. } => source.code(),
        }
    }
}
