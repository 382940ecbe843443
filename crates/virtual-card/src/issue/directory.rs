//! An authority as a directory: `root.pem`; `ca-g2.pem` and `ca-g3.pem` with their keys and their
//! revocation lists `ca-g2.crl` and `ca-g3.crl`; `issuer-keys.toml`, and `cards/` for whoever keeps card images there.

use std::fs;
use std::path::Path;

use openssl::error::ErrorStack;
use openssl::pkey::PKey;
use openssl::x509::{X509, X509Crl};
use serde::Deserialize;
use time::OffsetDateTime;

use super::IssueError;
use super::authority::{Authority, Ca};
use super::cardholder::{certificate_pem, key_pem};
use super::certificate::Certified;
use super::revocation::RevocationReason;
use crate::gen1::SecureMessagingKey;
use crate::gen2::MasterKey;
use crate::{CardImage, file};

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
            authority.publish(directory, ca, None, &[], now)?;
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

    /// Puts both of the cardholder's certificates on the revocation list of their issuer.
    ///
    /// # Errors
    /// The list cannot be read or written, the card is not of this authority, or OpenSSL failed.
    pub fn revoke(
        &self,
        directory: &Path,
        image: &CardImage,
        reason: RevocationReason,
        now: OffsetDateTime,
    ) -> Result<(), IssueError> {
        let ca = self.issuer_of(image)?.ok_or(IssueError::ForeignCard)?;
        let path = directory.join(list_file(ca));
        let list = fs::read(&path).map_err(IssueError::io(&path))?;
        let list = X509Crl::from_der(&list).map_err(IssueError::damaged(&path))?;
        let mut revoked = Vec::new();
        for pem in [&image.certificates.signature, &image.certificates.encryption] {
            revoked.push((X509::from_pem(pem.as_bytes())?, reason));
        }
        self.publish(directory, ca, Some(&list), &revoked, now)
    }

    fn issuer_of(&self, image: &CardImage) -> Result<Option<Ca>, ErrorStack> {
        let issuer = X509::from_pem(image.certificates.issuer.as_bytes())?.to_der()?;
        for ca in [Ca::G2, Ca::G3] {
            if self.issuing(ca).to_der()? == issuer {
                return Ok(Some(ca));
            }
        }
        Ok(None)
    }

    fn publish(
        &self,
        directory: &Path,
        ca: Ca,
        previous: Option<&X509Crl>,
        revoked: &[(X509, RevocationReason)],
        now: OffsetDateTime,
    ) -> Result<(), IssueError> {
        let path = directory.join(list_file(ca));
        let list = self.revocation_list(ca, previous, revoked, now)?.to_der()?;
        file::replace_public(&path, &list).map_err(IssueError::io(&path))
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

pub(super) fn list_file(ca: Ca) -> &'static str {
    match ca {
        Ca::G2 => "ca-g2.crl",
        Ca::G3 => "ca-g3.crl",
    }
}

const ROOT: &str = "root.pem";
const ISSUER_KEYS: &str = "issuer-keys.toml";
const CARDS: &str = "cards";
