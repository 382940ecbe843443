//! `ContentInfo`, `SignedData` and its one `SignerInfo`, RFC 5652 §3 and §5.
//!
//! Refuses to know whether any of it is to be believed. What lies beside the signature (other
//! certificates, lists, unsigned attributes) is passed over: nothing is built upon it.

use openssl::pkey::{PKeyRef, Public};

use super::CmsError;
use crate::{
    algorithm::{Algorithm, Digest, Scheme},
    der::{self, Malformed, Reader},
};

/// id-signedData, 1.2.840.113549.1.7.2.
const SIGNED_DATA: [u8; 9] = [0x2A, 0x86, 0x48, 0x86, 0xF7, 0x0D, 0x01, 0x07, 0x02];
/// id-data, 1.2.840.113549.1.7.1: any bytes.
pub(super) const DATA: [u8; 9] = [0x2A, 0x86, 0x48, 0x86, 0xF7, 0x0D, 0x01, 0x07, 0x01];
/// rsaEncryption, 1.2.840.113549.1.1.1: PKCS#1 v1.5 with the signer's digest (RFC 3370 §3.2).
const RSA_ENCRYPTION: [u8; 9] = [0x2A, 0x86, 0x48, 0x86, 0xF7, 0x0D, 0x01, 0x01, 0x01];
/// Most certificates that come along.
const MAX_CERTIFICATES: usize = 16;
/// Most signatures that are counted.
const MAX_SIGNERS: usize = 16;

pub(super) struct SignedData<'a> {
    /// The content of the object identifier.
    pub(super) content_type: &'a [u8],
    pub(super) content: Option<&'a [u8]>,
    pub(super) signer: SignerInfo<'a>,
    certificates: Vec<&'a [u8]>,
}

pub(super) struct SignerInfo<'a> {
    identifier: SignerIdentifier<'a>,
    pub(super) digest: Digest,
    /// The content of `[0] SignedAttributes`.
    pub(super) attributes: &'a [u8],
    /// The content of the object identifier.
    signature_algorithm: &'a [u8],
    pub(super) signature: &'a [u8],
}

enum SignerIdentifier<'a> {
    IssuerAndSerialNumber {
        /// A Name.
        issuer: &'a [u8],
        /// The INTEGER with its header.
        serial_number: &'a [u8],
    },
    SubjectKeyIdentifier(&'a [u8]),
}

impl From<Malformed> for CmsError {
    fn from(_: Malformed) -> Self {
        Self::Malformed
    }
}

impl<'a> SignedData<'a> {
    pub(super) fn parse(cms: &'a [u8]) -> Result<Self, CmsError> {
        let mut outer = Reader::only(cms, der::SEQUENCE)?;
        if outer.content(der::OBJECT_IDENTIFIER)? != SIGNED_DATA {
            return Err(CmsError::Malformed);
        }
        let mut fields = Reader::only(outer.content(der::constructed(0))?, der::SEQUENCE)?;
        outer.end()?;
        fields.content(der::INTEGER)?; // version: 1 or 3, which says what the rest shows
        fields.content(der::SET)?; // the digests of all signers
        let mut encapsulated = fields.inside(der::SEQUENCE)?;
        let content_type = encapsulated.content(der::OBJECT_IDENTIFIER)?;
        let content = match encapsulated.optional(der::constructed(0))? {
            Some(explicit) => {
                let mut octets = Reader::new(explicit.content);
                let content = octets.content(der::OCTET_STRING)?;
                octets.end()?;
                Some(content)
            }
            None => None,
        };
        encapsulated.end()?;
        let certificates = match fields.optional(der::constructed(0))? {
            Some(all) => elements(Reader::new(all.content), MAX_CERTIFICATES)?,
            None => Vec::new(),
        };
        fields.optional(der::constructed(1))?; // lists
        let signers = elements(fields.inside(der::SET)?, MAX_SIGNERS)?;
        fields.end()?;
        let [signer] = signers.as_slice() else {
            return Err(CmsError::Signers { found: signers.len() });
        };
        Ok(Self { content_type, content, signer: SignerInfo::parse(signer)?, certificates })
    }

    /// The certificate (DER) that the signature names.
    pub(super) fn signer_certificate(&self) -> Result<Option<&'a [u8]>, CmsError> {
        for der in &self.certificates {
            if self.signer.identifier.names(der)? {
                return Ok(Some(der));
            }
        }
        Ok(None)
    }
}

impl<'a> SignerInfo<'a> {
    fn parse(der: &'a [u8]) -> Result<Self, CmsError> {
        let mut fields = Reader::only(der, der::SEQUENCE)?;
        fields.content(der::INTEGER)?; // version: 1 or 3, after the identifier's form
        let identifier = match fields.optional(der::context(0))? {
            Some(key) => SignerIdentifier::SubjectKeyIdentifier(key.content),
            None => {
                let mut both = fields.inside(der::SEQUENCE)?;
                let issuer = both.element()?.whole;
                let serial_number = both.element()?.whole;
                both.end()?;
                SignerIdentifier::IssuerAndSerialNumber { issuer, serial_number }
            }
        };
        let digest = fields.inside(der::SEQUENCE)?.content(der::OBJECT_IDENTIFIER)?;
        let attributes = fields.optional(der::constructed(0))?;
        let signature_algorithm = fields.inside(der::SEQUENCE)?.content(der::OBJECT_IDENTIFIER)?;
        let signature = fields.content(der::OCTET_STRING)?;
        fields.optional(der::constructed(1))?; // unsigned attributes
        fields.end()?;
        Ok(Self {
            identifier,
            digest: Digest::of_oid(digest).ok_or(CmsError::Algorithm)?,
            attributes: attributes.ok_or(CmsError::NoSignedAttributes)?.content,
            signature_algorithm,
            signature,
        })
    }

    /// The algorithm of the signature, which has to go with the digest and the key.
    pub(super) fn algorithm(&self, key: &PKeyRef<Public>) -> Result<Algorithm, CmsError> {
        let digest = self.digest;
        let algorithm = if self.signature_algorithm == RSA_ENCRYPTION {
            Algorithm { scheme: Scheme::Pkcs1, digest }
        } else {
            Algorithm::of_oid(self.signature_algorithm).ok_or(CmsError::Algorithm)?
        };
        let fits = algorithm.digest == digest && algorithm.scheme.key() == key.id();
        if fits { Ok(algorithm) } else { Err(CmsError::Algorithm) }
    }
}

impl SignerIdentifier<'_> {
    /// Whether this certificate (DER) is meant. Read field by field: it has not been judged yet.
    fn names(&self, certificate: &[u8]) -> Result<bool, CmsError> {
        match self {
            Self::IssuerAndSerialNumber { issuer, serial_number } => {
                let mut fields =
                    Reader::new(Reader::only(certificate, der::SEQUENCE)?.content(der::SEQUENCE)?);
                fields.optional(der::constructed(0))?; // version
                let found_number = fields.element()?.whole;
                fields.element()?; // signature algorithm
                let found_issuer = fields.element()?.whole;
                Ok(found_number == *serial_number && found_issuer == *issuer)
            }
            Self::SubjectKeyIdentifier(key) => {
                let parsed = crate::certificate::Certificate::parse(certificate);
                let found = parsed.ok().and_then(|parsed| parsed.extensions.subject_key);
                Ok(found.is_some_and(|found| found.0 == *key))
            }
        }
    }
}

fn elements(mut all: Reader<'_>, most: usize) -> Result<Vec<&[u8]>, CmsError> {
    let mut elements = Vec::new();
    while !all.is_empty() {
        if elements.len() == most {
            return Err(CmsError::Malformed);
        }
        elements.push(all.element()?.whole);
    }
    Ok(elements)
}
