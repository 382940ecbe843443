//! Why the portal cannot send as it is configured. It is told at the start.

use std::{io, path::PathBuf};

use crate::secret_file::SecretFileError;

/// What is wrong with the configuration.
#[derive(Debug, thiserror::Error)]
pub enum SendingError {
    /// The sender is no mail address.
    #[error("`from` is not a mail address, for instance \"臺北卡 <no-reply@example.tw>\"")]
    From,
    /// Only one of user and password is there.
    #[error("`user` and `password` belong together")]
    Credentials,
    /// Codes and passwords would cross the network readable.
    #[error("{server} is another computer: a connection to it has to be encrypted")]
    Readable {
        /// Which server.
        server: String,
    },
    /// The server's name cannot be one.
    #[error("{server} cannot be connected to")]
    Server {
        /// Which server.
        server: String,
    },
    /// An authority's certificate cannot be read.
    #[error("the certificate {path} cannot be read")]
    Root {
        /// Which file.
        path: PathBuf,
        /// Why.
        source: io::Error,
    },
    /// The secret is not to be had.
    #[error("the password or key is not to be had")]
    Secret(#[from] SecretFileError),
    /// The address is none, or would be reached readably.
    #[error("the gateway's address {url} is not one that begins with https://")]
    Address {
        /// Which address.
        url: String,
    },
    /// The header is not one.
    #[error("`header` is not a header, for instance \"Authorization: Bearer {{secret}}\"")]
    Header,
    /// The body lacks something, or is not what it is said to be.
    #[error(
        "`body` is not of its format, or has no {{text}} or neither {{number}} nor {{e164}} in it"
    )]
    Body,
    /// A secret is asked for and there is none, or the other way round.
    #[error("`secret` and {{secret}} belong together")]
    NoSecret,
    /// Too many tries, or too late.
    #[error("`retry-seconds` has more than 5 tries, or ends later than a code is good")]
    Pace,
}
