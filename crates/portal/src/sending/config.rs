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

pub(super) fn patience() -> NonZeroU16 {
    const { NonZeroU16::new(20).unwrap() }
}

pub(super) fn retries() -> Vec<u16> {
    vec![5, 30, 90]
}

/// Whether a server by this name is on this computer.
pub(super) fn is_local(server: &str) -> bool {
    let address = server.trim_start_matches('[').trim_end_matches(']');
    server == "localhost" || address.parse().is_ok_and(|ip: std::net::IpAddr| ip.is_loopback())
}
