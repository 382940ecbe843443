//! An authority as a directory: `root.pem`, `ca-g2.pem`, `ca-g3.pem`, the keys of the latter two,
//! `issuer-keys.toml`, and `cards/` for whoever keeps card images there.

use std::fs;
use std::path::Path;

use openssl::pkey::PKey;
use openssl::x509::X509;
use serde::Deserialize;
use time::OffsetDateTime;

use super::IssueError;
use super::authority::{Authority, Ca};
use super::cardholder::{certificate_pem, key_pem};
use super::certificate::Certified;
use crate::file;
use crate::gen1::SecureMessagingKey;
use crate::gen2::MasterKey;

impl Authority {
    /// Makes a new authority and writes it into `directory`, which is made when missing. Private
    /// keys are readable by their owner only; the root's is not written at all.
    ///
    /// # Errors
    /// There is an authority already, a file cannot be made, or OpenSSL failed.
    pub fn create(directory: &Path, now: OffsetDateTime) -> Result<Self, IssueError> {
        if Self::is_in(directory) {
            return Err(IssueError::AlreadyThere(directory.to_owned()));
        }
        let authority = Self::in_memory(now)?;
        let cards = directory.join(CARDS);
        fs::create_dir_all(&cards).map_err(IssueError::io(&cards))?;
        for ca in [Ca::G2, Ca::G3] {
            let issuer = authority.issuer(ca);
            write_public(directory, certificate_file(ca), &certificate_pem(&issuer.certificate)?)?;
            write_private(directory, key_file(ca), &key_pem(&issuer.key)?)?;
        }
        write_private(directory, ISSUER_KEYS, &authority.issuer_keys_toml())?;
        // Last, because its presence says that the authority is whole.
        write_public(directory, ROOT, &certificate_pem(authority.root())?)?;
        Ok(authority)
    }

    /// Opens an authority that [`Authority::create`] wrote.
    ///
    /// # Errors
    /// A file is missing or damaged.
    pub fn open(directory: &Path) -> Result<Self, IssueError> {
        let path = directory.join(ISSUER_KEYS);
        let damaged = |reason: &str| IssueError::damaged(&path)(reason);
        let keys: IssuerKeys =
            toml::from_str(&read(&path)?).map_err(|error| damaged(error.message()))?;
        let key = SecureMessagingKey::from_hex(&keys.moica_gen1.secure_messaging)
            .map_err(IssueError::damaged(&path))?;
        let master =
            MasterKey::from_hex(&keys.moica_gen2.master).map_err(IssueError::damaged(&path))?;
        Ok(Self::from_parts(
            read_certificate(&directory.join(ROOT))?,
            read_issuer(directory, Ca::G2)?,
            read_issuer(directory, Ca::G3)?,
            key,
            master,
        ))
    }

    /// True when `directory` holds an authority to [`Authority::open`].
    #[must_use]
    pub fn is_in(directory: &Path) -> bool {
        directory.join(ROOT).exists()
    }
}

#[derive(Deserialize)]
#[serde(rename_all = "kebab-case", deny_unknown_fields)]
struct IssuerKeys {
    moica_gen1: Gen1Keys,
    moica_gen2: Gen2Keys,
}

#[derive(Deserialize)]
#[serde(rename_all = "kebab-case", deny_unknown_fields)]
struct Gen1Keys {
    secure_messaging: String,
}

#[derive(Deserialize)]
#[serde(rename_all = "kebab-case", deny_unknown_fields)]
struct Gen2Keys {
    master: String,
}

fn read_issuer(directory: &Path, ca: Ca) -> Result<Certified, IssueError> {
    let path = directory.join(key_file(ca));
    let pem = read(&path)?;
    let key = PKey::private_key_from_pem(pem.as_bytes()).map_err(IssueError::damaged(&path))?;
    let certificate = read_certificate(&directory.join(certificate_file(ca)))?;
    if !certificate.public_key()?.public_eq(&key) {
        return Err(IssueError::damaged(&path)("it belongs to another certificate"));
    }
    Ok(Certified { certificate, key })
}

fn read_certificate(path: &Path) -> Result<X509, IssueError> {
    X509::from_pem(read(path)?.as_bytes()).map_err(IssueError::damaged(path))
}

fn read(path: &Path) -> Result<String, IssueError> {
    fs::read_to_string(path).map_err(IssueError::io(path))
}

fn write_public(directory: &Path, name: &str, text: &str) -> Result<(), IssueError> {
    let path = directory.join(name);
    file::write_public(&path, text.as_bytes()).map_err(IssueError::io(&path))
}

fn write_private(directory: &Path, name: &str, text: &str) -> Result<(), IssueError> {
    let path = directory.join(name);
    file::write_private(&path, text.as_bytes()).map_err(IssueError::io(&path))
}

fn certificate_file(ca: Ca) -> &'static str {
    match ca {
        Ca::G2 => "ca-g2.pem",
        Ca::G3 => "ca-g3.pem",
    }
}

fn key_file(ca: Ca) -> &'static str {
    match ca {
        Ca::G2 => "ca-g2.key.pem",
        Ca::G3 => "ca-g3.key.pem",
    }
}

const ROOT: &str = "root.pem";
const ISSUER_KEYS: &str = "issuer-keys.toml";
const CARDS: &str = "cards";
