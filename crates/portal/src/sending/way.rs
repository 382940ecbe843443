//! The ways that lead out of this computer.

use super::{Letter, mail::Mail, undelivered::Undelivered};

pub(super) enum Way {
    Mail(Box<Mail>),
}

impl Way {
    /// For the log.
    pub(super) fn name(&self) -> &'static str {
        match self {
            Self::Mail(_) => "mail",
        }
    }

    /// Hands one message over, once.
    pub(super) async fn deliver(&self, letter: &Letter) -> Result<(), Undelivered> {
        match self {
            Self::Mail(mail) => mail.deliver(letter).await,
        }
    }
}

impl From<Mail> for Way {
    fn from(mail: Mail) -> Self {
        Self::Mail(Box::new(mail))
    }
}
