//! A certificate authority that lives as long as one demo, for the certificate of a site on this computer.
//!
//! RFC 5280 sections 4.2.1.3, 4.2.1.6, 4.2.1.9 and 4.2.1.12 name the extensions. The root's key stays in memory and is
//! gone when [`DemoAuthority::create`] returns. It refuses to sign for anybody afterwards.

use std::fs::{OpenOptions, write};
use std::io::Write;
use std::os::unix::fs::OpenOptionsExt;
use std::path::{Path, PathBuf};

use anyhow::{Context, Result};
use openssl::asn1::{Asn1Integer, Asn1Time};
use openssl::bn::{BigNum, MsbOption};
use openssl::ec::{EcGroup, EcKey};
use openssl::hash::MessageDigest;
use openssl::nid::Nid;
use openssl::pkey::{PKey, Private};
use openssl::x509::extension::{
    AuthorityKeyIdentifier, BasicConstraints, ExtendedKeyUsage, KeyUsage, SubjectAlternativeName,
    SubjectKeyIdentifier,
};
use openssl::x509::{X509, X509Builder, X509Name, X509NameRef};

/// The files of a site on localhost and of the root that vouches for it.
#[derive(Debug, Clone)]
pub struct DemoAuthority {
    root: PathBuf,
    certificate: PathBuf,
    key: PathBuf,
}

impl DemoAuthority {
    /// Makes a root and a certificate for localhost, 127.0.0.1 and ::1, both P-256 and valid for seven days from now,
    /// and writes them into `folder`.
    ///
    /// # Errors
    /// When OpenSSL refuses, or a file is there already or cannot be written.
    pub fn create(folder: &Path) -> Result<Self> {
        Self::create_for(folder, &[])
    }

    /// The same for a site that has these names too.
    ///
    /// # Errors
    /// As [`DemoAuthority::create`].
    pub fn create_for(folder: &Path, names: &[&str]) -> Result<Self> {
        let files = Self {
            root: folder.join("site-root.pem"),
            certificate: folder.join("site.pem"),
            key: folder.join("site.key.pem"),
        };
        let root_key = new_key()?;
        let root = root(&root_key)?;
        let key = new_key()?;
        let certificate = for_site(names, &key, &root, &root_key)?;
        write(&files.root, root.to_pem()?)?;
        write(&files.certificate, certificate.to_pem()?)?;
        OpenOptions::new()
            .write(true)
            .create_new(true)
            .mode(0o600)
            .open(&files.key)
            .with_context(|| format!("cannot make {}", files.key.display()))?
            .write_all(&key.private_key_to_pem_pkcs8()?)?;
        Ok(files)
    }

    /// The root's certificate (PEM), for [`TemporaryHome::trust`](crate::TemporaryHome::trust).
    pub fn root(&self) -> &Path {
        &self.root
    }

    /// The site's certificate (PEM).
    pub fn certificate(&self) -> &Path {
        &self.certificate
    }

    /// The site's private key (PKCS#8 PEM, readable by its owner).
    pub fn key(&self) -> &Path {
        &self.key
    }
}

fn root(key: &PKey<Private>) -> Result<X509> {
    let name = named("Ankong demo site root")?;
    let mut builder = started(&name, &name, key)?;
    builder.append_extension(BasicConstraints::new().critical().ca().pathlen(0).build()?)?;
    builder.append_extension(KeyUsage::new().critical().key_cert_sign().build()?)?;
    let identifier = SubjectKeyIdentifier::new().build(&builder.x509v3_context(None, None))?;
    builder.append_extension(identifier)?;
    builder.sign(key, MessageDigest::sha256())?;
    Ok(builder.build())
}

fn for_site(
    names: &[&str],
    key: &PKey<Private>,
    root: &X509,
    root_key: &PKey<Private>,
) -> Result<X509> {
    let name = named("localhost")?;
    let mut builder = started(&name, root.subject_name(), key)?;
    builder.append_extension(BasicConstraints::new().critical().build()?)?;
    builder.append_extension(KeyUsage::new().critical().digital_signature().build()?)?;
    builder.append_extension(ExtendedKeyUsage::new().server_auth().build()?)?;
    let context = builder.x509v3_context(Some(root), None);
    let mut all = SubjectAlternativeName::new();
    all.dns("localhost").ip("127.0.0.1").ip("::1");
    for name in names {
        all.dns(name);
    }
    let all = all.build(&context)?;
    let issuer = AuthorityKeyIdentifier::new().keyid(true).build(&context)?;
    builder.append_extension(all)?;
    builder.append_extension(issuer)?;
    builder.sign(root_key, MessageDigest::sha256())?;
    Ok(builder.build())
}

fn started(
    subject: &X509NameRef,
    issuer: &X509NameRef,
    key: &PKey<Private>,
) -> Result<X509Builder> {
    let mut serial = BigNum::new()?;
    serial.rand(SERIAL_BITS, MsbOption::ONE, false)?;
    let mut builder = X509::builder()?;
    builder.set_version(X509_V3)?;
    builder.set_serial_number(&*Asn1Integer::from_bn(&serial)?)?;
    builder.set_subject_name(subject)?;
    builder.set_issuer_name(issuer)?;
    builder.set_pubkey(key)?;
    builder.set_not_before(&*Asn1Time::days_from_now(0)?)?;
    builder.set_not_after(&*Asn1Time::days_from_now(DAYS)?)?;
    Ok(builder)
}

fn named(common_name: &str) -> Result<X509Name> {
    let mut name = X509Name::builder()?;
    name.append_entry_by_nid(Nid::COMMONNAME, common_name)?;
    Ok(name.build())
}

fn new_key() -> Result<PKey<Private>> {
    let group = EcGroup::from_curve_name(Nid::X9_62_PRIME256V1)?;
    Ok(PKey::from_ec_key(EcKey::generate(&group)?)?)
}

/// RFC 5280 section 4.1.2.1: version 3 is written as 2.
const X509_V3: i32 = 2;
/// RFC 5280 section 4.1.2.2: at most 20 octets.
const SERIAL_BITS: i32 = 127;
const DAYS: u32 = 7;
