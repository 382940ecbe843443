//! What a web site needs to believe a card: challenges of its own, the check of the token that
//! came back, the person behind it, and documents that were signed.
//!
//! ```no_run
//! # fn demo(root: &[u8], authority: &[u8], token: &[u8]) -> Result<(), Box<dyn std::error::Error>> {
//! use std::{path::Path, sync::Arc};
//!
//! use ankong_verify::{ChallengeStore, CrlSource, HttpFetch, Origin, Trust, Verifier, moica};
//! use time::OffsetDateTime;
//!
//! let list = "https://crl-moica.moi.gov.tw/crl/MOICA-G3-complete.crl";
//! let list = Arc::new(CrlSource::url(authority, list, Path::new("/var/cache/portal"))?);
//! let trust = Trust::builder()
//!     .anchor(root, moica::GRCA_G3)
//!     .intermediate(authority)
//!     .subject_type(moica::NATURAL_PERSON)
//!     .crl(list.clone())
//!     .build()?;
//! let verifier = Verifier::new(Origin::parse("https://id.example")?, Arc::new(trust));
//! list.refresh(&HttpFetch::new())?; // again every few minutes, on a thread of its own
//!
//! let mut challenges = ChallengeStore::new();
//! let challenge = challenges.issue("browser session", (), OffsetDateTime::now_utc())?;
//! // … the page hands the challenge to the card and posts the token back …
//! challenges.take("browser session", challenge.as_str(), OffsetDateTime::now_utc())?;
//! let person = verifier.verify(token, challenge.as_str(), OffsetDateTime::now_utc())?;
//! println!("{}", person.subject().name);
//! # Ok(()) }
//! ```
//!
//! Refuses to know a clock, a data base and, without the feature `http`, the network: time, certificates and
//! fetches are arguments.
//!
//! **A token does not prove a national ID.** A MOICA certificate carries the last four characters
//! of its holder's ID and no more, so an ID that a person typed is an [`UnverifiedId`] even where the
//! last four agree: one in 10,000 numbers has the same. A site that needs the whole number has to
//! ask a register ([`IdCheck`]). What is unique here is the certificate, by its fingerprint.
//!
//! **Without a list or a responder nobody passes.** Revocation is part of [`Trust`]: an authority whose list
//! has not been read, is too old, or is another authority's, refuses all its cards until that is mended.
//! [`RevocationError::lasts`] says for how long a refusal holds.
//!
//! **A document is no sign-in.** [`CmsVerifier`] gives a [`SignedDocument`], [`Verifier`] an [`Authenticated`],
//! and neither can be made from the other.

mod algorithm;
mod certificate;
mod challenge;
mod check;
mod cms;
mod der;
mod error;
mod fetch;
mod fingerprint;
mod id_check;
mod identity;
pub mod moica;
mod national_id;
mod origin;
mod revocation;
mod token;
mod trust;
mod verifier;

pub use certificate::{CertificateError, KeyIdentifier};
pub use challenge::{Challenge, ChallengeError, ChallengeStore, IssueError};
pub use check::{
    algorithm::AlgorithmError,
    chain::ChainError,
    key_usage::KeyUsageError,
    validity::{Position, ValidityError},
};
pub use cms::{CmsError, CmsVerifier, SignedDocument};
pub use error::VerifyError;
#[cfg(feature = "http")]
pub use fetch::HttpFetch;
pub use fetch::{Fetch, FetchError, Get, Got, Post, Validators};
pub use fingerprint::{Fingerprint, NotAFingerprint};
pub use id_check::{ClaimError, IdCheck, IdCheckError, UnverifiedId, VerifiedId};
pub use identity::{IdentityError, SubjectForm, SubjectIdentity};
pub use national_id::{NationalId, NationalIdError};
pub use origin::{Origin, OriginError};
pub use revocation::{
    CrlSource, Lasts, ListError, OcspError, OcspSource, RefreshError, Refreshed, RevocationError,
    RevocationList, RevocationReason, SourceError,
};
pub use token::TokenError;
pub use trust::{BuildError, Trust, TrustBuilder};
pub use verifier::{Authenticated, Verifier};
