//! Which certificate is meant: `CertID`, RFC 6960 §4.1.1. With SHA-1, which every responder knows; it
//! names the issuer, and nothing rests on nobody being able to forge it: the answer is signed by its key.

use openssl::sha::sha1;

use super::{Issuer, OcspError, key_hash};
use crate::{
    certificate::Certificate,
    der::{self, write},
};

/// `AlgorithmIdentifier { id-sha1 1.3.14.3.2.26, NULL }`
const SHA1: [u8; 11] = [0x30, 0x09, 0x06, 0x05, 0x2B, 0x0E, 0x03, 0x02, 0x1A, 0x05, 0x00];

pub(super) struct CertificateId(Vec<u8>);

impl CertificateId {
    pub(super) fn new(certificate: &Certificate, issuer: &Issuer) -> Result<Self, OcspError> {
        let mut number = certificate.serial_number.clone();
        if number.first().is_some_and(|high| *high >= 0x80) {
            number.insert(0, 0);
        }
        Ok(Self(write(
            der::SEQUENCE,
            &[
                &SHA1,
                &write(der::OCTET_STRING, &[&sha1(&issuer.name)]),
                &write(der::OCTET_STRING, &[&key_hash(&issuer.spki)?]),
                &write(der::INTEGER, &[&number]),
            ],
        )))
    }

    pub(super) fn der(&self) -> &[u8] {
        &self.0
    }
}
