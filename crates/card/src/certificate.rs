//! Which of a card's certificates is which, RFC 5280. Nothing here decides about trust.

use x509_parser::prelude::{FromDer, ParsedExtension, X509Certificate};

/// What was read from a card, all DER.
#[derive(Clone, PartialEq, Eq)]
pub struct Certificates {
    /// The holder's signature certificate.
    pub signing: Vec<u8>,
    /// Its issuers as far as the card carries them, nearest first.
    pub issuers: Vec<Vec<u8>>,
}

/// Key usage digitalSignature (RFC 5280 section 4.2.1.3) in a certificate that is no authority's.
#[must_use]
pub fn signs_for_its_holder(certificate: &X509Certificate<'_>) -> bool {
    let signs =
        certificate.key_usage().ok().flatten().is_some_and(|usage| usage.value.digital_signature());
    signs && !certificate.is_ca()
}

/// Whether `issuer` names the key that signed `subject`: names and key identifiers agree
/// (RFC 5280 sections 4.2.1.1 and 4.2.1.2). Generations of one authority share a name, so the key
/// identifier decides.
#[must_use]
pub fn is_issuer_of(issuer: &[u8], subject: &[u8]) -> bool {
    let (Ok((_, issuer)), Ok((_, subject))) =
        (X509Certificate::from_der(issuer), X509Certificate::from_der(subject))
    else {
        return false;
    };
    let holds =
        issuer.extensions().iter().find_map(|extension| match extension.parsed_extension() {
            ParsedExtension::SubjectKeyIdentifier(id) => Some(id.0),
            _ => None,
        });
    let wants =
        subject.extensions().iter().find_map(|extension| match extension.parsed_extension() {
            ParsedExtension::AuthorityKeyIdentifier(id) => {
                id.key_identifier.as_ref().map(|id| id.0)
            }
            _ => None,
        });
    issuer.is_ca()
        && issuer.subject().as_raw() == subject.issuer().as_raw()
        && holds.is_some()
        && holds == wants
}
