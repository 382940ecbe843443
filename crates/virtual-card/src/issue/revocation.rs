//! Certificate revocation lists, RFC 5280 clause 5: what an authority says of its cards afterwards.
//! Knows nothing of files.

use ankong_card::tlv::Tlv;
use openssl::asn1::Asn1Time;
use openssl::bn::BigNum;
use openssl::error::ErrorStack;
use openssl::hash::MessageDigest;
use openssl::x509::extension::{AuthorityKeyIdentifier, CrlNumber};
use openssl::x509::{
    CrlReason, X509, X509Crl, X509CrlBuilder, X509Ref, X509Revoked, X509RevokedBuilder,
};
use time::{Duration, OffsetDateTime};

use super::authority::{Authority, Ca};
use crate::der::{self, constructed, element};

/// Why a certificate is not good any more.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum RevocationReason {
    /// Somebody else may have the key: for good.
    KeyCompromise,
    /// Suspended 停用: it may be good again.
    CertificateHold,
}

impl Authority {
    /// The complete list of one issuing authority, good for a year from `now`: what was on the
    /// previous list, and these certificates with their reason. Its number is the second it was
    /// made in.
    ///
    /// # Errors
    /// OpenSSL failed.
    pub fn revocation_list(
        &self,
        ca: Ca,
        previous: Option<&X509Crl>,
        revoked: &[(X509, RevocationReason)],
        now: OffsetDateTime,
    ) -> Result<X509Crl, ErrorStack> {
        let issuer = self.issuer(ca);
        let now = now.unix_timestamp();
        let mut list = X509CrlBuilder::new()?;
        list.set_issuer_name(issuer.certificate.subject_name())?;
        list.set_last_update(&*Asn1Time::from_unix(now)?)?;
        list.set_next_update(&*Asn1Time::from_unix(now + YEAR.whole_seconds())?)?;
        for entry in previous.and_then(|list| list.get_revoked()).into_iter().flatten() {
            list.add_revoked(entry.to_owned()?)?;
        }
        for (certificate, reason) in revoked {
            list.add_revoked(entry(certificate, *reason, now)?)?;
        }
        // Issuers of one name are told apart by nothing else (clause 5.2.1).
        let context = X509::builder()?;
        let context = context.x509v3_context(Some(&issuer.certificate), None);
        list.append_extension(AuthorityKeyIdentifier::new().keyid(true).build(&context)?)?;
        list.append_extension(CrlNumber::new(BigNum::from_slice(&now.to_be_bytes())?)?.build()?)?;
        list.sign(&issuer.key, MessageDigest::sha256())?;
        list.build()
    }
}

/// An entry with its reason (clause 5.3.1), for which OpenSSL has no setter.
fn entry(
    certificate: &X509Ref,
    reason: RevocationReason,
    now: i64,
) -> Result<X509Revoked, ErrorStack> {
    let mut plain = X509RevokedBuilder::new()?;
    plain.set_serial_number(certificate.serial_number())?;
    plain.set_revocation_date(&*Asn1Time::from_unix(now)?)?;
    let plain = plain.build().to_der()?;
    let fields = Tlv::parse(&plain).map_or(&[][..], |(sequence, _)| sequence.value);

    let code = match reason {
        RevocationReason::KeyCompromise => CrlReason::KEY_COMPROMISE,
        RevocationReason::CertificateHold => CrlReason::CERTIFICATE_HOLD,
    };
    let code = u8::try_from(code.as_raw()).unwrap_or_default();
    let code = element(der::OCTET_STRING, &element(der::ENUMERATED, &[code]));
    let reason = constructed(der::SEQUENCE, [der::oid(REASON_CODE)?, code]);
    let extensions = constructed(der::SEQUENCE, [reason]);
    X509Revoked::from_der(&element(der::SEQUENCE, &[fields, &extensions].concat()))
}

const YEAR: Duration = Duration::days(365);
/// Clause 5.3.1.
const REASON_CODE: &str = "2.5.29.21";
