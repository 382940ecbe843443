//! The certificate browsers are told to trust: what it may vouch for, and how it is known again.

use std::fmt;
use std::path::{Path, PathBuf};

use openssl::error::ErrorStack;
use openssl::nid::Nid;
use openssl::pkey::{PKey, Private};
use openssl::x509::extension::{
    BasicConstraints, ExtendedKeyUsage, KeyUsage, SubjectKeyIdentifier,
};
use openssl::x509::{X509, X509Builder, X509Extension};
use x509_parser::extensions::{GeneralName, ParsedExtension};
use x509_parser::prelude::{FromDer, X509Certificate};

use super::issue::{certificate, name};
use super::{IdentityError, root_path};

/// The root of an identity.
#[derive(Clone, PartialEq, Eq)]
pub struct Root {
    der: Vec<u8>,
    file: PathBuf,
}

impl Root {
    /// The root of the identity kept under `data`.
    ///
    /// # Errors
    /// There is none, or its file is damaged.
    pub fn load(data: &Path) -> Result<Self, IdentityError> {
        let file = root_path(data);
        let pem = std::fs::read(&file)
            .map_err(|source| IdentityError::File { path: file.clone(), source })?;
        let der = X509::from_pem(&pem).and_then(|root| root.to_der());
        match der {
            Ok(der) if is_ours(&der) => Ok(Self { der, file }),
            Ok(_) | Err(_) => Err(IdentityError::Damaged { path: file }),
        }
    }

    /// DER.
    #[must_use]
    pub fn der(&self) -> &[u8] {
        &self.der
    }

    /// Its PEM file.
    #[must_use]
    pub fn file(&self) -> &Path {
        &self.file
    }

    /// The common name, which no other root has: stores that go by names do not mix them up.
    #[must_use]
    pub fn name(&self) -> String {
        X509Certificate::from_der(&self.der)
            .ok()
            .and_then(|(_, root)| common_name(&root).map(str::to_owned))
            .unwrap_or_default()
    }
}

impl fmt::Debug for Root {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "Root({})", self.name())
    }
}

/// Whether a certificate is a root that this program made, in this identity or an earlier one: it
/// has the name, is signed with its own key, and may vouch for this computer and nobody else.
#[must_use]
pub fn is_ours(der: &[u8]) -> bool {
    let Ok((_, root)) = X509Certificate::from_der(der) else { return false };
    let named = common_name(&root).is_some_and(|name| name.starts_with(NAME));
    named && root.subject() == root.issuer() && is_constrained(&root) && signs_itself(der)
}

/// Makes a root that is valid from and until these seconds (Unix).
pub(super) fn make(key: &PKey<Private>, from: i64, until: i64) -> Result<X509, ErrorStack> {
    let mut number = [0; 4];
    openssl::rand::rand_bytes(&mut number)?;
    let common_name = format!("{NAME} {}", hex::encode_upper(number));
    let mut builder = certificate(&common_name, key, from, until)?;
    let name = name(&common_name)?;
    builder.set_issuer_name(&name)?;
    builder.append_extension(BasicConstraints::new().critical().ca().pathlen(0).build()?)?;
    builder.append_extension(KeyUsage::new().critical().key_cert_sign().build()?)?;
    builder.append_extension(ExtendedKeyUsage::new().server_auth().build()?)?;
    builder.append_extension(name_constraints(&builder)?)?;
    let id = SubjectKeyIdentifier::new().build(&builder.x509v3_context(None, None))?;
    builder.append_extension(id)?;
    builder.sign(key, openssl::hash::MessageDigest::sha256())?;
    Ok(builder.build())
}

/// RFC 5280 section 4.2.1.10: this root may vouch for this computer and nobody else.
fn name_constraints(builder: &X509Builder) -> Result<X509Extension, ErrorStack> {
    const PERMITTED: &str = "critical,permitted;DNS:localhost,\
        permitted;IP:127.0.0.1/255.255.255.255,\
        permitted;IP:::1/ffff:ffff:ffff:ffff:ffff:ffff:ffff:ffff";
    // The crate offers no builder for this extension; its replacement takes hand-made DER.
    #[allow(deprecated)]
    X509Extension::new_nid(
        None,
        Some(&builder.x509v3_context(None, None)),
        Nid::NAME_CONSTRAINTS,
        PERMITTED,
    )
}

fn is_constrained(root: &X509Certificate<'_>) -> bool {
    root.extensions().iter().any(|extension| match extension.parsed_extension() {
        ParsedExtension::NameConstraints(constraints) if extension.critical => {
            let permitted = constraints.permitted_subtrees.as_deref().unwrap_or_default();
            permitted.len() == PERMITTED_NAMES
                && permitted.iter().all(|subtree| is_this_computer(&subtree.base))
        }
        _ => false,
    })
}

/// An address stands there with its mask, RFC 5280 section 4.2.1.10.
fn is_this_computer(name: &GeneralName<'_>) -> bool {
    match name {
        GeneralName::DNSName(name) => *name == "localhost",
        GeneralName::IPAddress(address) => *address == LOOPBACK_V4 || *address == LOOPBACK_V6,
        _ => false,
    }
}

fn signs_itself(der: &[u8]) -> bool {
    let verified = X509::from_der(der).and_then(|root| root.verify(root.public_key()?.as_ref()));
    verified.unwrap_or(false)
}

fn common_name<'a>(root: &'a X509Certificate<'a>) -> Option<&'a str> {
    root.subject().iter_common_name().next()?.as_str().ok()
}

const NAME: &str = "Ankong localhost";
const PERMITTED_NAMES: usize = 3;
const LOOPBACK_V4: [u8; 8] = [127, 0, 0, 1, 255, 255, 255, 255];
const LOOPBACK_V6: [u8; 32] = [
    0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 1, 255, 255, 255, 255, 255, 255, 255, 255, 255,
    255, 255, 255, 255, 255, 255, 255,
];

#[cfg(test)]
mod tests {
    use super::*;
    use crate::endpoint::identity::issue::new_key;

    fn root() -> X509 {
        make(&new_key().unwrap(), 0, 100).unwrap()
    }

    #[test]
    fn every_root_is_known_again_and_has_a_name_of_its_own() {
        let (one, other) = (root().to_der().unwrap(), root().to_der().unwrap());
        assert!(is_ours(&one) && is_ours(&other));
        let named = |der| Root { der, file: PathBuf::new() }.name();
        let (one, other) = (named(one), named(other));
        assert!(one != other && one.starts_with("Ankong localhost "), "{one}, {other}");
    }

    #[test]
    fn what_only_has_the_name_is_not_ours() {
        let key = new_key().unwrap();
        let mut builder = certificate("Ankong localhost 00000000", &key, 0, 100).unwrap();
        builder.set_issuer_name(&name("Ankong localhost 00000000").unwrap()).unwrap();
        builder.append_extension(BasicConstraints::new().critical().ca().build().unwrap()).unwrap();
        builder.sign(&key, openssl::hash::MessageDigest::sha256()).unwrap();
        assert!(!is_ours(&builder.build().to_der().unwrap()), "it may vouch for anybody");

        let mut der = root().to_der().unwrap();
        *der.last_mut().unwrap() ^= 1;
        assert!(!is_ours(&der), "its signature is wrong");
        assert!(!is_ours(b"no certificate"));
    }
}
