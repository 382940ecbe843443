//! What a site gets.

use crate::signing::Token;

/// A request's good ending.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Proof {
    /// What the site verifies.
    pub token: Token,
    /// The certificate's issuers, DER, nearest first, as far as the card carries them.
    pub issuers: Vec<Vec<u8>>,
}
