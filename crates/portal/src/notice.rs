//! A member is written to when the way to sign in has changed: whoever did it, the member learns of it.

use crate::{
    Portal,
    account::Account,
    gold::masked,
    language::Language,
    sending::{Letter, Seat},
    texts::NoticeTexts,
};

/// What has changed.
#[derive(Clone, Copy)]
pub(crate) enum Notice<'a> {
    Password,
    /// This is the new one; the one before is written to.
    Account(&'a str),
    Gold,
    /// Another card for a gold member.
    Card,
    /// A clerk gave the card to another account.
    GoldFreed,
}

impl Notice<'_> {
    fn text(self, texts: &NoticeTexts) -> String {
        match self {
            Self::Password => texts.password.to_owned(),
            Self::Account(new) => texts.account.replace("{account}", &masked(new)),
            Self::Gold => texts.gold.to_owned(),
            Self::Card => texts.card.to_owned(),
            Self::GoldFreed => texts.gold_freed.to_owned(),
        }
    }
}

impl Portal {
    /// Writes to a member. What has changed has changed: where nothing can be sent, the log says so.
    pub(crate) async fn write_to(&self, account: &str, notice: Notice<'_>, language: Language) {
        let texts = NoticeTexts::of(language);
        let Some(account) = Account::parse(account) else {
            tracing::warn!("an account of no kind cannot be written to");
            return;
        };
        let (subject, text) = (texts.subject, notice.text(texts));
        match self.sending.seat(&account) {
            Ok(Seat::Queue(place)) => {
                place.take(Letter { account, subject, text, language: language.tag() });
            }
            Ok(Seat::Outbox) => {
                let shown = self.store.show_message(account.as_str(), &text, self.clock.now());
                if let Err(error) = shown.await {
                    tracing::warn!(error = &error as &dyn std::error::Error, "a notice is lost");
                }
            }
            Err(error) => {
                tracing::warn!(error = &error as &dyn std::error::Error, "a notice is not sent");
            }
        }
    }
}
