//! What a web site needs to believe a card: challenges of its own, the check of the token that
//! came back, and the person behind it.
//!
//! ```no_run
//! # fn demo(anchor: &[u8], intermediate: &[u8], token: &[u8]) -> Result<(), Box<dyn std::error::Error>> {
//! use ankong_verify::{ChallengeStore, Verifier};
//! use time::OffsetDateTime;
//!
//! let mut challenges = ChallengeStore::new();
//! let verifier =
//!     Verifier::builder("https://id.example").anchor(anchor).intermediate(intermediate).build()?;
//!
//! let challenge = challenges.issue("browser session", (), OffsetDateTime::now_utc())?;
//! // … the page hands the challenge to the card and posts the token back …
//! challenges.take("browser session", challenge.as_str(), OffsetDateTime::now_utc())?;
//! let person = verifier.verify(token, challenge.as_str(), OffsetDateTime::now_utc())?;
//! # Ok(()) }
//! ```
//!
//! Refuses to know HTTP, a clock, a data base and the network: time is an argument, certificates
//! are bytes, and nothing is fetched.
//!
//! **A token does not prove a national ID.** A MOICA certificate carries the last four characters
//! of its holder's ID and no more, so an ID that a person typed stays their claim even where the
//! last four agree: one in 10,000 numbers has the same. A site that needs the whole number has to
//! ask a register. What is unique here is the certificate, by its fingerprint.
//!
//! **Revocation is not checked by this version.** A certificate that was suspended or revoked
//! (停用、廢止) still passes, as long as it has not expired.

mod certificate;
mod challenge;
mod check;
mod error;
mod identity;
mod national_id;
mod origin;
mod token;
mod verifier;

pub use certificate::{CertificateError, KeyIdentifier};
pub use challenge::{Challenge, ChallengeError, ChallengeStore, IssueError};
pub use check::{
    algorithm::AlgorithmError,
    chain::ChainError,
    key_usage::KeyUsageError,
    validity::{Position, ValidityError},
};
pub use error::VerifyError;
pub use identity::{IdentityError, SubjectIdentity};
pub use national_id::{NationalId, NationalIdError};
pub use origin::{Origin, OriginError};
pub use token::TokenError;
pub use verifier::{BuildError, Verifier, VerifierBuilder};
