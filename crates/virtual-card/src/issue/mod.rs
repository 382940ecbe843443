//! Makes card images under a throw-away test PKI: a root, two issuing authorities of the same
//! name, cardholders of any name and national ID number.
//!
//! Shaped like the PKI of the real cards, named so that nobody takes it for one. Refuses to know
//! what time it is: that is an argument.

mod authority;
mod cardholder;
mod certificate;
mod condition;
mod directory;
mod error;
mod key_kind;
mod national_id;
mod revocation;

pub use authority::{Authority, Ca, NotACa};
pub use cardholder::CardholderRequest;
pub use condition::{Condition, NotACondition, READY, ReadyCard};
pub use error::IssueError;
pub use key_kind::{KeyKind, NotAKeyKind};
pub use national_id::{NationalId, NotANationalId};
pub use revocation::RevocationReason;
