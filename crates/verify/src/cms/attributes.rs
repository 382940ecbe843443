//! The signed attributes (RFC 5652 §11, RFC 5035 §3): what ties a signature to its content, its type, and
//! the certificate it was made with.
//!
//! Refuses to know the others; they are signed, and nothing here rests on them.

use time::OffsetDateTime;

use super::{CmsError, parse::DATA};
use crate::{
    algorithm::Digest,
    der::{self, Reader},
};

/// pkcs-9, 1.2.840.113549.1.9.
const PKCS_9: [u8; 8] = [0x2A, 0x86, 0x48, 0x86, 0xF7, 0x0D, 0x01, 0x09];
const CONTENT_TYPE: [u8; 1] = [3];
const MESSAGE_DIGEST: [u8; 1] = [4];
const SIGNING_TIME: [u8; 1] = [5];
/// id-aa-signingCertificateV2, 1.2.840.113549.1.9.16.2.47.
const SIGNING_CERTIFICATE_V2: [u8; 3] = [16, 2, 47];
/// Most attributes.
const MAX_ATTRIBUTES: usize = 32;

pub(super) struct Attributes<'a> {
    content: &'a [u8],
    content_type: &'a [u8],
    message_digest: &'a [u8],
    /// ESSCertIDv2 of the signer's certificate.
    signing_certificate: Reader<'a>,
    pub(super) signing_time: Option<OffsetDateTime>,
}

impl<'a> Attributes<'a> {
    /// From the content of `[0] SignedAttributes`.
    pub(super) fn read(content: &'a [u8]) -> Result<Self, CmsError> {
        let (mut content_type, mut digest) = (None, None);
        let (mut certificate, mut time) = (None, None);
        let mut all = Reader::new(content);
        let mut count = 0;
        while !all.is_empty() {
            count += 1;
            if count > MAX_ATTRIBUTES {
                return Err(CmsError::Malformed);
            }
            let mut attribute = all.inside(der::SEQUENCE)?;
            let oid = attribute.content(der::OBJECT_IDENTIFIER)?;
            let values = attribute.inside(der::SET)?;
            attribute.end()?;
            let place = match oid.strip_prefix(&PKCS_9) {
                Some(number) if number == CONTENT_TYPE => &mut content_type,
                Some(number) if number == MESSAGE_DIGEST => &mut digest,
                Some(number) if number == SIGNING_TIME => &mut time,
                Some(number) if number == SIGNING_CERTIFICATE_V2 => &mut certificate,
                Some(_) | None => continue,
            };
            // RFC 5652 §11: one attribute, one value.
            if place.replace(only(values)).is_some() {
                return Err(CmsError::Malformed);
            }
        }
        let one = |place: Option<Option<der::Element<'a>>>, attribute| {
            place.flatten().ok_or(CmsError::Attribute { attribute })
        };
        let signing_time = match time {
            Some(_) => {
                let time = one(time, "signingTime")?;
                Some(der::time(time.tag, time.content)?)
            }
            None => None,
        };
        // SigningCertificateV2 ::= SEQUENCE { certs SEQUENCE OF ESSCertIDv2, policies OPTIONAL }
        let certificate = one(certificate, "signingCertificateV2")?;
        let mut certificates =
            Reader::only(certificate.whole, der::SEQUENCE)?.inside(der::SEQUENCE)?;
        Ok(Self {
            content,
            content_type: value(one(content_type, "contentType")?, der::OBJECT_IDENTIFIER)?,
            message_digest: value(one(digest, "messageDigest")?, der::OCTET_STRING)?,
            signing_certificate: certificates.inside(der::SEQUENCE)?,
            signing_time,
        })
    }

    /// Type and digest of what was signed.
    pub(super) fn check_content(
        &self,
        content_type: &[u8],
        digest: Digest,
        content: &[u8],
    ) -> Result<(), CmsError> {
        if content_type != DATA || self.content_type != content_type {
            return Err(CmsError::ContentType);
        }
        if self.message_digest != digest.hash(&[content])? {
            return Err(CmsError::MessageDigest);
        }
        Ok(())
    }

    /// `ESSCertIDv2 ::= SEQUENCE { hashAlgorithm DEFAULT sha256, certHash, issuerSerial OPTIONAL }`: the
    /// digest over the whole certificate leaves nothing for the third to say.
    pub(super) fn check_certificate(&self, certificate: &[u8]) -> Result<(), CmsError> {
        let mut fields = self.signing_certificate;
        let digest = match fields.optional(der::SEQUENCE)? {
            Some(algorithm) => {
                let oid = Reader::new(algorithm.content).content(der::OBJECT_IDENTIFIER)?;
                Digest::of_oid(oid).ok_or(CmsError::Algorithm)?
            }
            None => Digest::Sha256,
        };
        if fields.content(der::OCTET_STRING)? != digest.hash(&[certificate])? {
            return Err(CmsError::SigningCertificate);
        }
        Ok(())
    }

    /// RFC 5652 §5.4: under the signature the attributes are a SET OF, whatever their tag in the document.
    pub(super) fn signed(&self) -> Vec<u8> {
        der::write(der::SET, &[self.content])
    }
}

fn only(mut values: Reader<'_>) -> Option<der::Element<'_>> {
    let value = values.element().ok()?;
    values.is_empty().then_some(value)
}

fn value(element: der::Element<'_>, tag: u8) -> Result<&[u8], CmsError> {
    if element.tag == tag { Ok(element.content) } else { Err(CmsError::Malformed) }
}
