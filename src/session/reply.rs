//! What a site gets.

use crate::signing::Token;

/// A request's good ending. Certificates are DER; issuers come nearest first, as far as the card
/// carries them.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Reply {
    /// Who is at this computer.
    Token {
        /// What the site verifies.
        token: Token,
        /// The certificate's issuers.
        issuers: Vec<Vec<u8>>,
    },
    /// A signature.
    Signature {
        /// CMS SignedData, DER.
        cms: Vec<u8>,
        /// Whose signature it is.
        certificate: Vec<u8>,
        /// The certificate's issuers.
        issuers: Vec<Vec<u8>>,
    },
    /// The card's certificates.
    Certificates {
        /// The one of its signature key.
        signing: Vec<u8>,
        /// That one's issuers.
        issuers: Vec<Vec<u8>>,
    },
}
