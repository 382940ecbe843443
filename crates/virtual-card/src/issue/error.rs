//! Why an authority or a card could not be made.

use std::path::{Path, PathBuf};

use openssl::error::ErrorStack;

/// What went wrong while issuing.
#[derive(Debug, thiserror::Error)]
pub enum IssueError {
    /// An X.509 common name has 1 to 64 characters (RFC 5280 appendix A.1).
    #[error("the cardholder's name must have 1 to 64 characters, not {0}")]
    Name(usize),
    /// The card would never be valid.
    #[error("the certificates would end before they begin")]
    Validity,
    /// Cards of that kind hold no such keys; choose another kind of key.
    #[error("cards of that profile hold no such keys; choose another --key")]
    KeyKind,
    /// The directory holds an authority already; open it, or choose another directory.
    #[error("the directory {} holds an authority already", .0.display())]
    AlreadyThere(PathBuf),
    /// The card was issued by another authority; name the directory of its own.
    #[error("the card was issued by another authority")]
    ForeignCard,
    /// A file of the authority cannot be read or made.
    #[error("the authority's file {} cannot be used", path.display())]
    Io {
        /// The file.
        path: PathBuf,
        /// What the system said.
        #[source]
        source: std::io::Error,
    },
    /// A file of the authority does not hold what it should; make the authority anew.
    #[error("the authority's file {} is damaged: {reason}", path.display())]
    Damaged {
        /// The file.
        path: PathBuf,
        /// What does not fit, without quoting the file.
        reason: String,
    },
    /// OpenSSL failed, most likely for want of randomness.
    #[error("the cryptographic library failed")]
    Cryptography(#[from] ErrorStack),
}

impl IssueError {
    /// For `map_err` on a file operation.
    pub(super) fn io(path: &Path) -> impl FnOnce(std::io::Error) -> Self {
        |source| Self::Io { path: path.to_owned(), source }
    }

    /// For `map_err` on parsing a file.
    pub(super) fn damaged<E: std::fmt::Display>(path: &Path) -> impl FnOnce(E) -> Self {
        |error| Self::Damaged { path: path.to_owned(), reason: error.to_string() }
    }
}
