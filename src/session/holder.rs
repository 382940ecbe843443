//! Whose card it is, from the certificate; nothing here is verified, it is only shown.

use ankong_card::tlv::{Tag, Tlv};
use time::macros::offset;
use time::{Date, OffsetDateTime};
use x509_parser::prelude::{FromDer, X509Certificate};

/// SubjectDirectoryAttributes, RFC 5280 section 4.2.1.8, as encoded in an OID's content.
const SUBJECT_DIRECTORY_ATTRIBUTES: &str = "2.5.29.9";
/// 2.16.886.1.100.2.51, the last four characters of the national ID, DER content.
const LAST_FOUR: [u8; 7] = [0x60, 0x86, 0x76, 0x01, 0x64, 0x02, 0x33];
/// OBJECT IDENTIFIER and SET OF.
const OBJECT_IDENTIFIER: Tag = Tag(0x06);
const SET: Tag = Tag(0x31);
/// The one string type whose bytes are not those of its characters.
const BMP_STRING: Tag = Tag(0x1E);

/// The holder as the certificate names them.
#[derive(Clone, PartialEq, Eq)]
pub struct Holder {
    /// Common name.
    pub name: String,
    /// First moment of validity.
    pub not_before: OffsetDateTime,
    /// Last moment of validity.
    pub not_after: OffsetDateTime,
    /// Last four characters of the national ID, where the certificate has them.
    pub last_four: Option<String>,
}

impl Holder {
    /// Reads a certificate (DER); `None` when it is none, or names nobody.
    #[must_use]
    pub fn of(certificate: &[u8]) -> Option<Self> {
        let (_, certificate) = X509Certificate::from_der(certificate).ok()?;
        let name = certificate.subject().iter_common_name().next()?.as_str().ok()?.to_owned();
        Some(Self {
            name,
            not_before: certificate.validity().not_before.to_datetime(),
            not_after: certificate.validity().not_after.to_datetime(),
            last_four: last_four(&certificate),
        })
    }

    /// The last day of validity as the holder's calendar in Taiwan has it.
    #[must_use]
    pub fn last_day(&self) -> Date {
        self.not_after.to_offset(offset!(+8)).date()
    }

    /// Whether the certificate is valid at `now`.
    #[must_use]
    pub fn valid_at(&self, now: OffsetDateTime) -> bool {
        (self.not_before..=self.not_after).contains(&now)
    }
}

impl std::fmt::Debug for Holder {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "Holder(until {})", self.not_after.date())
    }
}

/// `SEQUENCE OF SEQUENCE { OID, SET OF value }`; the value is some string type.
fn last_four(certificate: &X509Certificate<'_>) -> Option<String> {
    let extension = certificate
        .extensions()
        .iter()
        .find(|extension| extension.oid.to_id_string() == SUBJECT_DIRECTORY_ATTRIBUTES)?;
    let (attributes, _) = Tlv::parse(extension.value).ok()?;
    let attribute = attributes.children().flatten().find(|attribute| {
        attribute.child(OBJECT_IDENTIFIER).is_some_and(|oid| oid.value == LAST_FOUR)
    })?;
    let value = attribute.child(SET)?.children().flatten().next()?;
    let text = if value.tag == BMP_STRING {
        let (units, _) = value.value.as_chunks::<2>();
        char::decode_utf16(units.iter().map(|unit| u16::from_be_bytes(*unit))).collect()
    } else {
        Ok(String::from_utf8_lossy(value.value).into_owned())
    };
    text.ok().filter(|text| text.len() == 4 && text.is_ascii())
}
