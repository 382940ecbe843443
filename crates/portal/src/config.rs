//! The portal's configuration file (TOML). A key it does not know is an error, so that a slip of
//! the fingers cannot switch anything off.

use std::{
    fs, io,
    net::SocketAddr,
    path::{Path, PathBuf},
};

use serde::Deserialize;

/// What an operator decides. Paths are relative to the folder of the file itself.
#[derive(Debug, Clone, Deserialize)]
#[serde(deny_unknown_fields, rename_all = "kebab-case")]
pub struct Config {
    /// Address and port to listen on, for instance `127.0.0.1:8443`.
    pub listen: SocketAddr,
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
    /// Certificates of the authorities that are trusted, PEM or DER.
    pub anchors: Vec<PathBuf>,
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
        ];
        for path in single.into_iter().chain(&mut self.anchors).chain(&mut self.intermediates) {
            *path = folder.join(&path);
        }
    }
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
        assert_eq!(config.anchors, [folder.path().join("GRCA-G3.cer")]);
        assert_eq!(config.helper_ports, [24443, 24543, 24643]);
    }

    #[test]
    fn an_unknown_key_is_an_error() {
        let text = format!("{EXAMPLE}\nanchor = \"x\"\n");
        assert!(toml::from_str::<Config>(&text).unwrap_err().message().contains("anchor"));
    }
}
