//! Revocation lists (RFC 5280 §5), in order and with any flaw.

use openssl::{
    hash::MessageDigest,
    pkey::{PKeyRef, Private},
    sign::Signer,
    x509::X509Ref,
};
use time::{Duration, OffsetDateTime};

use super::{
    Authority, NOW,
    algorithm::identifier,
    der::{der, extension, integer, oid, sequence, utc_time},
    key_id,
};

/// The defaults are an empty list that was made an hour ago and holds for a day.
pub(crate) struct Crl<'a> {
    pub(crate) issuer: &'a Authority,
    pub(crate) signer: &'a PKeyRef<Private>,
    pub(crate) digest: MessageDigest,
    pub(crate) this_update: OffsetDateTime,
    pub(crate) next_update: Option<OffsetDateTime>,
    pub(crate) number: Option<u32>,
    /// Whose key identifier stands in the list.
    pub(crate) named: Option<&'a PKeyRef<Private>>,
    pub(crate) entries: Vec<Entry>,
    /// Further extensions, DER.
    pub(crate) extra: Vec<Vec<u8>>,
}

pub(crate) struct Entry {
    pub(crate) serial_number: Vec<u8>,
    pub(crate) since: OffsetDateTime,
    pub(crate) reason: Option<u8>,
    /// Further extensions, DER.
    pub(crate) extra: Vec<Vec<u8>>,
}

impl Entry {
    pub(crate) fn of(certificate: &X509Ref, reason: Option<u8>) -> Self {
        let serial_number = certificate.serial_number().to_bn().unwrap().to_vec();
        Self { serial_number, since: NOW - Duration::DAY, reason, extra: Vec::new() }
    }

    fn der(&self) -> Vec<u8> {
        let reason = self.reason.map(|code| extension("2.5.29.21", false, &[0x0A, 1, code]));
        let extensions: Vec<_> = reason.into_iter().chain(self.extra.clone()).collect();
        let extensions = if extensions.is_empty() { Vec::new() } else { sequence(&extensions) };
        sequence(&[integer(&self.serial_number), utc_time(self.since), extensions])
    }
}

impl<'a> Crl<'a> {
    pub(crate) fn of(issuer: &'a Authority) -> Self {
        Self {
            issuer,
            signer: &issuer.key,
            digest: MessageDigest::sha256(),
            this_update: NOW - Duration::HOUR,
            next_update: Some(NOW + Duration::DAY),
            number: Some(7),
            named: Some(&issuer.key),
            entries: Vec::new(),
            extra: Vec::new(),
        }
    }

    pub(crate) fn der(&self) -> Vec<u8> {
        let algorithm = identifier(self.signer, self.digest);
        let named = self
            .named
            .map(|key| extension("2.5.29.35", false, &der(0x30, &[&der(0x80, &[&key_id(key)])])));
        let number =
            self.number.map(|number| extension("2.5.29.20", false, &integer(&minimal(number))));
        let extensions: Vec<_> =
            named.into_iter().chain(number).chain(self.extra.iter().cloned()).collect();
        let entries: Vec<_> = self.entries.iter().map(Entry::der).collect();
        let tbs = sequence(&[
            vec![0x02, 1, 1],
            algorithm.clone(),
            self.issuer.certificate.subject_name().to_der().unwrap(),
            utc_time(self.this_update),
            self.next_update.map(utc_time).unwrap_or_default(),
            if entries.is_empty() { Vec::new() } else { sequence(&entries) },
            der(0xA0, &[&sequence(&extensions)]),
        ]);
        let mut signer = Signer::new(self.digest, self.signer).unwrap();
        signer.update(&tbs).unwrap();
        let signature = der(0x03, &[&[0], &signer.sign_to_vec().unwrap()]);
        sequence(&[tbs, algorithm, signature])
    }
}

/// IssuingDistributionPoint (RFC 5280 §5.2.5) with these fields.
pub(crate) fn issuing_distribution_point(fields: &[u8]) -> Vec<u8> {
    extension("2.5.29.28", true, &der(0x30, &[fields]))
}

/// `[0] { fullName [0] { [6] URI } }`
pub(crate) fn place(uri: &str) -> Vec<u8> {
    der(0xA0, &[&der(0xA0, &[&der(0x86, &[uri.as_bytes()])])])
}

/// A certificate's CRLDistributionPoints (RFC 5280 §4.2.1.13) with one place.
pub(crate) fn distribution_points(uri: &str) -> openssl::x509::X509Extension {
    super::extension("2.5.29.31", false, &der(0x30, &[&der(0x30, &[&place(uri)])]))
}

/// A certificate's AuthorityInfoAccess (RFC 5280 §4.2.2.1) with one responder.
pub(crate) fn responder_at(uri: &str) -> openssl::x509::X509Extension {
    let access = sequence(&[oid("1.3.6.1.5.5.7.48.1"), der(0x86, &[uri.as_bytes()])]);
    super::extension("1.3.6.1.5.5.7.1.1", false, &sequence(&[access]))
}

fn minimal(number: u32) -> Vec<u8> {
    number.to_be_bytes().into_iter().skip_while(|octet| *octet == 0).collect()
}
