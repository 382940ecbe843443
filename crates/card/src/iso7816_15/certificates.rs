//! EF.CD: the certificates, ISO/IEC 7816-15 clause 8.7, and which of them is which.

use x509_parser::prelude::{FromDer, X509Certificate};

use super::directory::{Path, common_attributes, objects, type_attributes};
use super::files::Files;
use super::private_key::KeyRecord;
use super::signing::KeyKind;
use crate::CardError;
use crate::certificate::{is_issuer_of, signs_for_its_holder};
use crate::tlv::{Tag, Tlv};

/// A certificate in a file of the card.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct CertificateRecord {
    /// Joins it with its private key.
    id: Vec<u8>,
    /// Whether the card says that it is an authority's.
    authority: bool,
    path: Path,
}

/// Where a certificate begins.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Location {
    pub(super) path: Vec<u8>,
    pub(super) offset: u16,
    /// The short identifier of its file, if that has one.
    pub(super) short: Option<u8>,
}

/// The holder's signature certificate.
#[derive(Debug)]
pub(super) struct Found {
    pub(super) der: Vec<u8>,
    pub(super) key: KeyKind,
    pub(super) location: Location,
}

/// X.509 certificates that lie in files; others are left out.
pub(super) fn records(list: &[u8]) -> Result<Vec<CertificateRecord>, CardError> {
    let mut found = Vec::new();
    for object in objects(list, "certificate directory") {
        let object = object?;
        found.extend(record(&object));
    }
    Ok(found)
}

/// The first key with a certificate for its holder's signatures.
///
/// # Errors
/// [`CardError::Malformed`] when there is none; the channel failed.
pub(super) fn signing<'k>(
    files: &mut Files<'_, '_>,
    records: &[CertificateRecord],
    keys: &'k [KeyRecord],
) -> Result<(&'k KeyRecord, Found), CardError> {
    let owned = keys.iter().flat_map(|key| {
        records
            .iter()
            .filter(|record| record.id == key.id && !record.authority)
            .map(move |r| (key, r))
    });
    for (key, record) in owned.take(MAX_READ) {
        let Some((der, location)) = read(files, &record.path, |_| false)? else { continue };
        let signs =
            X509Certificate::from_der(&der).is_ok_and(|(_, found)| signs_for_its_holder(&found));
        if let Some(kind) = KeyKind::of_certificate(&der).filter(|_| signs) {
            return Ok((key, Found { der, key: kind, location }));
        }
    }
    Err(CardError::Malformed("signature certificate"))
}

/// The issuers of a certificate as far as these records have them, nearest first. Each is read
/// once; the one that stands last is tried first, for cards list authorities from the root down.
/// Where no record says that it is an authority's, any may be. A root is left out as soon as its
/// names show it: whoever verifies has one of his own, or none that counts.
pub(super) fn issuers(
    files: &mut Files<'_, '_>,
    records: &[CertificateRecord],
    signing: &[u8],
) -> Result<Vec<Vec<u8>>, CardError> {
    let marked = records.iter().any(|record| record.authority);
    let candidates = records.iter().filter(|record| record.authority || !marked);
    let mut unread = candidates.rev().take(MAX_READ);
    let mut unplaced: Vec<Vec<u8>> = Vec::new();
    let mut chain: Vec<Vec<u8>> = Vec::new();
    loop {
        let below = chain.last().map_or(signing, Vec::as_slice);
        if let Some(at) = unplaced.iter().position(|issuer| is_issuer_of(issuer, below)) {
            chain.push(unplaced.swap_remove(at));
            continue;
        }
        match unread.next() {
            None => return Ok(chain),
            Some(record) => {
                let found = read(files, &record.path, is_self_issued)?;
                unplaced.extend(found.map(|(der, _)| der));
            }
        }
    }
}

/// `None` for a place that holds no certificate, for then the record is stale and another may be
/// right; also for one that shows by its first bytes to be `unwanted`.
fn read(
    files: &mut Files<'_, '_>,
    path: &Path,
    unwanted: impl Fn(&[u8]) -> bool,
) -> Result<Option<(Vec<u8>, Location)>, CardError> {
    let parameters = match files.select(&path.file) {
        Ok(parameters) => parameters,
        Err(CardError::Refused { .. }) => return Ok(None),
        Err(other) => return Err(other),
    };
    let rest = parameters.size.map(|size| size.saturating_sub(path.offset));
    let enough = |bytes: &[u8]| Tlv::parse(bytes).is_ok() || unwanted(bytes);
    let mut der = match files.read(path.offset, path.length.or(rest), enough) {
        Ok(der) => der,
        Err(CardError::Refused { .. }) => return Ok(None),
        Err(other) => return Err(other),
    };
    let Ok((rest, _)) = X509Certificate::from_der(&der) else { return Ok(None) };
    let length = der.len() - rest.len();
    der.truncate(length); // a file may be longer than what is in it
    let (path, offset, short) = (path.file.clone(), path.offset, parameters.short);
    Ok(Some((der, Location { path, offset, short })).filter(|(der, _)| !unwanted(der)))
}

/// Whether the beginning of a certificate names its subject as its issuer (RFC 5280 section 4.1):
/// after version, serial number and algorithm come issuer, validity, subject.
fn is_self_issued(beginning: &[u8]) -> bool {
    let Some(certificate) = Tlv::parse_beginning(beginning) else { return false };
    let Some(to_be_signed) = Tlv::parse_beginning(certificate.value) else { return false };
    let sequences = to_be_signed.children().map_while(Result::ok);
    let mut names = sequences.filter(|field| field.tag == Tag::SEQUENCE).skip(1).step_by(2);
    matches!((names.next(), names.next()), (Some(issuer), Some(subject)) if issuer == subject)
}

fn record(object: &Tlv<'_>) -> Option<CertificateRecord> {
    if object.tag != Tag::SEQUENCE {
        return None; // X9.68, WTLS, card-verifiable …
    }
    let (_, common) = common_attributes(object)?;
    let path = Path::parse(&type_attributes(object)?.child(Tag::SEQUENCE)?)?;
    Some(CertificateRecord {
        id: common.child(Tag::OCTET_STRING)?.value.to_vec(),
        authority: common.child(BOOLEAN).is_some_and(|authority| authority.value != [0x00]),
        path,
    })
}

/// X.680: BOOLEAN.
const BOOLEAN: Tag = Tag(0x01);
/// Certificates read in search of the right one, at most.
const MAX_READ: usize = 8;

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_root_shows_by_its_names_long_before_its_end() {
        let certificate = include_bytes!("../../tests/data/iso7816-15-certificate.der");
        let beginning = (0..certificate.len()).find(|end| is_self_issued(&certificate[..*end]));
        assert!(beginning.is_some_and(|end| end < certificate.len() / 2), "{beginning:?}");
        let mut other = *certificate;
        let name = other.windows(4).rposition(|part| part == b"test").unwrap();
        other[name] = b'b';
        assert!(!is_self_issued(&other));
    }
}
