//! What the card signs of a CMS signature: the signed attributes of RFC 5652 section 5.3, those
//! that ETSI EN 319 122-1 clause 6.3 wants at level B-B.
//!
//! Of the site's content they hold a hash, whatever its bytes are.

use cms::cert::IssuerAndSerialNumber;
use cms::cert::x509::attr::{Attribute, AttributeValue};
use cms::cert::x509::ext::pkix::name::{GeneralName, GeneralNames};
use cms::cert::x509::serial_number::SerialNumber;
use cms::cert::x509::time::Time;
use cms::signed_data::SignedAttributes;
use der::asn1::{GeneralizedTime, ObjectIdentifier, OctetString, SetOfVec, UtcTime};
use der::oid::db::rfc5911::{ID_CONTENT_TYPE, ID_DATA, ID_MESSAGE_DIGEST, ID_SIGNING_TIME};
use der::{DateTime, Decode, Encode, Sequence};
use openssl::sha::sha256;
use std::time::SystemTime;

/// ESS signing-certificate-v2, RFC 5035 section 3.
const SIGNING_CERTIFICATE_V2: ObjectIdentifier =
    ObjectIdentifier::new_unwrap("1.2.840.113549.1.9.16.2.47");

/// The attributes for a content of this hash value, signed now with the key of `certificate` (DER).
pub(super) fn signed_attributes(
    content_hash: &[u8],
    now: SystemTime,
    certificate: &[u8],
    signer: &IssuerAndSerialNumber,
) -> der::Result<SignedAttributes> {
    SetOfVec::try_from(vec![
        attribute(ID_CONTENT_TYPE, &ID_DATA)?,
        attribute(ID_MESSAGE_DIGEST, &OctetString::new(content_hash)?)?,
        attribute(ID_SIGNING_TIME, &signing_time(now)?)?,
        attribute(SIGNING_CERTIFICATE_V2, &SigningCertificateV2::of(certificate, signer)?)?,
    ])
}

fn attribute(oid: ObjectIdentifier, value: &impl Encode) -> der::Result<Attribute> {
    let value = AttributeValue::from_der(&value.to_der()?)?;
    Ok(Attribute { oid, values: SetOfVec::try_from(vec![value])? })
}

/// UTCTime through the year 2049, GeneralizedTime from then on: RFC 5652 section 11.3.
fn signing_time(now: SystemTime) -> der::Result<Time> {
    let now = DateTime::from_system_time(now)?;
    Ok(if now.year() <= UtcTime::MAX_YEAR {
        Time::UtcTime(UtcTime::from_date_time(now)?)
    } else {
        Time::GeneralTime(GeneralizedTime::from_date_time(now))
    })
}

/// RFC 5035 section 3, without the optional policies.
#[derive(Sequence)]
struct SigningCertificateV2 {
    certs: Vec<EssCertIdV2>,
}

/// RFC 5035 section 4. The hash is SHA-256, the default, which DER leaves out.
#[derive(Sequence)]
struct EssCertIdV2 {
    cert_hash: OctetString,
    issuer_serial: IssuerSerial,
}

/// RFC 5035 section 4.
#[derive(Sequence)]
struct IssuerSerial {
    issuer: GeneralNames,
    serial_number: SerialNumber,
}

impl SigningCertificateV2 {
    fn of(certificate: &[u8], signer: &IssuerAndSerialNumber) -> der::Result<Self> {
        let issuer_serial = IssuerSerial {
            issuer: vec![GeneralName::DirectoryName(signer.issuer.clone())],
            serial_number: signer.serial_number.clone(),
        };
        let cert_hash = OctetString::new(sha256(certificate))?;
        Ok(Self { certs: vec![EssCertIdV2 { cert_hash, issuer_serial }] })
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::time::{Duration, UNIX_EPOCH};

    #[test]
    fn a_signing_time_has_two_digits_of_the_year_through_2049_and_four_from_then_on() {
        let der = |seconds| signing_time(UNIX_EPOCH + Duration::from_secs(seconds)).unwrap();
        assert_eq!(der(2_524_607_999).to_der().unwrap(), b"\x17\x0d491231235959Z");
        assert_eq!(der(2_524_608_000).to_der().unwrap(), b"\x18\x0f20500101000000Z");
    }
}
