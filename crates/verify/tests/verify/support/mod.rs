//! A small public key infrastructure made on the spot: a root, two authorities that bear one
//! name as MOICA's generations do, and cards' certificates with any flaw a test asks for.
#![allow(dead_code, unused_imports, reason = "each test uses its own part of this module")]

pub(crate) mod algorithm;
pub(crate) mod cms;
pub(crate) mod crl;
pub(crate) mod der;
pub(crate) mod ocsp;

use std::sync::LazyLock;

use base64::{Engine, prelude::BASE64_STANDARD};
use openssl::{
    asn1::{Asn1Integer, Asn1Object, Asn1OctetString, Asn1Time},
    bn::{BigNum, BigNumRef},
    hash::{MessageDigest, hash},
    nid::Nid,
    pkey::{PKey, PKeyRef, Private},
    rsa::Rsa,
    sha::sha1,
    x509::{
        X509, X509Builder, X509Extension, X509Name,
        extension::{BasicConstraints, KeyUsage},
    },
};
use time::{OffsetDateTime, macros::datetime};

pub(crate) use algorithm::{Signature, elliptic};
pub(crate) use cms::Cms;
pub(crate) use crl::{Crl, Entry};
pub(crate) use der::der;
pub(crate) use ocsp::{Ocsp, Status, responder_certificate};

pub(crate) const ORIGIN: &str = "https://localhost:8443";
pub(crate) const NOW: OffsetDateTime = datetime!(2026-11-21 08:00 UTC);
pub(crate) const NAME: &str = "王曉明";
pub(crate) const SERIAL: &str = "1234567890123456";
pub(crate) const NATURAL_PERSON: &str = "2.16.886.1.100.3.1.1";
pub(crate) const POLICY: &str = "2.16.886.101.0.3.3";

/// The name of both authorities that issue cards.
pub(crate) const CA_NAME: &str = "測試憑證管理中心";

pub(crate) static ROOT: LazyLock<Authority> = LazyLock::new(|| {
    Authority::with_key("測試根憑證管理中心", elliptic(Nid::X9_62_PRIME256V1), None, None)
});
pub(crate) static CA: LazyLock<Authority> =
    LazyLock::new(|| Authority::new(CA_NAME, Some(&ROOT), Some(0)));
/// Same name as [`CA`], another key.
pub(crate) static OTHER_CA: LazyLock<Authority> =
    LazyLock::new(|| Authority::new(CA_NAME, Some(&ROOT), Some(0)));
pub(crate) static CARD_KEY: LazyLock<PKey<Private>> = LazyLock::new(|| rsa(2048));

pub(crate) fn rsa(bits: u32) -> PKey<Private> {
    PKey::from_rsa(Rsa::generate(bits).unwrap()).unwrap()
}

pub(crate) struct Authority {
    pub(crate) certificate: X509,
    pub(crate) key: PKey<Private>,
}

impl Authority {
    pub(crate) fn new(name: &str, issuer: Option<&Authority>, path_length: Option<u32>) -> Self {
        Self::with_key(name, rsa(2048), issuer, path_length)
    }

    pub(crate) fn with_key(
        name: &str,
        key: PKey<Private>,
        issuer: Option<&Authority>,
        path_length: Option<u32>,
    ) -> Self {
        let always = (NOW - DECADE, NOW + DECADE);
        Self { certificate: authority(name, &key, issuer, path_length, always, &[]), key }
    }

    /// Another certificate for the same name and key.
    pub(crate) fn again(&self, issuer: &Authority, validity: Validity) -> X509 {
        authority(CA_NAME, &self.key, Some(issuer), Some(0), validity, &[])
    }

    pub(crate) fn der(&self) -> Vec<u8> {
        self.certificate.to_der().unwrap()
    }

    pub(crate) fn fingerprint(&self) -> [u8; 32] {
        openssl::sha::sha256(&self.der())
    }
}

pub(crate) type Validity = (OffsetDateTime, OffsetDateTime);

pub(crate) fn authority(
    name: &str,
    key: &PKeyRef<Private>,
    issuer: Option<&Authority>,
    path_length: Option<u32>,
    validity: Validity,
    extra: &[X509Extension],
) -> X509 {
    let subject = x509_name(&[("CN", name)]);
    let signed_by = issuer.map_or(key, |issuer| &issuer.key);
    let mut builder = unsigned(&subject, key, validity);
    let issuer_name = issuer.map_or(subject.as_ref(), |i| i.certificate.subject_name());
    builder.set_issuer_name(issuer_name).unwrap();
    let mut basic = BasicConstraints::new();
    basic.critical().ca();
    if let Some(limit) = path_length {
        basic.pathlen(limit);
    }
    builder.append_extension(basic.build().unwrap()).unwrap();
    let usage = KeyUsage::new().critical().key_cert_sign().crl_sign().build().unwrap();
    builder.append_extension(usage).unwrap();
    builder.append_extension(subject_key(key)).unwrap();
    builder.append_extension(authority_key(signed_by)).unwrap();
    for extension in extra {
        builder.append_extension2(extension).unwrap();
    }
    builder.sign(signed_by, MessageDigest::sha256()).unwrap();
    builder.build()
}

pub(crate) const DECADE: time::Duration = time::Duration::days(3650);

/// A card's certificate and key. The defaults pass every check.
pub(crate) struct Card<'a> {
    pub(crate) name: &'a str,
    pub(crate) serial_number: &'a str,
    pub(crate) last_four: Option<&'a str>,
    /// An object identifier.
    pub(crate) subject_type: Option<&'a str>,
    pub(crate) key: &'a PKeyRef<Private>,
    /// The public exponent that stands in the certificate in place of the key's own.
    pub(crate) exponent: Option<BigNum>,
    pub(crate) usage: Option<X509Extension>,
    pub(crate) basic: Option<X509Extension>,
    pub(crate) extra: Vec<X509Extension>,
    pub(crate) validity: Validity,
    /// Whose name and key identifier stand in the certificate.
    pub(crate) issuer: &'a Authority,
    /// Whose key really signed it.
    pub(crate) signer: &'a PKeyRef<Private>,
    pub(crate) digest: MessageDigest,
}

impl Default for Card<'_> {
    fn default() -> Self {
        Self {
            name: NAME,
            serial_number: SERIAL,
            last_four: Some("6789"),
            subject_type: Some(NATURAL_PERSON),
            key: &CARD_KEY,
            exponent: None,
            usage: Some(KeyUsage::new().critical().digital_signature().build().unwrap()),
            basic: None,
            extra: Vec::new(),
            validity: (NOW - time::Duration::DAY, NOW + time::Duration::days(1000)),
            issuer: &CA,
            signer: &CA.key,
            digest: MessageDigest::sha256(),
        }
    }
}

impl Card<'_> {
    pub(crate) fn certificate(&self) -> X509 {
        let subject =
            x509_name(&[("C", "TW"), ("CN", self.name), ("serialNumber", self.serial_number)]);
        let mut builder = unsigned(&subject, self.key, self.validity);
        if let Some(exponent) = &self.exponent {
            let modulus = self.key.rsa().unwrap().n().to_owned().unwrap();
            let rsa = Rsa::from_public_components(modulus, BigNumRef::to_owned(exponent).unwrap())
                .unwrap();
            builder.set_pubkey(&PKey::from_rsa(rsa).unwrap()).unwrap();
        }
        builder.set_issuer_name(self.issuer.certificate.subject_name()).unwrap();
        let named = [subject_key(self.key), authority_key(&self.issuer.key), policy()];
        let attributes = directory_attributes(self.subject_type, self.last_four);
        let more = self.usage.iter().chain(&self.basic).chain(&attributes).chain(&self.extra);
        for extension in named.iter().chain(more) {
            builder.append_extension2(extension).unwrap();
        }
        builder.sign(self.signer, self.digest).unwrap();
        builder.build()
    }

    /// A token with the algorithm that is usual for its key.
    pub(crate) fn token(&self, origin: &str, challenge: &str) -> serde_json::Value {
        self.token_by(Signature::of(self.key), origin, challenge)
    }

    pub(crate) fn token_by(
        &self,
        signature: Signature,
        origin: &str,
        challenge: &str,
    ) -> serde_json::Value {
        let hash = |text: &str| hash(signature.digest, text.as_bytes()).unwrap().to_vec();
        let signed = [hash(origin), hash(challenge)].concat();
        serde_json::json!({
            "format": "web-eid:1.0",
            "unverifiedCertificate": BASE64_STANDARD.encode(self.certificate().to_der().unwrap()),
            "algorithm": signature.name,
            "signature": BASE64_STANDARD.encode(signature.side_by_side(self.key, &signed)),
            "appVersion": "https://ankong.example/0.1.0",
        })
    }
}

/// An extension with the given DER inside.
pub(crate) fn extension(oid: &str, critical: bool, der: &[u8]) -> X509Extension {
    let oid = Asn1Object::from_str(oid).unwrap();
    let value = Asn1OctetString::new_from_bytes(der).unwrap();
    X509Extension::new_from_der(&oid, critical, &value).unwrap()
}

/// SubjectDirectoryAttributes with the kind of subject and the last four (UTF8String).
fn directory_attributes(kind: Option<&str>, last_four: Option<&str>) -> Option<X509Extension> {
    let kind = kind.map(|oid| {
        let oid = Asn1Object::from_str(oid).unwrap();
        attribute("2.16.886.1.100.2.1", &der(0x06, &[oid.as_slice()]))
    });
    let tail =
        last_four.map(|digits| attribute("2.16.886.1.100.2.51", &der(0x0C, &[digits.as_bytes()])));
    let all = [kind, tail].into_iter().flatten().collect::<Vec<_>>().concat();
    (!all.is_empty()).then(|| extension("2.5.29.9", false, &der(0x30, &[&all])))
}

fn attribute(oid: &str, value: &[u8]) -> Vec<u8> {
    let oid = Asn1Object::from_str(oid).unwrap();
    der(0x30, &[&der(0x06, &[oid.as_slice()]), &der(0x31, &[value])])
}

fn policy() -> X509Extension {
    let oid = der(0x06, &[Asn1Object::from_str(POLICY).unwrap().as_slice()]);
    extension("2.5.29.32", false, &der(0x30, &[&der(0x30, &[&oid])]))
}

fn subject_key(key: &PKeyRef<Private>) -> X509Extension {
    extension("2.5.29.14", false, &der(0x04, &[&key_id(key)]))
}

fn authority_key(key: &PKeyRef<Private>) -> X509Extension {
    extension("2.5.29.35", false, &der(0x30, &[&der(0x80, &[&key_id(key)])]))
}

pub(crate) fn key_id(key: &PKeyRef<Private>) -> [u8; 20] {
    sha1(&key.public_key_to_der().unwrap())
}

fn unsigned(
    subject: &X509Name,
    key: &PKeyRef<Private>,
    (not_before, not_after): Validity,
) -> X509Builder {
    let mut builder = X509::builder().unwrap();
    builder.set_version(2).unwrap();
    let mut number = BigNum::new().unwrap();
    number.rand(120, openssl::bn::MsbOption::ONE, false).unwrap();
    builder.set_serial_number(&Asn1Integer::from_bn(&number).unwrap()).unwrap();
    builder.set_subject_name(subject).unwrap();
    builder.set_pubkey(key).unwrap();
    let at = |time: OffsetDateTime| Asn1Time::from_unix(time.unix_timestamp()).unwrap();
    builder.set_not_before(&at(not_before)).unwrap();
    builder.set_not_after(&at(not_after)).unwrap();
    builder
}

fn x509_name(entries: &[(&str, &str)]) -> X509Name {
    let mut builder = X509Name::builder().unwrap();
    for (field, value) in entries {
        builder.append_entry_by_text(field, value).unwrap();
    }
    builder.build()
}
