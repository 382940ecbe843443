//! What is read of a card without a PIN, the same on both generations: card number, directories,
//! the signature certificate and its issuer's. Refuses to know how the card was recognised.

use x509_parser::prelude::{FromDer, X509Certificate};

use super::directory::{self, CertificateRecord, KeyRecord};
use super::files::{FileId, Files};
use crate::CardError;
use crate::card::CardNumber;
use crate::certificate::{Certificates, is_issuer_of, signs_for_its_holder};

/// Bytes of the certificate read again to be sure of the card; serial number and names lie there.
const SAMPLE: u16 = 240;

/// What a slot of EF 08F2 holds.
const LONGEST_CERTIFICATE: u16 = 0x0700;

/// A card's public contents.
pub(super) struct Contents {
    pub(super) number: CardNumber,
    pub(super) certificates: Certificates,
    /// What the signature command calls the key of the signature certificate.
    pub(super) key_reference: u8,
    location: CertificateRecord,
}

impl Contents {
    /// Reads them.
    pub(super) fn read(files: &mut Files<'_, '_>) -> Result<Self, CardError> {
        files.select(FileId::CARD_INFORMATION, FileId::CARD_NUMBER)?;
        let number = CardNumber::parse(&files.read(0, CardNumber::LENGTH)?);
        files.select(FileId::PKI, FileId::CERTIFICATE_DIRECTORY)?;
        let records = directory::certificates(&files.read_records()?)?;
        files.select(FileId::PKI, FileId::PRIVATE_KEYS)?;
        let keys = directory::private_keys(&files.read_records()?)?;
        files.select(FileId::PKI, FileId::CERTIFICATES)?;

        let (location, key, signing) = signing(files, &records, &keys)?;
        let issuer = issuer(files, &records, &keys, &signing)?;
        Ok(Self {
            number: number.ok_or(CardError::Malformed("card number"))?,
            certificates: Certificates { signing, issuers: issuer.into_iter().collect() },
            key_reference: key.reference,
            location,
        })
    }

    /// Whether the card in the channel is the one that was read, by a piece of the certificate.
    pub(super) fn is_on(&self, files: &mut Files<'_, '_>) -> Result<bool, CardError> {
        let length = SAMPLE.min(self.location.length);
        let sample = files
            .select(FileId::PKI, FileId::CERTIFICATES)
            .and_then(|()| files.read(self.location.offset, length));
        match sample {
            Ok(sample) => Ok(sample.len() == usize::from(length)
                && self.certificates.signing.starts_with(&sample)),
            // A card that does not even know the file.
            Err(CardError::Refused { .. } | CardError::Malformed(_)) => Ok(false),
            Err(other) => Err(other),
        }
    }
}

/// The certificate whose key usage is to sign for its holder, with its key. Those with a private
/// key on the card come first, of them the one called SIGN.
fn signing(
    files: &mut Files<'_, '_>,
    records: &[CertificateRecord],
    keys: &[KeyRecord],
) -> Result<(CertificateRecord, KeyRecord, Vec<u8>), CardError> {
    let mut owned: Vec<_> = records
        .iter()
        .filter_map(|record| Some((record, keys.iter().find(|key| key.id == record.id)?)))
        .collect();
    owned.sort_by_key(|(record, _)| record.id != b"SIGN");
    for (record, key) in owned {
        let der = certificate(files, record)?;
        if X509Certificate::from_der(&der).is_ok_and(|(_, found)| signs_for_its_holder(&found)) {
            return Ok((record.clone(), key.clone(), der));
        }
    }
    Err(CardError::Malformed("signature certificate"))
}

/// The issuing authority's certificate, when the card carries it. Without it the caller needs one
/// from elsewhere, so a card that lacks it, or holds nonsense in that slot, is no error.
fn issuer(
    files: &mut Files<'_, '_>,
    records: &[CertificateRecord],
    keys: &[KeyRecord],
    signing: &[u8],
) -> Result<Option<Vec<u8>>, CardError> {
    let authorities =
        records.iter().filter(|record| !keys.iter().any(|key| key.id == record.id)).rev();
    for record in authorities {
        match certificate(files, record) {
            Ok(der) if is_issuer_of(&der, signing) => return Ok(Some(der)),
            Ok(_) | Err(CardError::Malformed(_)) => {}
            Err(other) => return Err(other),
        }
    }
    Ok(None)
}

fn certificate(
    files: &mut Files<'_, '_>,
    record: &CertificateRecord,
) -> Result<Vec<u8>, CardError> {
    if record.length > LONGEST_CERTIFICATE {
        return Err(CardError::Malformed("certificate"));
    }
    let der = files.read(record.offset, record.length)?;
    match X509Certificate::from_der(&der) {
        Ok(([], _)) => Ok(der),
        Ok(_) | Err(_) => Err(CardError::Malformed("certificate")),
    }
}
