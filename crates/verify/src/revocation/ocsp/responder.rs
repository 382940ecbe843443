//! Who signed the answer: the authority itself, or somebody it has appointed (RFC 6960 §4.2.2.2).
//!
//! An appointed responder's certificate is signed by the same key as the card's, is in its time, has
//! id-kp-OCSPSigning, and says with id-pkix-ocsp-nocheck that nobody need ask about it in turn.

use time::OffsetDateTime;

use super::{
    Issuer, OcspError, key_hash,
    response::{ResponderId, Response},
};
use crate::{
    algorithm::Algorithm,
    certificate::Certificate,
    check::{
        algorithm,
        validity::{self, Position},
    },
};

pub(super) fn check(
    response: &Response<'_>,
    issuer: &Issuer,
    now: OffsetDateTime,
) -> Result<(), OcspError> {
    let algorithm = Algorithm::of_oid(response.algorithm).ok_or(OcspError::Signature)?;
    let verify = |key: &_| algorithm.verifies(key, response.signature, response.signed);
    let fits = if names(&response.responder, &issuer.name, &issuer.spki)? {
        verify(&issuer.public_key)?
    } else {
        verify(&appointed(response, issuer, now)?.public_key)?
    };
    if fits { Ok(()) } else { Err(OcspError::Signature) }
}

/// The responder's certificate, which has to have come along.
fn appointed(
    response: &Response<'_>,
    issuer: &Issuer,
    now: OffsetDateTime,
) -> Result<Certificate, OcspError> {
    for der in &response.certificates {
        let Ok(certificate) = Certificate::parse(der) else { continue };
        if names(&response.responder, &certificate.subject_name, &certificate.spki)?
            && may_respond(&certificate, issuer, now)?
        {
            return Ok(certificate);
        }
    }
    Err(OcspError::Responder)
}

fn may_respond(
    certificate: &Certificate,
    issuer: &Issuer,
    now: OffsetDateTime,
) -> Result<bool, OcspError> {
    let extensions = &certificate.extensions;
    let signs = extensions.key_usage.as_ref().is_none_or(|usage| usage.digital_signature());
    Ok(extensions.signs_ocsp
        && extensions.ocsp_no_check
        && signs
        && certificate.issuer_name == issuer.name
        && extensions.authority_key.as_ref().is_none_or(|key| *key == issuer.key_identifier)
        && validity::check(certificate, Position::EndEntity, now).is_ok()
        && algorithm::check_strength(&certificate.public_key).is_ok()
        && certificate.is_signed_by(&issuer.public_key)?)
}

fn names(responder: &ResponderId<'_>, name: &[u8], spki: &[u8]) -> Result<bool, OcspError> {
    Ok(match responder {
        ResponderId::Name(found) => *found == name,
        ResponderId::Key(hash) => *hash == key_hash(spki)?,
    })
}
