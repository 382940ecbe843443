//! The certificates of the test PKI, RFC 5280, with the fields that the real ones are known for.

use openssl::asn1::{Asn1Integer, Asn1Object, Asn1OctetString, Asn1Time};
use openssl::bn::{BigNum, MsbOption};
use openssl::error::ErrorStack;
use openssl::hash::MessageDigest;
use openssl::nid::Nid;
use openssl::pkey::{HasPublic, PKey, PKeyRef, Private};
use openssl::rsa::Rsa;
use openssl::x509::extension::{
    AuthorityKeyIdentifier, BasicConstraints, KeyUsage, SubjectKeyIdentifier,
};
use openssl::x509::{X509, X509Builder, X509Extension, X509Name, X509NameRef};
use time::OffsetDateTime;

use super::{KeyKind, NationalId};
use crate::der::{self, constructed, element};

/// A key pair and its certificate.
pub(super) struct Certified {
    pub(super) certificate: X509,
    pub(super) key: PKey<Private>,
}

/// From when until when a certificate is valid.
#[derive(Clone, Copy)]
pub(super) struct Validity {
    pub(super) not_before: OffsetDateTime,
    pub(super) not_after: OffsetDateTime,
}

/// What the two certificates of a cardholder are for.
#[derive(Clone, Copy)]
pub(super) enum Purpose {
    Signature,
    Encryption,
}

/// Who a cardholder's certificates are about.
pub(super) struct Subject<'a> {
    pub(super) name: &'a str,
    /// The X.520 attribute serialNumber, which tells people of one name apart.
    pub(super) serial_number: &'a str,
    pub(super) national_id: &'a NationalId,
}

/// A new self-signed root.
pub(super) fn root(bits: u32, validity: Validity) -> Result<Certified, ErrorStack> {
    let key = PKey::from_rsa(Rsa::generate(bits)?)?;
    let name = authority_name(ROOT_UNIT)?;
    let mut builder = begin(&name, &name, &key, validity)?;
    append_authority(&mut builder, BasicConstraints::new().critical().ca().pathlen(1))?;
    let identifier = SubjectKeyIdentifier::new().build(&builder.x509v3_context(None, None))?;
    builder.append_extension(identifier)?;
    builder.sign(&key, MessageDigest::sha256())?;
    Ok(Certified { certificate: builder.build(), key })
}

/// A new issuing authority; all of them have the same name.
pub(super) fn issuing(
    root: &Certified,
    bits: u32,
    validity: Validity,
) -> Result<Certified, ErrorStack> {
    let key = PKey::from_rsa(Rsa::generate(bits)?)?;
    let issuer = root.certificate.subject_name();
    let mut builder = begin(&*authority_name(ISSUING_UNIT)?, issuer, &key, validity)?;
    append_authority(&mut builder, BasicConstraints::new().critical().ca().pathlen(0))?;
    append_identifiers(&mut builder, root)?;
    builder.append_extension(policies()?)?;
    builder.sign(&root.key, MessageDigest::sha256())?;
    Ok(Certified { certificate: builder.build(), key })
}

/// A new certificate of a cardholder, with a new key; `list` is where its issuer's list is served.
pub(super) fn leaf(
    issuer: &Certified,
    kind: KeyKind,
    subject: &Subject<'_>,
    purpose: Purpose,
    validity: Validity,
    list: Option<&str>,
) -> Result<Certified, ErrorStack> {
    let key = kind.generate()?;
    let issuer_name = issuer.certificate.subject_name();
    let mut builder = begin(&*cardholder_name(subject)?, issuer_name, &key, validity)?;
    let mut usage = KeyUsage::new();
    match purpose {
        Purpose::Signature => usage.critical().digital_signature(),
        Purpose::Encryption => usage.critical().key_encipherment().data_encipherment(),
    };
    builder.append_extension(usage.build()?)?;
    append_identifiers(&mut builder, issuer)?;
    builder.append_extension(policies()?)?;
    builder.append_extension(directory_attributes(subject.national_id)?)?;
    if let Some(address) = list {
        builder.append_extension(distribution_point(address)?)?;
    }
    builder.sign(&issuer.key, MessageDigest::sha256())?;
    Ok(Certified { certificate: builder.build(), key })
}

fn begin(
    subject: &X509NameRef,
    issuer: &X509NameRef,
    key: &PKeyRef<impl HasPublic>,
    validity: Validity,
) -> Result<X509Builder, ErrorStack> {
    let mut serial = BigNum::new()?;
    serial.rand(SERIAL_BITS, MsbOption::ONE, false)?;
    let mut builder = X509::builder()?;
    builder.set_version(2)?; // written 2, means v3
    builder.set_serial_number(&*Asn1Integer::from_bn(&serial)?)?;
    builder.set_subject_name(subject)?;
    builder.set_issuer_name(issuer)?;
    builder.set_pubkey(key)?;
    builder.set_not_before(&*Asn1Time::from_unix(validity.not_before.unix_timestamp())?)?;
    builder.set_not_after(&*Asn1Time::from_unix(validity.not_after.unix_timestamp())?)?;
    Ok(builder)
}

fn append_authority(
    builder: &mut X509Builder,
    constraints: &BasicConstraints,
) -> Result<(), ErrorStack> {
    builder.append_extension(constraints.build()?)?;
    let usage = KeyUsage::new().critical().key_cert_sign().crl_sign().build()?;
    builder.append_extension(usage)
}

/// Key identifiers of subject and issuer: the only way to tell issuers of one name apart.
fn append_identifiers(builder: &mut X509Builder, issuer: &Certified) -> Result<(), ErrorStack> {
    let context = builder.x509v3_context(Some(&issuer.certificate), None);
    let own = SubjectKeyIdentifier::new().build(&context)?;
    let authority = AuthorityKeyIdentifier::new().keyid(true).build(&context)?;
    builder.append_extension(own)?;
    builder.append_extension(authority)
}

/// CertificatePolicies with the one policy, RFC 5280 clause 4.2.1.4.
fn policies() -> Result<X509Extension, ErrorStack> {
    let policy = constructed(der::SEQUENCE, [der::oid(POLICY)?]);
    extension("2.5.29.32", &constructed(der::SEQUENCE, [policy]))
}

/// SubjectDirectoryAttributes, RFC 5280 clause 4.2.1.8: the last four characters of the national
/// ID number, and that the subject is a natural person.
fn directory_attributes(national_id: &NationalId) -> Result<X509Extension, ErrorStack> {
    let tail = element(der::PRINTABLE_STRING, national_id.tail().as_bytes());
    let attributes =
        [attribute(ID_TAIL, tail)?, attribute(SUBJECT_TYPE, der::oid(NATURAL_PERSON)?)?];
    extension("2.5.29.9", &constructed(der::SEQUENCE, attributes))
}

/// CRLDistributionPoints with one address, RFC 5280 clause 4.2.1.13.
fn distribution_point(address: &str) -> Result<X509Extension, ErrorStack> {
    let address = element(UNIFORM_RESOURCE_IDENTIFIER, address.as_bytes());
    let full_name = constructed(FULL_NAME, [address]);
    let point = constructed(der::SEQUENCE, [constructed(DISTRIBUTION_POINT_NAME, [full_name])]);
    extension("2.5.29.31", &constructed(der::SEQUENCE, [point]))
}

fn attribute(kind: &str, value: Vec<u8>) -> Result<Vec<u8>, ErrorStack> {
    Ok(constructed(der::SEQUENCE, [der::oid(kind)?, constructed(der::SET, [value])]))
}

fn extension(kind: &str, content: &[u8]) -> Result<X509Extension, ErrorStack> {
    let kind = Asn1Object::from_str(kind)?;
    X509Extension::new_from_der(&kind, false, &*Asn1OctetString::new_from_bytes(content)?)
}

fn authority_name(unit: &str) -> Result<X509Name, ErrorStack> {
    let mut name = X509Name::builder()?;
    name.append_entry_by_nid(Nid::COUNTRYNAME, "TW")?;
    name.append_entry_by_nid(Nid::ORGANIZATIONNAME, "安控測試")?;
    name.append_entry_by_nid(Nid::ORGANIZATIONALUNITNAME, unit)?;
    Ok(name.build())
}

fn cardholder_name(subject: &Subject<'_>) -> Result<X509Name, ErrorStack> {
    let mut name = X509Name::builder()?;
    name.append_entry_by_nid(Nid::COUNTRYNAME, "TW")?;
    name.append_entry_by_nid(Nid::COMMONNAME, subject.name)?;
    name.append_entry_by_nid(Nid::SERIALNUMBER, subject.serial_number)?;
    Ok(name.build())
}

/// Tags of RFC 5280 appendix A.2: DistributionPoint, DistributionPointName, GeneralName.
const DISTRIBUTION_POINT_NAME: u8 = 0xA0;
const FULL_NAME: u8 = 0xA0;
const UNIFORM_RESOURCE_IDENTIFIER: u8 = 0x86;

const ROOT_UNIT: &str = "測試根憑證管理中心";
const ISSUING_UNIT: &str = "測試憑證管理中心";

/// The policy that real cardholders' certificates are taken to name.
const POLICY: &str = "2.16.886.101.0.3.3";
/// The attribute with the last four characters of the national ID number.
const ID_TAIL: &str = "2.16.886.1.100.2.51";
/// The attribute that says what kind of subject this is …
const SUBJECT_TYPE: &str = "2.16.886.1.100.2.1";
/// … namely a natural person.
const NATURAL_PERSON: &str = "2.16.886.1.100.3.1.1";

/// 16 octets with the sign bit clear; RFC 5280 clause 4.1.2.2 allows 20.
const SERIAL_BITS: i32 = 127;
