//! Making the root and its leaves.

use std::time::SystemTime;

use openssl::asn1::{Asn1Integer, Asn1Time};
use openssl::bn::{BigNum, MsbOption};
use openssl::ec::{EcGroup, EcKey};
use openssl::error::ErrorStack;
use openssl::hash::MessageDigest;
use openssl::nid::Nid;
use openssl::pkey::{PKey, Private};
use openssl::x509::extension::{
    AuthorityKeyIdentifier, BasicConstraints, ExtendedKeyUsage, KeyUsage, SubjectAlternativeName,
    SubjectKeyIdentifier,
};
use openssl::x509::{X509, X509Builder, X509Name};

use super::{Identity, Leaf, root, unix};

const DAY: i64 = 86_400;
/// One leaf a year for ten years.
const LEAVES: i64 = 10;
/// Each is valid for so long (browsers allow no more), so that neighbours overlap by a month.
const LEAF_LIFE: i64 = 397 * DAY;
/// The first one is valid since yesterday, for clocks that are a little behind.
const CLOCK_TOLERANCE: i64 = DAY;

/// Makes a root and its leaves; when this returns, the root's key is gone.
pub(super) fn make(now: SystemTime) -> Result<Identity, ErrorStack> {
    let start = unix(now) - CLOCK_TOLERANCE;
    let root_key = new_key()?;
    let root = root::make(&root_key, start, start + (LEAVES - 1) * 365 * DAY + LEAF_LIFE)?;
    let leaves = (0..LEAVES)
        .map(|year| leaf(&root, &root_key, start + year * 365 * DAY))
        .collect::<Result<_, _>>()?;
    Ok(Identity { root, leaves })
}

/// Reads a leaf's dates from its certificate.
pub(super) fn leaf_from(certificate: X509, key: PKey<Private>) -> Result<Leaf, ErrorStack> {
    let epoch = Asn1Time::from_unix(0)?;
    let seconds = |time| {
        let since = epoch.diff(time)?;
        Ok::<_, ErrorStack>(i64::from(since.days) * DAY + i64::from(since.secs))
    };
    let not_before = seconds(certificate.not_before())?;
    let not_after = seconds(certificate.not_after())?;
    Ok(Leaf { certificate, key, not_before, not_after })
}

fn leaf(root: &X509, root_key: &PKey<Private>, from: i64) -> Result<Leaf, ErrorStack> {
    let mut names = SubjectAlternativeName::new();
    names.dns("localhost").ip("127.0.0.1").ip("::1");
    leaf_for(&names, root, root_key, from)
}

/// The root's constraints decide which names count.
pub(super) fn leaf_for(
    names: &SubjectAlternativeName,
    root: &X509,
    root_key: &PKey<Private>,
    from: i64,
) -> Result<Leaf, ErrorStack> {
    let key = new_key()?;
    let mut builder = certificate("localhost", &key, from, from + LEAF_LIFE)?;
    builder.set_issuer_name(root.subject_name())?;
    builder.append_extension(BasicConstraints::new().critical().build()?)?;
    builder.append_extension(KeyUsage::new().critical().digital_signature().build()?)?;
    builder.append_extension(ExtendedKeyUsage::new().server_auth().build()?)?;
    let context = builder.x509v3_context(Some(root), None);
    let names = names.build(&context)?;
    let own_id = SubjectKeyIdentifier::new().build(&context)?;
    let root_id = AuthorityKeyIdentifier::new().keyid(true).build(&context)?;
    for extension in [names, own_id, root_id] {
        builder.append_extension(extension)?;
    }
    builder.sign(root_key, MessageDigest::sha256())?;
    leaf_from(builder.build(), key)
}

pub(super) fn certificate(
    common_name: &str,
    key: &PKey<Private>,
    from: i64,
    until: i64,
) -> Result<X509Builder, ErrorStack> {
    let mut serial = BigNum::new()?;
    serial.rand(127, MsbOption::ONE, false)?;
    let mut builder = X509::builder()?;
    builder.set_version(2)?;
    builder.set_serial_number(Asn1Integer::from_bn(&serial)?.as_ref())?;
    let subject = name(common_name)?;
    builder.set_subject_name(&subject)?;
    builder.set_not_before(Asn1Time::from_unix(from)?.as_ref())?;
    builder.set_not_after(Asn1Time::from_unix(until)?.as_ref())?;
    builder.set_pubkey(key)?;
    Ok(builder)
}

pub(super) fn name(common_name: &str) -> Result<X509Name, ErrorStack> {
    let mut name = X509Name::builder()?;
    name.append_entry_by_nid(Nid::COMMONNAME, common_name)?;
    Ok(name.build())
}

pub(super) fn new_key() -> Result<PKey<Private>, ErrorStack> {
    let group = EcGroup::from_curve_name(Nid::X9_62_PRIME256V1)?;
    PKey::from_ec_key(EcKey::generate(&group)?)
}
