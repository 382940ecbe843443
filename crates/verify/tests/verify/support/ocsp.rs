//! OCSP responses (RFC 6960 §4.2.1), in order and with any flaw.

use openssl::{
    hash::MessageDigest,
    pkey::{PKeyRef, Private},
    sha::sha1,
    sign::Signer,
    x509::{
        X509, X509Ref,
        extension::{ExtendedKeyUsage, KeyUsage},
    },
};
use time::{Duration, OffsetDateTime};

use super::{
    Authority, DECADE, NOW, Validity,
    algorithm::identifier,
    der::{der, extension, generalized_time, integer, oid, sequence},
    unsigned, x509_name,
};

pub(crate) enum Status {
    Good,
    Revoked(Option<u8>),
    Unknown,
}

/// The defaults say "good" for a day, without a nonce, signed by the authority itself.
pub(crate) struct Ocsp<'a> {
    pub(crate) certificate: &'a X509Ref,
    pub(crate) issuer: &'a Authority,
    /// Whose key signs, and the certificate of the one it belongs to if it is not the authority.
    pub(crate) signer: &'a PKeyRef<Private>,
    pub(crate) appointed: Option<&'a X509Ref>,
    pub(crate) status: Status,
    pub(crate) this_update: OffsetDateTime,
    pub(crate) next_update: Option<OffsetDateTime>,
    pub(crate) nonce: Option<Vec<u8>>,
    /// Further extensions, DER.
    pub(crate) extra: Vec<Vec<u8>>,
}

impl<'a> Ocsp<'a> {
    pub(crate) fn about(certificate: &'a X509Ref, issuer: &'a Authority) -> Self {
        Self {
            certificate,
            issuer,
            signer: &issuer.key,
            appointed: None,
            status: Status::Good,
            this_update: NOW - Duration::HOUR,
            next_update: Some(NOW + Duration::DAY),
            nonce: None,
            extra: Vec::new(),
        }
    }

    pub(crate) fn der(&self) -> Vec<u8> {
        let nonce = self
            .nonce
            .as_ref()
            .map(|nonce| extension("1.3.6.1.5.5.7.48.1.2", false, &der(0x04, &[nonce])));
        let extensions: Vec<_> = nonce.into_iter().chain(self.extra.clone()).collect();
        let responder = match self.appointed {
            Some(certificate) => der(0xA1, &[&certificate.subject_name().to_der().unwrap()]),
            None => der(0xA2, &[&der(0x04, &[&key_hash(&self.issuer.certificate)])]),
        };
        let data = sequence(&[
            responder,
            generalized_time(self.this_update),
            sequence(&[self.single()]),
            if extensions.is_empty() { Vec::new() } else { der(0xA1, &[&sequence(&extensions)]) },
        ]);
        let mut signer = Signer::new(MessageDigest::sha256(), self.signer).unwrap();
        signer.update(&data).unwrap();
        let signature = der(0x03, &[&[0], &signer.sign_to_vec().unwrap()]);
        let certificates = self
            .appointed
            .map(|certificate| der(0xA0, &[&der(0x30, &[&certificate.to_der().unwrap()])]));
        let basic = sequence(&[
            data,
            identifier(self.signer, MessageDigest::sha256()),
            signature,
            certificates.unwrap_or_default(),
        ]);
        let bytes = sequence(&[oid("1.3.6.1.5.5.7.48.1.1"), der(0x04, &[&basic])]);
        sequence(&[vec![0x0A, 1, 0], der(0xA0, &[&bytes])])
    }

    fn single(&self) -> Vec<u8> {
        let issuer = &self.issuer.certificate;
        let number = self.certificate.serial_number().to_bn().unwrap().to_vec();
        let id = sequence(&[
            sequence(&[oid("1.3.14.3.2.26"), vec![5, 0]]),
            der(0x04, &[&sha1(&issuer.subject_name().to_der().unwrap())]),
            der(0x04, &[&key_hash(issuer)]),
            integer(&number),
        ]);
        let status = match self.status {
            Status::Good => der(0x80, &[]),
            Status::Unknown => der(0x82, &[]),
            Status::Revoked(reason) => {
                let reason = reason.map(|code| der(0xA0, &[&[0x0A, 1, code]])).unwrap_or_default();
                der(0xA1, &[&generalized_time(NOW - Duration::DAY), &reason])
            }
        };
        let next = self.next_update.map(|next| der(0xA0, &[&generalized_time(next)]));
        sequence(&[id, status, generalized_time(self.this_update), next.unwrap_or_default()])
    }
}

/// A response that is none: `tryLater`.
pub(crate) fn try_later() -> Vec<u8> {
    sequence(&[vec![0x0A, 1, 3]])
}

/// The certificate of somebody who may answer for the authority.
pub(crate) fn responder_certificate(
    key: &PKeyRef<Private>,
    issuer: &Authority,
    signs_ocsp: bool,
    no_check: bool,
    validity: Option<Validity>,
) -> X509 {
    let validity = validity.unwrap_or((NOW - DECADE, NOW + DECADE));
    let mut builder = unsigned(&x509_name(&[("CN", "測試回應者")]), key, validity);
    builder.set_issuer_name(issuer.certificate.subject_name()).unwrap();
    builder.append_extension(super::authority_key(&issuer.key)).unwrap();
    let usage = KeyUsage::new().critical().digital_signature().build().unwrap();
    builder.append_extension(usage).unwrap();
    let purpose = if signs_ocsp { "1.3.6.1.5.5.7.3.9" } else { "1.3.6.1.5.5.7.3.2" };
    builder.append_extension(ExtendedKeyUsage::new().other(purpose).build().unwrap()).unwrap();
    if no_check {
        builder.append_extension(super::extension("1.3.6.1.5.5.7.48.1.5", false, &[5, 0])).unwrap();
    }
    builder.sign(&issuer.key, MessageDigest::sha256()).unwrap();
    builder.build()
}

/// SHA-1 of the bits of the key, which is RSA.
fn key_hash(certificate: &X509Ref) -> [u8; 20] {
    let key = certificate.public_key().unwrap().rsa().unwrap();
    sha1(&key.public_key_to_der_pkcs1().unwrap())
}
