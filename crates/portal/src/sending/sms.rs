//! By SMS: posts a message to a gateway over HTTPS. There is no standard for these, so the operator writes
//! down what the body looks like.

use std::{sync::Arc, time::Duration};

use axum::http::{HeaderName, HeaderValue, StatusCode};
use tokio::task::spawn_blocking;
use zeroize::Zeroizing;

use super::{
    Letter, SendingError, SmsConfig, SmsFormat,
    template::{Place, Template},
    undelivered::Undelivered,
};
use crate::{
    account::Account,
    post::{Client, Post, PostError},
    secret_file,
};

/// A gateway and how it is spoken to.
pub(super) struct Sms {
    client: Client,
    format: SmsFormat,
    body: Template,
    header: Option<(HeaderName, HeaderValue)>,
    secret: Zeroizing<String>,
    accepted: Option<String>,
}

impl Sms {
    pub(super) fn open(config: &SmsConfig) -> Result<Self, SendingError> {
        let patience = Duration::from_secs(config.patience_seconds.get().into());
        let client = Client::open(&config.url, patience)
            .ok_or_else(|| SendingError::Address { url: config.url.clone() })?;
        let body = Template::parse(&config.body);
        let header = config.header.as_deref().map(Template::parse);
        let wants_secret =
            body.has(Place::Secret) || header.as_ref().is_some_and(|it| it.has(Place::Secret));
        if wants_secret != config.secret.is_some() {
            return Err(SendingError::NoSecret);
        }
        let secret = config.secret.as_deref().map(secret_file::read).transpose()?;
        let mut sms = Self {
            client,
            format: config.format,
            body,
            header: None,
            secret: secret.unwrap_or_default(),
            accepted: config.accepted.clone(),
        };
        sms.header = header.map(|template| sms.header(&template)).transpose()?;
        sms.is_complete().then_some(sms).ok_or(SendingError::Body)
    }

    /// Name and value, which is left out of whatever is printed.
    fn header(&self, template: &Template) -> Result<(HeaderName, HeaderValue), SendingError> {
        let line = template.fill(
            |place| if place == Place::Secret { &self.secret } else { "" },
            |value| value.to_owned(),
        );
        let (name, value) = line.split_once(':').ok_or(SendingError::Header)?;
        let name = name.trim().parse().map_err(|_| SendingError::Header)?;
        let mut value: HeaderValue = value.trim().parse().map_err(|_| SendingError::Header)?;
        value.set_sensitive(true);
        Ok((name, value))
    }

    /// Whether a message arrives with this body.
    fn is_complete(&self) -> bool {
        let sample = self.filled("0912345678", "\"");
        let is_of_format = match self.format {
            SmsFormat::Json => serde_json::from_str::<serde_json::Value>(&sample).is_ok(),
            SmsFormat::Form => sample.contains('='),
        };
        let has = |place| self.body.has(place);
        is_of_format && has(Place::Text) && (has(Place::Number) || has(Place::E164))
    }

    fn filled(&self, number: &str, text: &str) -> Zeroizing<String> {
        let e164 = number.replacen('0', "+886", 1);
        let value = |place| match place {
            Place::Number => number,
            Place::E164 => &e164,
            Place::Text => text,
            Place::Secret => &self.secret,
        };
        self.body.fill(value, |value| self.format.write(value))
    }

    pub(super) async fn deliver(self: Arc<Self>, letter: &Letter) -> Result<(), Undelivered> {
        let Account::Mobile(number) = &letter.account else {
            return Err(Undelivered::Address);
        };
        let post = Post {
            content_type: self.format.content_type(),
            header: self.header.clone(),
            body: self.filled(number, &letter.text),
        };
        let posted = spawn_blocking(move || self.post(post)).await;
        posted.unwrap_or(Err(Undelivered::Connection))
    }

    fn post(&self, post: Post) -> Result<(), Undelivered> {
        let answer = self.client.post(post)?;
        if !answer.status.is_success() {
            let status = answer.status;
            let is_later =
                [StatusCode::REQUEST_TIMEOUT, StatusCode::TOO_MANY_REQUESTS].contains(&status);
            let is_final = !status.is_server_error() && !is_later;
            return Err(Undelivered::Refused { status: status.as_u16(), is_final });
        }
        let says_so = self
            .accepted
            .as_ref()
            .is_none_or(|word| String::from_utf8_lossy(&answer.body).contains(word.as_str()));
        says_so.then_some(()).ok_or(Undelivered::NotAccepted)
    }
}

impl From<PostError> for Undelivered {
    fn from(error: PostError) -> Self {
        match error {
            PostError::TimedOut => Self::TimedOut,
            PostError::Tls => Self::Tls,
            PostError::Connection => Self::Connection,
            PostError::Protocol => Self::Protocol,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_gateway_that_cannot_be_spoken_to_is_told_at_the_start() {
        let opened = |url: &str, format: &str, body: &str, more: &str| {
            let text = format!("url = '{url}'\nformat = '{format}'\nbody = '{body}'\n{more}");
            Sms::open(&toml::from_str(&text).unwrap()).err().map(|error| error.to_string())
        };
        let (url, json) = ("https://sms.tw/", r#"{"to":"{e164}","m":"{text}"}"#);
        assert_eq!(opened(url, "json", json, ""), None);
        assert_eq!(opened(url, "form", "to={number}&m={text}", "header = 'X-Key: 1'"), None);
        for (told, word) in [
            (opened("http://sms.tw/", "json", json, ""), "https://"),
            (opened(url, "json", "to={number}&m={text}", ""), "`body`"),
            (opened(url, "json", r#"{"to":"{nubmer}","m":"{text}"}"#, ""), "`body`"),
            (opened(url, "form", "to={number}", ""), "`body`"),
            (
                opened(url, "json", json, "header = 'X-Key {secret}'\nsecret = '/nowhere'"),
                "not to be had",
            ),
            (opened(url, "json", json, "header = 'X-Key: {secret}'"), "belong together"),
            (opened(url, "json", json, "secret = '/nowhere'"), "belong together"),
            (opened(url, "json", json, "header = 'Key'"), "not a header"),
            (opened(url, "json", json, "header = 'Two words: x'"), "not a header"),
        ] {
            assert!(told.as_ref().is_some_and(|told| told.contains(word)), "{told:?} {word}");
        }
    }
}
