//! The answer: `OCSPResponse`, RFC 6960 §4.2.1, with one `SingleResponse` in a `BasicOCSPResponse`.
//!
//! Refuses to know whether any of it is to be believed.

use time::OffsetDateTime;

use super::{OcspError, RevocationReason, request::NONCE};
use crate::der::{self, Malformed, Reader};

/// id-pkix-ocsp-basic, 1.3.6.1.5.5.7.48.1.1.
const BASIC: [u8; 9] = [0x2B, 0x06, 0x01, 0x05, 0x05, 0x07, 0x30, 0x01, 0x01];
/// Most certificates that come along.
const MAX_CERTIFICATES: usize = 8;

pub(super) struct Response<'a> {
    /// ResponseData: what is signed.
    pub(super) signed: &'a [u8],
    pub(super) responder: ResponderId<'a>,
    pub(super) nonce: Option<&'a [u8]>,
    /// CertID.
    pub(super) certificate_id: &'a [u8],
    pub(super) status: Status,
    pub(super) this_update: OffsetDateTime,
    pub(super) next_update: Option<OffsetDateTime>,
    /// The content of the algorithm's object identifier.
    pub(super) algorithm: &'a [u8],
    pub(super) signature: &'a [u8],
    pub(super) certificates: Vec<&'a [u8]>,
}

pub(super) enum ResponderId<'a> {
    /// A Name.
    Name(&'a [u8]),
    /// SHA-1 of its key.
    Key(&'a [u8]),
}

#[derive(Clone, Copy)]
pub(super) enum Status {
    Good,
    Revoked { since: OffsetDateTime, reason: RevocationReason },
    Unknown,
}

impl From<Malformed> for OcspError {
    fn from(_: Malformed) -> Self {
        Self::Malformed
    }
}

impl<'a> Response<'a> {
    pub(super) fn parse(bytes: &'a [u8]) -> Result<Self, OcspError> {
        let mut outer = Reader::only(bytes, der::SEQUENCE)?;
        match outer.content(der::ENUMERATED)? {
            [0] => {}
            [status] => return Err(OcspError::NotSuccessful { status: *status }),
            _ => return Err(OcspError::Malformed),
        }
        let mut of_type = Reader::only(outer.content(der::constructed(0))?, der::SEQUENCE)?;
        outer.end()?;
        if of_type.content(der::OBJECT_IDENTIFIER)? != BASIC {
            return Err(OcspError::Malformed);
        }
        let mut basic = Reader::only(of_type.content(der::OCTET_STRING)?, der::SEQUENCE)?;
        of_type.end()?;

        let signed = basic.element()?;
        let algorithm = basic.inside(der::SEQUENCE)?.content(der::OBJECT_IDENTIFIER)?;
        let signature = basic.octets_of_bits()?;
        let certificates = match basic.optional(der::constructed(0))? {
            Some(all) => certificates(Reader::only(all.content, der::SEQUENCE)?)?,
            None => Vec::new(),
        };
        basic.end()?;
        let mut data = Reader::only(signed.whole, der::SEQUENCE)?;
        data.optional(der::constructed(0))?; // version, v1 if it is there
        let responder = responder(&mut data)?;
        data.content(der::GENERALIZED_TIME)?; // producedAt
        let mut responses = data.inside(der::SEQUENCE)?;
        let nonce = match data.optional(der::constructed(1))? {
            Some(all) => nonce(Reader::only(all.content, der::SEQUENCE)?)?,
            None => None,
        };
        data.end()?;

        let mut single = responses.inside(der::SEQUENCE)?;
        if !responses.is_empty() {
            return Err(OcspError::OtherCertificate);
        }
        let certificate_id = single.element()?.whole;
        let status = status(&mut single)?;
        let this_update = single.time()?;
        let next_update = match single.optional(der::constructed(0))? {
            Some(next) => Some(Reader::new(next.content).time()?),
            None => None,
        };
        if let Some(all) = single.optional(der::constructed(1))? {
            nonce_less(Reader::only(all.content, der::SEQUENCE)?)?;
        }
        single.end()?;
        Ok(Self {
            signed: signed.whole,
            responder,
            nonce,
            certificate_id,
            status,
            this_update,
            next_update,
            algorithm,
            signature,
            certificates,
        })
    }
}

fn certificates(mut all: Reader<'_>) -> Result<Vec<&[u8]>, OcspError> {
    let mut certificates = Vec::new();
    while !all.is_empty() {
        if certificates.len() == MAX_CERTIFICATES {
            return Err(OcspError::Malformed);
        }
        certificates.push(all.element()?.whole);
    }
    Ok(certificates)
}

/// `CHOICE { byName [1] Name, byKey [2] KeyHash }`
fn responder<'a>(data: &mut Reader<'a>) -> Result<ResponderId<'a>, OcspError> {
    let element = data.element()?;
    match element.tag {
        tag if tag == der::constructed(1) => Ok(ResponderId::Name(element.content)),
        tag if tag == der::constructed(2) => {
            let mut hash = Reader::new(element.content);
            let key = hash.content(der::OCTET_STRING)?;
            hash.end()?;
            Ok(ResponderId::Key(key))
        }
        _ => Err(OcspError::Malformed),
    }
}

/// `CHOICE { good [0] NULL, revoked [1] RevokedInfo, unknown [2] NULL }`, all implicit
fn status(single: &mut Reader<'_>) -> Result<Status, OcspError> {
    let element = single.element()?;
    match element.tag {
        tag if tag == der::context(0) => Ok(Status::Good),
        tag if tag == der::context(2) => Ok(Status::Unknown),
        tag if tag == der::constructed(1) => {
            let mut fields = Reader::new(element.content);
            let since = fields.time()?;
            let mut reason = RevocationReason::UNSPECIFIED;
            if let Some(code) = fields.optional(der::constructed(0))? {
                match Reader::new(code.content).content(der::ENUMERATED)? {
                    [code] => reason = RevocationReason(*code),
                    _ => return Err(OcspError::Malformed),
                }
            }
            fields.end()?;
            Ok(Status::Revoked { since, reason })
        }
        _ => Err(OcspError::Malformed),
    }
}

/// The nonce among a response's extensions.
fn nonce(mut all: Reader<'_>) -> Result<Option<&[u8]>, OcspError> {
    let mut nonce = None;
    while !all.is_empty() {
        let (is_nonce, value) = extension(&mut all)?;
        if is_nonce {
            let mut value = Reader::new(value);
            let echo = value.content(der::OCTET_STRING)?;
            value.end()?;
            if nonce.replace(echo).is_some() {
                return Err(OcspError::Malformed);
            }
        }
    }
    Ok(nonce)
}

/// The extensions about one certificate: none is known here.
fn nonce_less(mut all: Reader<'_>) -> Result<(), OcspError> {
    while !all.is_empty() {
        extension(&mut all)?;
    }
    Ok(())
}

/// One extension: whether it is the nonce, and its value.
fn extension<'a>(all: &mut Reader<'a>) -> Result<(bool, &'a [u8]), OcspError> {
    let mut fields = all.inside(der::SEQUENCE)?;
    let is_nonce = fields.element()?.whole == NONCE;
    if fields.flag()? && !is_nonce {
        return Err(OcspError::UnknownCritical);
    }
    let value = fields.content(der::OCTET_STRING)?;
    fields.end()?;
    Ok((is_nonce, value))
}
