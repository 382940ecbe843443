//! What an operator decides about sending.

use std::{
    num::NonZeroU16,
    path::{Path, PathBuf},
};

use serde::Deserialize;

/// `[mail]`: the server that takes the portal's mails.
#[derive(Debug, Clone, Deserialize)]
#[serde(deny_unknown_fields, rename_all = "kebab-case")]
pub struct MailConfig {
    /// Its name.
    pub server: String,
    /// Its port; 587, 465 or 25 by the kind of TLS if left out.
    #[serde(default)]
    pub port: Option<u16>,
    /// How the connection is encrypted.
    #[serde(default)]
    pub tls: MailTls,
    /// PEM certificate of an authority the server's certificate may be of, beside the system's.
    #[serde(default)]
    pub root: Option<PathBuf>,
    /// With `password`: who the portal is to the server.
    #[serde(default)]
    pub user: Option<String>,
    /// A file that only its owner may read, with the password in it.
    #[serde(default)]
    pub password: Option<PathBuf>,
    /// The sender, for instance `臺北卡 <no-reply@example.tw>`.
    pub from: String,
    /// Seconds for one try.
    #[serde(default = "patience")]
    pub patience_seconds: NonZeroU16,
    /// Seconds before the second try, before the third, and so on.
    #[serde(default = "retries")]
    pub retry_seconds: Vec<u16>,
}

/// `[sms]`: the gateway that takes SMS over HTTPS. In `header` and `body`, `{number}` stands for the number
/// (`0912345678`), `{e164}` for its international form (`+886912345678`), `{text}` for the message and
/// `{secret}` for what is in the file `secret`.
#[derive(Debug, Clone, Deserialize)]
#[serde(deny_unknown_fields, rename_all = "kebab-case")]
pub struct SmsConfig {
    /// Where a message is posted: `https:`, or `http:` on this computer.
    pub url: String,
    /// What the body is, and so how the values in it are written.
    pub format: SmsFormat,
    /// The body.
    pub body: String,
    /// One header, for instance `Authorization: Bearer {secret}`.
    #[serde(default)]
    pub header: Option<String>,
    /// A file that only its owner may read, with the gateway's password or key in it.
    #[serde(default)]
    pub secret: Option<PathBuf>,
    /// What has to stand in the gateway's answer, beside a status of 200 to 299.
    #[serde(default)]
    pub accepted: Option<String>,
    /// Seconds for one try.
    #[serde(default = "patience")]
    pub patience_seconds: NonZeroU16,
    /// Seconds before the second try, before the third, and so on.
    #[serde(default = "retries")]
    pub retry_seconds: Vec<u16>,
}

/// What the body for a gateway is.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum SmsFormat {
    /// `application/json` (RFC 8259).
    Json,
    /// `application/x-www-form-urlencoded`, in UTF-8.
    Form,
}

impl SmsConfig {
    pub(crate) fn resolve(&mut self, folder: &Path) {
        self.secret = self.secret.take().map(|path| folder.join(path));
    }
}

/// How the connection to the mail server is encrypted.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum MailTls {
    /// From the first byte on (RFC 8314 §3.3).
    Implicit,
    /// After STARTTLS (RFC 3207), without which nothing is sent.
    #[default]
    Starttls,
    /// Not at all: only for a server on this computer.
    None,
}

impl MailConfig {
    pub(crate) fn resolve(&mut self, folder: &Path) {
        for path in self.root.iter_mut().chain(&mut self.password) {
            *path = folder.join(&path);
        }
    }
}

fn patience() -> NonZeroU16 {
    const { NonZeroU16::new(20).unwrap() }
}

fn retries() -> Vec<u16> {
    vec![5, 30, 90]
}
