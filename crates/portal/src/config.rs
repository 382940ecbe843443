//! The portal's configuration file (TOML). A key it does not know is an error, so that a slip of
//! the fingers cannot switch anything off.

use std::{
    fs, io,
    net::{IpAddr, SocketAddr},
    num::{NonZeroU16, NonZeroU32},
    path::{Path, PathBuf},
};

use serde::Deserialize;

use crate::{
    id_check::IdCheckConfig,
    join::CodeDigits,
    robot::RecaptchaConfig,
    sending::{MailConfig, SmsConfig},
    ways::DownloadsConfig,
};

/// What an operator decides. Paths are relative to the folder of the file itself.
#[derive(Debug, Clone, Deserialize)]
#[serde(deny_unknown_fields, rename_all = "kebab-case")]
pub struct Config {
    /// Address and port to listen on, for instance `127.0.0.1:8443`.
    pub listen: SocketAddr,
    /// Addresses of reverse proxies in front of the portal. What they write in `X-Forwarded-For` is who
    /// visits; what anybody else writes there is not read.
    #[serde(default)]
    pub proxies: Vec<IpAddr>,
    /// The origin people see in their browser, for instance `https://localhost:8443`. Tokens made
    /// for any other are refused.
    pub origin: String,
    /// TLS certificate and the chain after it, PEM.
    pub certificate: PathBuf,
    /// The key of the TLS certificate, PEM.
    pub private_key: PathBuf,
    /// SQLite file; made at the first start.
    pub database: PathBuf,
    /// The key under which national IDs are kept as an HMAC; made at the first start, and to be
    /// kept apart from the data base and its backups.
    pub national_id_key: PathBuf,
    /// The key under which personal data in the data base is sealed; made at the first start, and to be kept
    /// apart from the data base and its backups. Not the one above: this one can be exchanged for
    /// another (`rekey`), but no HMAC of a national ID can be made anew without its owner.
    #[serde(default = "data_key")]
    pub data_key: PathBuf,
    /// Days for which it is kept what happened.
    #[serde(default = "half_a_year")]
    pub audit_days: NonZeroU16,
    /// The authorities that are trusted.
    pub anchors: Vec<Anchor>,
    /// Certificates of the authorities between an anchor and the cards, PEM or DER.
    #[serde(default)]
    pub intermediates: Vec<PathBuf>,
    /// The one certificate policy that is accepted, for instance `2.16.886.101.0.3.3`; any if left
    /// out.
    #[serde(default)]
    pub policy: Option<String>,
    /// Where the page looks for Ankong.
    #[serde(default = "ankong_ports")]
    pub helper_ports: Vec<u16>,
    /// Who says which cards were revoked, for each authority that issues cards. Cards of an authority that
    /// nobody speaks for are refused.
    #[serde(default)]
    pub revocation: Vec<Revocation>,
    /// Folder for copies of lists that come over the network; made at the first start.
    #[serde(default = "lists_folder")]
    pub lists: PathBuf,
    /// Minutes between two looks for newer lists.
    #[serde(default = "ten")]
    pub refresh_minutes: NonZeroU16,
    /// The server that takes mails, by which codes go to mail addresses.
    #[serde(default)]
    pub mail: Option<MailConfig>,
    /// The gateway that takes SMS, by which codes go to mobile numbers.
    #[serde(default)]
    pub sms: Option<SmsConfig>,
    /// Google judges who is a robot, in place of a puzzle of the portal's own.
    #[serde(default)]
    pub recaptcha: Option<RecaptchaConfig>,
    /// Digits of a code, from 4 to 6.
    #[serde(default)]
    pub code_digits: CodeDigits,
    /// So many codes an hour go to everybody together: an SMS costs money, and whoever has many networks could
    /// ask for many.
    #[serde(default = "ten_thousand")]
    pub codes_per_hour: NonZeroU32,
    /// Codes that no other way leads to are shown to everybody on the page `/outbox`: for development.
    /// Where no code can go anywhere, nobody can register.
    #[serde(default)]
    pub outbox: bool,
    /// Files that install Ankong, for each system.
    #[serde(default)]
    pub downloads: DownloadsConfig,
    /// Who says whether a national ID is the cardholder's; without one it stays unverified.
    #[serde(default)]
    pub id_check: IdCheckConfig,
}

/// An authority that is trusted.
#[derive(Debug, Clone, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Anchor {
    /// Its certificate, PEM or DER.
    pub file: PathBuf,
    /// The SHA-256 fingerprint the certificate has to have, in hexadecimal.
    pub sha256: String,
}

/// Who says which of an authority's cards were revoked: a list or a responder, one of both.
#[derive(Debug, Clone, Deserialize)]
#[serde(deny_unknown_fields, rename_all = "kebab-case")]
pub struct Revocation {
    /// The authority's certificate, PEM or DER.
    pub authority: PathBuf,
    /// Where its list lies: an address that begins with `http`, or a file (DER).
    #[serde(default)]
    pub crl: Option<String>,
    /// The address of its OCSP responder, or `certificate` for the one each card names.
    #[serde(default)]
    pub ocsp: Option<String>,
}

/// Why there is no configuration.
#[derive(Debug, thiserror::Error)]
pub enum ConfigError {
    /// The file cannot be read.
    #[error("the configuration file {path} cannot be read")]
    Read {
        /// Which file.
        path: PathBuf,
        /// Why.
        source: io::Error,
    },
    /// The file is not what the portal understands.
    #[error("the configuration file {path} is not understood")]
    Parse {
        /// Which file.
        path: PathBuf,
        /// Where and why.
        source: Box<toml::de::Error>,
    },
}

impl Config {
    /// Reads the file.
    ///
    /// # Errors
    /// The file cannot be read or is not understood.
    pub fn read(path: &Path) -> Result<Self, ConfigError> {
        let text = fs::read_to_string(path)
            .map_err(|source| ConfigError::Read { path: path.to_owned(), source })?;
        let mut config: Self = toml::from_str(&text).map_err(|error| ConfigError::Parse {
            path: path.to_owned(),
            source: Box::new(error),
        })?;
        config.resolve(path.parent().unwrap_or(Path::new("")));
        Ok(config)
    }

    fn resolve(&mut self, folder: &Path) {
        let single = [
            &mut self.certificate,
            &mut self.private_key,
            &mut self.database,
            &mut self.national_id_key,
            &mut self.data_key,
        ];
        let anchors = self.anchors.iter_mut().map(|anchor| &mut anchor.file);
        let authorities = self.revocation.iter_mut().map(|one| &mut one.authority);
        let lists = [&mut self.lists];
        let all = single.into_iter().chain(anchors).chain(authorities).chain(lists);
        for path in all.chain(&mut self.intermediates) {
            *path = folder.join(&path);
        }
        self.downloads.resolve(folder);
        self.id_check.resolve(folder);
        if let Some(mail) = &mut self.mail {
            mail.resolve(folder);
        }
        if let Some(sms) = &mut self.sms {
            sms.resolve(folder);
        }
        if let Some(recaptcha) = &mut self.recaptcha {
            recaptcha.resolve(folder);
        }
        for one in &mut self.revocation {
            if let Some(file) = &mut one.crl
                && !is_address(file)
            {
                *file = folder.join(&file).to_string_lossy().into_owned();
            }
        }
    }
}

/// Whether this is an address and not a file.
pub(crate) fn is_address(place: &str) -> bool {
    place.starts_with("http://") || place.starts_with("https://")
}

fn half_a_year() -> NonZeroU16 {
    const { NonZeroU16::new(180).unwrap() }
}

fn data_key() -> PathBuf {
    "data.key".into()
}

fn lists_folder() -> PathBuf {
    "lists".into()
}

fn ten_thousand() -> NonZeroU32 {
    const { NonZeroU32::new(10_000).unwrap() }
}

fn ten() -> NonZeroU16 {
    const { NonZeroU16::new(10).unwrap() }
}

fn ankong_ports() -> Vec<u16> {
    vec![24443, 24543, 24643]
}

#[cfg(test)]
mod tests {
    use super::*;

    const EXAMPLE: &str = include_str!("../portal.example.toml");

    #[test]
    fn the_example_is_understood_and_its_paths_lie_beside_it() {
        let folder = tempfile::tempdir().unwrap();
        let file = folder.path().join("portal.toml");
        fs::write(&file, EXAMPLE).unwrap();
        let config = Config::read(&file).unwrap();
        assert_eq!(config.database, folder.path().join("portal.sqlite"));
        assert_eq!(config.data_key, folder.path().join("data.key"));
        assert_eq!(config.anchors[0].file, folder.path().join("GRCA-G3.cer"));
        assert_eq!(config.anchors[0].sha256.parse(), Ok(ankong_verify::moica::GRCA_G3));
        assert_eq!(config.revocation[0].authority, folder.path().join("MOICA-G3.cer"));
        assert!(config.revocation[0].crl.as_deref().is_some_and(is_address));
        assert_eq!(config.lists, folder.path().join("lists"));
        assert_eq!(config.helper_ports, [24443, 24543, 24643]);
    }

    #[test]
    fn what_the_example_only_shows_is_understood_too() {
        let is_setting = |line: &&str| line.contains(" = ") || line.starts_with('[');
        let uncommented: Vec<&str> = EXAMPLE
            .lines()
            .map(|line| match line.strip_prefix("# ") {
                Some(rest) if is_setting(&rest) && !rest.contains(". ") => rest,
                Some(_) | None => line,
            })
            .collect();
        let config: Config = toml::from_str(&uncommented.join("\n")).unwrap();
        assert!(config.mail.is_some() && config.sms.is_some() && config.recaptcha.is_some());
    }

    #[test]
    fn an_unknown_key_is_an_error() {
        for (slip, text) in [
            ("anchor", format!("anchor = \"x\"\n{EXAMPLE}")),
            ("clr", EXAMPLE.replace("crl = ", "clr = ")),
        ] {
            let error = toml::from_str::<Config>(&text).unwrap_err();
            assert!(error.to_string().contains(slip), "{error}");
        }
    }
}
