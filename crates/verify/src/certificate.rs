//! A certificate read once into what the checks ask for (RFC 5280 §4).
//!
//! Refuses to know whether any of it is to be believed.

use std::fmt;

use openssl::{
    bn::BigNum,
    error::ErrorStack,
    pkey::{PKey, PKeyRef, Public},
    rsa::Rsa,
};
use time::OffsetDateTime;
use x509_parser::{
    asn1_rs::{Any, Tag},
    extensions::{DistributionPointName, GeneralName, KeyUsage, ParsedExtension},
    oid_registry::OID_PKCS1_RSAENCRYPTION,
    prelude::{FromDer, X509Certificate, X509Extension, X509Name},
    x509::SubjectPublicKeyInfo,
};

use crate::{Fingerprint, algorithm::Algorithm, der};

/// The identifier of a key, by which certificates find their issuer (RFC 5280 §4.2.1.1–2).
/// The MOICA authorities all have one name; this tells them apart.
#[derive(Clone, PartialEq, Eq)]
pub struct KeyIdentifier(pub(crate) Vec<u8>);

impl fmt::Display for KeyIdentifier {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&hex::encode_upper(&self.0))
    }
}

impl fmt::Debug for KeyIdentifier {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        fmt::Display::fmt(self, f)
    }
}

/// Why bytes are not a certificate this crate can judge.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum CertificateError {
    /// Not one DER certificate from the first byte to the last.
    #[error("the bytes are not one DER certificate")]
    NotDer,
    /// An extension is malformed or there twice.
    #[error("the certificate's extension {oid} is malformed")]
    Extension {
        /// The extension.
        oid: String,
    },
    /// An extension that must be understood (RFC 5280 §4.2) and is not.
    #[error("the certificate has the critical extension {oid}, which is not understood")]
    UnknownCritical {
        /// The extension.
        oid: String,
    },
    /// The public key cannot be used.
    #[error("the certificate's public key is not readable")]
    PublicKey,
    /// The serial number is negative or zero, so that no list could name it (RFC 5280 §4.1.2.2).
    #[error("the certificate's serial number is not a positive number")]
    SerialNumber,
    /// It says inside another signature algorithm than outside (RFC 5280 §4.1.1.2).
    #[error("the certificate names two signature algorithms")]
    TwoAlgorithms,
}

impl CertificateError {
    /// The stable code of this error; see the crate's `tests/data/README.md`.
    #[must_use]
    pub fn code(&self) -> &'static str {
        match self {
            Self::NotDer | Self::PublicKey | Self::SerialNumber | Self::TwoAlgorithms => {
                "certificate-unreadable"
            }
            Self::Extension { .. } => "certificate-extension",
            Self::UnknownCritical { .. } => "critical-extension",
        }
    }
}

/// Extensions some check of this crate looks at, so that they may be critical.
const UNDERSTOOD: [&str; 4] = ["2.5.29.15", "2.5.29.19", "2.5.29.32", "2.5.29.37"];
/// SubjectDirectoryAttributes, RFC 5280 §4.2.1.8.
const SUBJECT_DIRECTORY_ATTRIBUTES: &str = "2.5.29.9";
/// id-pkix-ocsp-nocheck, RFC 6960 §4.2.2.2.1.
const OCSP_NO_CHECK: &str = "1.3.6.1.5.5.7.48.1.5";
/// id-ad-ocsp, RFC 5280 §4.2.2.1.
const OCSP: &str = "1.3.6.1.5.5.7.48.1";

pub(crate) struct Certificate {
    pub(crate) fingerprint: Fingerprint,
    /// What is signed.
    tbs: Vec<u8>,
    signature: Vec<u8>,
    /// Nothing where it is not one of those accepted.
    pub(crate) signature_algorithm: Option<Algorithm>,
    pub(crate) signature_algorithm_oid: String,
    /// The serial number's octets without leading zeros.
    pub(crate) serial_number: Vec<u8>,
    /// SubjectPublicKeyInfo.
    pub(crate) spki: Vec<u8>,
    pub(crate) public_key: PKey<Public>,
    pub(crate) subject_name: Vec<u8>,
    pub(crate) issuer_name: Vec<u8>,
    pub(crate) subject: Vec<(String, String)>,
    pub(crate) not_before: OffsetDateTime,
    pub(crate) not_after: OffsetDateTime,
    pub(crate) extensions: Extensions,
}

#[derive(Default)]
pub(crate) struct Extensions {
    pub(crate) subject_key: Option<KeyIdentifier>,
    pub(crate) authority_key: Option<KeyIdentifier>,
    pub(crate) key_usage: Option<KeyUsage>,
    /// There is an extended key usage, and it allows nothing that people do with their keys.
    pub(crate) is_for_others: bool,
    /// id-kp-OCSPSigning, RFC 6960 §4.2.2.2.
    pub(crate) signs_ocsp: bool,
    /// Nobody has to ask whether this responder's certificate is revoked.
    pub(crate) ocsp_no_check: bool,
    /// Where the issuer answers OCSP.
    pub(crate) ocsp: Vec<String>,
    /// Where the issuer's lists that cover this certificate lie.
    pub(crate) distribution_points: Vec<String>,
    pub(crate) is_ca: bool,
    pub(crate) path_length: Option<u32>,
    pub(crate) policies: Vec<String>,
    pub(crate) subject_directory_attributes: Option<Vec<u8>>,
}

impl Certificate {
    pub(crate) fn parse(der: &[u8]) -> Result<Self, CertificateError> {
        let (tbs, signature) = parts(der)?;
        let (_, parsed) = X509Certificate::from_der(der).map_err(|_| CertificateError::NotDer)?;
        let spki = parsed.public_key();
        let public_key = public_key(spki).ok_or(CertificateError::PublicKey)?;
        let serial_number =
            der::unsigned(parsed.raw_serial()).ok().filter(|octets| !octets.is_empty());
        let signature_algorithm = &parsed.signature_algorithm.algorithm;
        Ok(Self {
            fingerprint: Fingerprint::of(der),
            tbs: tbs.to_vec(),
            signature: signature.to_vec(),
            signature_algorithm: Algorithm::of_oid(signature_algorithm.as_bytes()),
            signature_algorithm_oid: signature_algorithm.to_id_string(),
            serial_number: serial_number.ok_or(CertificateError::SerialNumber)?.to_vec(),
            spki: spki.raw.to_vec(),
            public_key,
            subject_name: parsed.subject().as_raw().to_vec(),
            issuer_name: parsed.issuer().as_raw().to_vec(),
            subject: attributes(parsed.subject()),
            not_before: parsed.validity().not_before.to_datetime(),
            not_after: parsed.validity().not_after.to_datetime(),
            extensions: Extensions::read(&parsed)?,
        })
    }

    /// Whether this key signed the certificate, with an algorithm that is accepted.
    pub(crate) fn is_signed_by(&self, key: &PKeyRef<Public>) -> Result<bool, ErrorStack> {
        match self.signature_algorithm {
            Some(algorithm) => algorithm.verifies(key, &self.signature, &self.tbs),
            None => Ok(false),
        }
    }

    /// Issued by an authority to itself, such as a key change under one name (RFC 5280 §6.1).
    pub(crate) fn is_self_issued(&self) -> bool {
        self.subject_name == self.issuer_name
    }
}

/// `SEQUENCE { tbsCertificate, signatureAlgorithm, signatureValue }`: the first and the last. The one between
/// is the same as inside the first, byte for byte, or one certificate would have many fingerprints.
fn parts(der: &[u8]) -> Result<(&[u8], &[u8]), CertificateError> {
    let read = || {
        let mut fields = der::Reader::only(der, der::SEQUENCE)?;
        let tbs = fields.element()?;
        let outside = fields.element()?.whole;
        let signature = fields.octets_of_bits()?;
        fields.end()?;
        let mut fields = der::Reader::only(tbs.whole, der::SEQUENCE)?;
        fields.optional(der::constructed(0))?; // version
        fields.content(der::INTEGER)?; // serial number
        let inside = fields.element()?.whole;
        Ok((tbs.whole, signature, inside == outside))
    };
    match read() {
        Ok((tbs, signature, true)) => Ok((tbs, signature)),
        Ok((_, _, false)) => Err(CertificateError::TwoAlgorithms),
        Err(der::Malformed) => Err(CertificateError::NotDer),
    }
}

/// An RSA key is put together from its two numbers: OpenSSL 3's decoder takes five times as long to
/// find out what a key is as the check of a signature takes.
fn public_key(spki: &SubjectPublicKeyInfo<'_>) -> Option<PKey<Public>> {
    if spki.algorithm.algorithm == OID_PKCS1_RSAENCRYPTION {
        rsa_key(&spki.subject_public_key.data)
    } else {
        PKey::public_key_from_der(spki.raw).ok()
    }
}

/// `RSAPublicKey ::= SEQUENCE { modulus INTEGER, publicExponent INTEGER }`, RFC 8017 A.1.1.
fn rsa_key(der: &[u8]) -> Option<PKey<Public>> {
    let mut fields = der::Reader::only(der, der::SEQUENCE).ok()?;
    let mut number = || {
        let octets = der::unsigned(fields.content(der::INTEGER).ok()?).ok()?;
        BigNum::from_slice(octets).ok()
    };
    let (modulus, exponent) = (number()?, number()?);
    fields.end().ok()?;
    PKey::from_rsa(Rsa::from_public_components(modulus, exponent).ok()?).ok()
}

impl Extensions {
    fn read(certificate: &X509Certificate<'_>) -> Result<Self, CertificateError> {
        let mut read = Self::default();
        let mut seen = Vec::new();
        for extension in certificate.extensions() {
            let oid = extension.oid.to_id_string();
            if seen.contains(&oid) {
                return Err(CertificateError::Extension { oid });
            }
            read.take(extension, &oid)?;
            seen.push(oid);
        }
        Ok(read)
    }

    fn take(&mut self, extension: &X509Extension<'_>, oid: &str) -> Result<(), CertificateError> {
        if extension.critical && !UNDERSTOOD.contains(&oid) {
            return Err(CertificateError::UnknownCritical { oid: oid.to_owned() });
        }
        let parsed = extension.parsed_extension();
        if parsed.error().is_some() {
            return Err(CertificateError::Extension { oid: oid.to_owned() });
        }
        if oid == SUBJECT_DIRECTORY_ATTRIBUTES {
            self.subject_directory_attributes = Some(extension.value.to_vec());
        } else if let ParsedExtension::SubjectKeyIdentifier(key) = parsed {
            self.subject_key = Some(KeyIdentifier(key.0.to_vec()));
        } else if let ParsedExtension::AuthorityKeyIdentifier(authority) = parsed {
            let key = authority.key_identifier.as_ref();
            self.authority_key = key.map(|key| KeyIdentifier(key.0.to_vec()));
        } else if let ParsedExtension::KeyUsage(usage) = parsed {
            self.key_usage = Some(*usage);
        } else if let ParsedExtension::ExtendedKeyUsage(usage) = parsed {
            self.is_for_others = !(usage.any || usage.client_auth || usage.email_protection);
            self.signs_ocsp = usage.ocsp_signing;
        } else if let ParsedExtension::BasicConstraints(constraints) = parsed {
            self.is_ca = constraints.ca;
            self.path_length = constraints.path_len_constraint;
        } else if let ParsedExtension::CertificatePolicies(policies) = parsed {
            self.policies = policies.iter().map(|policy| policy.policy_id.to_id_string()).collect();
        } else if let ParsedExtension::AuthorityInfoAccess(access) = parsed {
            let ocsp = access.iter().filter(|one| one.access_method.to_id_string() == OCSP);
            self.ocsp = ocsp.filter_map(|one| uri(&one.access_location)).collect();
        } else if let ParsedExtension::CRLDistributionPoints(points) = parsed {
            let names = points.iter().filter_map(|point| match &point.distribution_point {
                Some(DistributionPointName::FullName(names)) => Some(names),
                Some(DistributionPointName::NameRelativeToCRLIssuer(_)) | None => None,
            });
            self.distribution_points = names.flatten().filter_map(uri).collect();
        } else if oid == OCSP_NO_CHECK {
            self.ocsp_no_check = true;
        }
        Ok(())
    }
}

fn uri(name: &GeneralName<'_>) -> Option<String> {
    match name {
        GeneralName::URI(uri) => Some((*uri).to_owned()),
        _ => None,
    }
}

/// The text of a string value, whichever of the ASN.1 string types it has.
pub(crate) fn text(value: &Any<'_>) -> Option<String> {
    match value.header.tag() {
        Tag::Utf8String
        | Tag::PrintableString
        | Tag::Ia5String
        | Tag::NumericString
        | Tag::VisibleString => String::from_utf8(value.data.to_vec()).ok(),
        // Beyond ASCII, T.61 and Latin-1 part ways and certificates mix them up.
        Tag::TeletexString => {
            value.data.is_ascii().then(|| String::from_utf8_lossy(value.data).into_owned())
        }
        Tag::BmpString => {
            let (units, rest) = value.data.as_chunks::<2>();
            let units: Vec<u16> = units.iter().map(|unit| u16::from_be_bytes(*unit)).collect();
            String::from_utf16(&units).ok().filter(|_| rest.is_empty())
        }
        Tag::UniversalString => {
            let (units, rest) = value.data.as_chunks::<4>();
            let letters = units.iter().map(|unit| char::from_u32(u32::from_be_bytes(*unit)));
            letters.collect::<Option<String>>().filter(|_| rest.is_empty())
        }
        _ => None,
    }
}

/// The subject's attributes, type and text; those that are no text are of no use here.
fn attributes(name: &X509Name<'_>) -> Vec<(String, String)> {
    name.iter_attributes()
        .filter_map(|a| Some((a.attr_type().to_id_string(), text(a.attr_value())?)))
        .collect()
}
