//! Why a message did not arrive. Nothing of it may name the person: a server repeats addresses in its
//! answers, so of those only the number is kept.

/// What went wrong in one try.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub(crate) enum Undelivered {
    /// SMTP's or HTTP's own number.
    #[error("the server answered {status}")]
    Refused { status: u16, is_final: bool },
    #[error("the server did not answer in time")]
    TimedOut,
    #[error("there is no secure connection to the server")]
    Tls,
    #[error("there is no connection to the server")]
    Connection,
    #[error("the server does not speak as agreed")]
    Protocol,
    #[error("the server's answer does not say that it took the message")]
    NotAccepted,
    #[error("no message can be addressed to this account")]
    Address,
    #[error("the system has no randomness to give")]
    Randomness,
}

impl Undelivered {
    /// Whether another try would come to the same.
    pub(crate) fn is_final(self) -> bool {
        match self {
            Self::Refused { is_final, .. } => is_final,
            // A gateway that took it after all would be paid twice.
            Self::NotAccepted | Self::Address => true,
            Self::TimedOut | Self::Tls | Self::Connection | Self::Protocol | Self::Randomness => {
                false
            }
        }
    }
}
