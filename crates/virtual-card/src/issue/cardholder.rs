//! One person's card: two keys, two certificates, a card number.

use openssl::error::ErrorStack;
use openssl::pkey::{PKey, Private};
use openssl::x509::X509;
use time::OffsetDateTime;

use super::authority::{Authority, Ca};
use super::certificate::{self, Purpose, Subject, Validity};
use super::{IssueError, KeyKind, NationalId};
use crate::image::{CardImage, CertificateSlots, PrivateKeys, Profile};
use crate::pin::{CardPin, MAX_TRIES};

/// Whose card, and until when. Has no `Debug`, for it holds a PIN.
pub struct CardholderRequest {
    /// The name in the certificate, 1 to 64 characters.
    pub name: String,
    /// Its last four characters go into the certificate.
    pub national_id: NationalId,
    /// The PIN the card begins with.
    pub pin: CardPin,
    /// Which kind of card.
    pub profile: Profile,
    /// What its signature key is; the encryption key is RSA-2048 always.
    pub key: KeyKind,
    /// Which authority issues the certificates.
    pub ca: Ca,
    /// Beginning of the certificates' validity.
    pub not_before: OffsetDateTime,
    /// End of it; in the past for an expired card.
    pub not_after: OffsetDateTime,
}

impl Authority {
    /// Issues a card with all its PIN tries. Takes two key generations of time.
    ///
    /// # Errors
    /// The request makes no certificate, or OpenSSL failed; see [`IssueError`].
    pub fn issue(&self, request: &CardholderRequest) -> Result<CardImage, IssueError> {
        let characters = request.name.chars().count();
        if !(1..=64).contains(&characters) {
            return Err(IssueError::Name(characters));
        }
        let validity = Validity { not_before: request.not_before, not_after: request.not_after };
        if validity.not_after <= validity.not_before {
            return Err(IssueError::Validity);
        }
        let subject = Subject {
            name: &request.name,
            serial_number: &random_digits(16)?,
            national_id: &request.national_id,
        };
        if !request.key.fits(request.profile) {
            return Err(IssueError::KeyKind);
        }
        let issuer = self.issuer(request.ca);
        let list = self.list_address(request.ca);
        let leaf = |kind, purpose| {
            certificate::leaf(issuer, kind, &subject, purpose, validity, list.as_deref())
        };
        let signature = leaf(request.key, Purpose::Signature)?;
        let encryption = leaf(KeyKind::Rsa2048, Purpose::Encryption)?;
        Ok(CardImage {
            profile: request.profile,
            card_number: format!("TP{}", random_digits(14)?),
            pin: request.pin.expose().to_owned(),
            tries: MAX_TRIES,
            secure_messaging: self.key_of(request.profile),
            keys: PrivateKeys {
                signature: key_pem(&signature.key)?,
                encryption: key_pem(&encryption.key)?,
            },
            certificates: CertificateSlots {
                root: certificate_pem(self.root())?,
                issuer: certificate_pem(&issuer.certificate)?,
                encryption: certificate_pem(&encryption.certificate)?,
                signature: certificate_pem(&signature.certificate)?,
            },
            piv: None,
            truncated_certificate: false,
        })
    }
}

pub(super) fn key_pem(key: &PKey<Private>) -> Result<String, ErrorStack> {
    Ok(text(key.private_key_to_pem_pkcs8()?))
}

pub(super) fn certificate_pem(certificate: &X509) -> Result<String, ErrorStack> {
    Ok(text(certificate.to_pem()?))
}

/// PEM is ASCII, so nothing is lost.
fn text(pem: Vec<u8>) -> String {
    String::from_utf8_lossy(&pem).into_owned()
}

fn random_digits(count: usize) -> Result<String, ErrorStack> {
    let mut digits = String::with_capacity(count);
    while digits.len() < count {
        let mut byte = [0];
        openssl::rand::rand_bytes(&mut byte)?;
        // 250 and above would favour the low digits.
        digits.extend(
            byte.iter().filter(|byte| **byte < 250).map(|byte| char::from(b'0' + byte % 10)),
        );
    }
    Ok(digits)
}
