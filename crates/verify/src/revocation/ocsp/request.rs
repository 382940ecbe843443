//! The question: `OCSPRequest`, RFC 6960 §4.1.1, with a nonce (RFC 9654).

use super::certificate_id::CertificateId;
use crate::der::{self, write};

/// id-pkix-ocsp-nonce, 1.3.6.1.5.5.7.48.1.2, as an OBJECT IDENTIFIER.
pub(super) const NONCE: [u8; 11] =
    [0x06, 0x09, 0x2B, 0x06, 0x01, 0x05, 0x05, 0x07, 0x30, 0x01, 0x02];

pub(super) fn build(id: &CertificateId, nonce: &[u8]) -> Vec<u8> {
    let request = write(der::SEQUENCE, &[id.der()]);
    let list = write(der::SEQUENCE, &[&request]);
    let value = write(der::OCTET_STRING, &[&write(der::OCTET_STRING, &[nonce])]);
    let extension = write(der::SEQUENCE, &[&NONCE, &value]);
    let extensions = write(der::constructed(2), &[&write(der::SEQUENCE, &[&extension])]);
    write(der::SEQUENCE, &[&write(der::SEQUENCE, &[&list, &extensions])])
}
