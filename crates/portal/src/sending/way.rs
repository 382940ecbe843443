//! The ways that lead out of this computer.

use std::sync::Arc;

use super::{Letter, mail::Mail, sms::Sms, undelivered::Undelivered};

pub(super) enum Way {
    Mail(Box<Mail>),
    Sms(Arc<Sms>),
}

impl Way {
    /// For the log.
    pub(super) fn name(&self) -> &'static str {
        match self {
            Self::Mail(_) => "mail",
            Self::Sms(_) => "sms",
        }
    }

    /// Hands one message over, once.
    pub(super) async fn deliver(&self, letter: &Letter) -> Result<(), Undelivered> {
        match self {
            Self::Mail(mail) => mail.deliver(letter).await,
            Self::Sms(sms) => sms.clone().deliver(letter).await,
        }
    }
}

impl From<Mail> for Way {
    fn from(mail: Mail) -> Self {
        Self::Mail(Box::new(mail))
    }
}

impl From<Sms> for Way {
    fn from(sms: Sms) -> Self {
        Self::Sms(Arc::new(sms))
    }
}
