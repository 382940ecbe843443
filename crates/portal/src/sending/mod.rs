//! How messages leave the portal: by mail, by a gateway for SMS, or not at all but onto a page, for
//! development.
//!
//! A visitor never waits for a mail server: a message gets a place before anything else is done and
//! is carried from there behind the request. Refuses to know what a message says and whether
//! somebody has the account.

mod config;
mod error;
mod mail;
mod pace;
mod queue;
mod sms;
mod template;
mod undelivered;
mod way;

use std::time::Duration;

use crate::{Config, account::Account};
pub use config::{MailConfig, MailTls, SmsConfig, SmsFormat};
pub use error::SendingError;
use mail::Mail;
pub(crate) use pace::Pace;
pub(crate) use queue::Place;
use queue::Queue;
use sms::Sms;

/// What is sent to an account.
pub(crate) struct Letter {
    pub(crate) account: Account,
    /// Of a mail; an SMS has none.
    pub(crate) subject: &'static str,
    pub(crate) text: String,
    /// BCP 47.
    pub(crate) language: &'static str,
}

/// The ways there are, one for each kind of account.
pub(crate) struct Sending {
    mail: Option<Line>,
    sms: Option<Line>,
}

/// One way, with those who wait for it.
enum Line {
    Queue(Queue),
    /// Shown by the data base: there is nothing to wait for.
    Outbox,
}

/// What a message to an account will be taken by.
pub(crate) enum Seat {
    Queue(Place),
    /// The data base shows it.
    Outbox,
}

/// Why no message can be taken.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub(crate) enum NoSeat {
    /// Nothing is sent to accounts of this kind.
    #[error("no way leads to an account of this kind")]
    NoWay,
    /// As many are being sent as there are places for.
    #[error("as many messages are being sent as there are places for")]
    Full,
}

impl Sending {
    /// Reads what the configuration names. Where there is no better way the outbox is one.
    pub(crate) fn open(config: &Config) -> Result<Self, SendingError> {
        let outbox = || config.outbox.then_some(Line::Outbox);
        let mail = match &config.mail {
            Some(mail) => Some(Line::Queue(Queue::new(
                Mail::open(mail, &config.origin)?.into(),
                Pace::of(mail.patience_seconds, &mail.retry_seconds)?,
            ))),
            None => outbox(),
        };
        let sms = match &config.sms {
            Some(sms) => Some(Line::Queue(Queue::new(
                Sms::open(sms)?.into(),
                Pace::of(sms.patience_seconds, &sms.retry_seconds)?,
            ))),
            None => outbox(),
        };
        Ok(Self { mail, sms })
    }

    /// Whether anything can be sent, so that somebody can become a member.
    pub(crate) fn is_possible(&self) -> bool {
        self.reaches_mail() || self.reaches_mobiles()
    }

    pub(crate) fn reaches_mail(&self) -> bool {
        self.mail.is_some()
    }

    pub(crate) fn reaches_mobiles(&self) -> bool {
        self.sms.is_some()
    }

    /// A seat for a message to this account, before it is known what the message says.
    pub(crate) fn seat(&self, account: &Account) -> Result<Seat, NoSeat> {
        let line = match account {
            Account::Email(_) => &self.mail,
            Account::Mobile(_) => &self.sms,
        };
        match line {
            Some(Line::Queue(queue)) => queue.place().map(Seat::Queue).ok_or(NoSeat::Full),
            Some(Line::Outbox) => Ok(Seat::Outbox),
            None => Err(NoSeat::NoWay),
        }
    }

    /// Waits until what was taken is sent or given up, but not longer than this.
    pub(crate) async fn finish(&self, patience: Duration) {
        let both = async {
            for line in [&self.mail, &self.sms] {
                if let Some(Line::Queue(queue)) = line {
                    queue.is_empty().await;
                }
            }
        };
        if tokio::time::timeout(patience, both).await.is_err() {
            tracing::warn!("messages that were not sent yet are lost");
        }
    }
}
