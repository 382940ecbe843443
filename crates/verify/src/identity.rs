//! Who a MOICA certificate says it belongs to: the subject's name and number, and the attributes
//! of SubjectDirectoryAttributes (RFC 5280 §4.2.1.8).
//!
//! Refuses to know whether the certificate is to be believed, and the full national ID: it is
//! not in the certificate.

use std::fmt;

use time::OffsetDateTime;
use x509_parser::asn1_rs::{Any, FromDer, Oid, Sequence, Set, Tag};

use crate::{
    Fingerprint,
    certificate::{Certificate, text},
};

/// commonName, X.520 §6.2.2.
const COMMON_NAME: &str = "2.5.4.3";
/// serialNumber, X.520 §6.2.9.
const SERIAL_NUMBER: &str = "2.5.4.5";
/// MOICA: the last four characters of the national ID.
const LAST_FOUR: &str = "2.16.886.1.100.2.51";
/// MOICA: the kind of subject, itself an object identifier.
const SUBJECT_TYPE: &str = "2.16.886.1.100.2.1";

/// How a certificate names its subject.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub enum SubjectForm {
    /// As MOICA does: one name, a serial number of sixteen digits, directory attributes.
    #[default]
    Moica,
    /// As Web eID's cards do: one name, a serial number of any form, no directory attributes.
    WebEid,
}

/// The holder of a card, as its certificate tells.
///
/// What it proves: at the time of the challenge somebody had this card and its PIN, and the
/// authority issued the card to a person of this name. What it does not prove: the national ID.
/// `last_four` is a consistency check (one number in 10,000 has the same end), and
/// `serial_number` is an opaque one that changes when the card is issued anew. A number a person
/// typed is [claimed](Self::claim), and stays unverified until an [`IdCheck`](crate::IdCheck) says yes.
#[derive(Clone, PartialEq, Eq)]
pub struct SubjectIdentity {
    /// The name on the card.
    pub name: String,
    /// What the authority tells people of one name apart by: sixteen digits on a MOICA card.
    pub serial_number: String,
    /// The last four digits of the national ID, where the certificate has them.
    pub last_four: Option<String>,
    /// The kind of subject (`2.16.886.1.100.3.1.1` is a natural person), where it is told.
    pub subject_type: Option<String>,
    /// SHA-256 of the certificate: the same for every token of one card, as long as its authority signs
    /// with RSA. An ECDSA signature can be rewritten by anybody.
    pub certificate_fingerprint: Fingerprint,
    /// The certificate's last second.
    pub not_after: OffsetDateTime,
}

impl fmt::Debug for SubjectIdentity {
    /// Shows no personal data.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("SubjectIdentity")
            .field("certificate_fingerprint", &self.certificate_fingerprint)
            .field("not_after", &self.not_after)
            .finish_non_exhaustive()
    }
}

/// Why a subject is not in MOICA's form.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum IdentityError {
    /// There is no name, or more than one.
    #[error("the subject has {found} names instead of one")]
    Name {
        /// How many there are.
        found: usize,
    },
    /// There are not exactly sixteen digits of serial number.
    #[error("the subject has no serial number of sixteen digits")]
    SerialNumber,
    /// The directory attributes are not what the standard says.
    #[error("the subject directory attributes are malformed")]
    DirectoryAttributes,
    /// The attribute is there, but is not four digits.
    #[error("the attribute for the last four of the national ID is not four digits")]
    LastFour,
    /// The attribute is there, but is not an object identifier.
    #[error("the attribute for the kind of subject is not an object identifier")]
    SubjectType,
}

impl IdentityError {
    /// The stable code of this error; see the crate's `tests/data/README.md`.
    #[must_use]
    pub fn code(&self) -> &'static str {
        "subject-form"
    }
}

impl SubjectIdentity {
    pub(crate) fn read(
        certificate: &Certificate,
        form: SubjectForm,
    ) -> Result<Self, IdentityError> {
        let names = values(certificate, COMMON_NAME);
        let [name] = names.as_slice() else {
            return Err(IdentityError::Name { found: names.len() });
        };
        let numbers = values(certificate, SERIAL_NUMBER);
        let [number] = numbers.as_slice() else {
            return Err(IdentityError::SerialNumber);
        };
        let attributes = match form {
            SubjectForm::Moica if !is_digits(number, 16) => {
                return Err(IdentityError::SerialNumber);
            }
            SubjectForm::Moica => DirectoryAttributes::read(certificate)?,
            SubjectForm::WebEid => DirectoryAttributes::default(),
        };
        Ok(Self {
            name: (*name).to_owned(),
            serial_number: (*number).to_owned(),
            last_four: attributes.last_four,
            subject_type: attributes.subject_type,
            certificate_fingerprint: certificate.fingerprint,
            not_after: certificate.not_after,
        })
    }
}

#[derive(Default)]
struct DirectoryAttributes {
    last_four: Option<String>,
    subject_type: Option<String>,
}

impl DirectoryAttributes {
    /// `SEQUENCE OF SEQUENCE { type OBJECT IDENTIFIER, values SET OF ANY }`
    fn read(certificate: &Certificate) -> Result<Self, IdentityError> {
        let mut read = Self::default();
        let Some(der) = &certificate.extensions.subject_directory_attributes else {
            return Ok(read);
        };
        let (rest, all) = sequence(der)?;
        let mut left = all.content.as_ref();
        while !left.is_empty() {
            let (next, attribute) = sequence(left)?;
            let (values, oid) = Oid::from_der(&attribute.content).map_err(malformed)?;
            let (after, values) = Set::from_der(values).map_err(malformed)?;
            let (second, value) = Any::from_der(&values.content).map_err(malformed)?;
            if !after.is_empty() || !second.is_empty() {
                return Err(IdentityError::DirectoryAttributes);
            }
            read.take(&oid.to_id_string(), &value)?;
            left = next;
        }
        if rest.is_empty() { Ok(read) } else { Err(IdentityError::DirectoryAttributes) }
    }

    fn take(&mut self, oid: &str, value: &Any<'_>) -> Result<(), IdentityError> {
        let place = match oid {
            LAST_FOUR => {
                let digits = text(value).filter(|digits| is_digits(digits, 4));
                self.last_four.replace(digits.ok_or(IdentityError::LastFour)?)
            }
            SUBJECT_TYPE if value.header.tag() == Tag::Oid => {
                self.subject_type.replace(Oid::new(value.data.into()).to_id_string())
            }
            SUBJECT_TYPE => return Err(IdentityError::SubjectType),
            _ => None,
        };
        // An attribute that is there twice would let a reader choose.
        if place.is_some() { Err(IdentityError::DirectoryAttributes) } else { Ok(()) }
    }
}

fn sequence(der: &[u8]) -> Result<(&[u8], Sequence<'_>), IdentityError> {
    Sequence::from_der(der).map_err(malformed)
}

fn malformed<E>(_: E) -> IdentityError {
    IdentityError::DirectoryAttributes
}

fn values<'a>(certificate: &'a Certificate, oid: &str) -> Vec<&'a str> {
    let of = certificate.subject.iter().filter(|(attribute, _)| attribute == oid);
    of.map(|(_, value)| value.as_str()).collect()
}

fn is_digits(text: &str, count: usize) -> bool {
    text.len() == count && text.bytes().all(|b| b.is_ascii_digit())
}
