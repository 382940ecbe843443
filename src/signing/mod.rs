//! What is put under a signature. The card signs nothing that was not built in this folder, and
//! nothing built here has bytes of someone else's choosing in a place where they could make it
//! something else: a token is two hash values, signed attributes hold the hash of a content.
//!
//! Refuses to know who asked, which card signs and over which door the answer leaves.

mod attributes;
mod cms;
mod hash;
mod key;
mod token;

pub use cms::CmsInput;
pub use hash::Hash;
pub use token::{Token, TokenInput};

/// Nothing can be signed, or the card's answer is of no use.
#[derive(Debug, thiserror::Error)]
pub enum SigningError {
    /// The certificate's key did not make this signature: a wrong key on the card, or a fault.
    #[error("the card's signature does not fit its certificate")]
    Signature,
    /// The key is neither RSA nor on P-256 or P-384.
    #[error("the card's key is of a kind nothing is signed with")]
    Key,
    /// The key does not sign with the hash that was asked for.
    #[error("the card's key does not sign with this hash")]
    Hash,
    /// OpenSSL could not read the certificate.
    #[error("the card's certificate cannot be used")]
    Certificate(#[from] openssl::error::ErrorStack),
    /// A certificate, the attributes or the signature cannot be put into DER.
    #[error("the signature cannot be put together")]
    Encoding(#[from] ::cms::cert::x509::der::Error),
}
