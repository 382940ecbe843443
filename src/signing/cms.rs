//! CMS SignedData, RFC 5652 section 5, at level B-B of ETSI EN 319 122-1 (CAdES), put together
//! around a signature that a card made.

use std::time::SystemTime;

use cms::cert::IssuerAndSerialNumber;
use cms::cert::x509::spki::AlgorithmIdentifierOwned;
use cms::cert::x509::{Certificate, der};
use cms::content_info::{CmsVersion, ContentInfo};
use cms::signed_data::{
    DigestAlgorithmIdentifiers, EncapsulatedContentInfo, SignedAttributes, SignerIdentifier,
    SignerInfo, SignerInfos,
};
use der::asn1::{Null, ObjectIdentifier, OctetString, SetOfVec};
use der::oid::db::rfc5911::{ID_DATA, ID_SIGNED_DATA};
use der::oid::db::rfc5912::{
    ECDSA_WITH_SHA_256, ECDSA_WITH_SHA_384, ECDSA_WITH_SHA_512, ID_SHA_256, ID_SHA_384, ID_SHA_512,
    RSA_ENCRYPTION,
};
use der::{Any, Decode, Encode, Sequence};

use super::SigningError;
use super::attributes::signed_attributes;
use super::hash::Hash;
use super::key::{CardKey, KeyKind};

/// What a card has to sign so that a content is signed.
pub struct CmsInput {
    certificates: Vec<Vec<u8>>,
    certificate: Vec<u8>,
    signer: IssuerAndSerialNumber,
    key: CardKey,
    hash: Hash,
    content_hash: Vec<u8>,
    /// The content, where it travels with the signature.
    attached: Option<OctetString>,
}

impl CmsInput {
    /// `certificate` is the card's, `issuers` are its issuers', all DER and all put into the
    /// signature; so is `content`, unless it is `detached`.
    ///
    /// # Errors
    /// The certificate cannot be read, or its key does not sign with this hash.
    pub fn new(
        certificate: &[u8],
        issuers: &[Vec<u8>],
        content: &[u8],
        hash: Hash,
        detached: bool,
    ) -> Result<Self, SigningError> {
        let key = CardKey::of(certificate)?;
        if !key.kind.signs(hash) {
            return Err(SigningError::Hash);
        }
        let signer = Certificate::from_der(certificate)?.tbs_certificate;
        Ok(Self {
            certificates: [&[certificate.to_owned()], issuers].concat(),
            certificate: certificate.to_owned(),
            signer: IssuerAndSerialNumber {
                issuer: signer.issuer,
                serial_number: signer.serial_number,
            },
            key,
            hash,
            content_hash: hash.of(content)?,
            attached: if detached { None } else { Some(OctetString::new(content)?) },
        })
    }

    /// Puts the signature together as of `now`; DER. `card` signs a hash value; its signature is
    /// checked with its own certificate.
    ///
    /// # Errors
    /// `card` failed, or its signature is not its certificate's.
    pub fn sign<E: From<SigningError>>(
        &self,
        now: SystemTime,
        card: impl FnOnce(&[u8]) -> Result<Vec<u8>, E>,
    ) -> Result<Vec<u8>, E> {
        let encoded = |result: der::Result<_>| result.map_err(SigningError::from);
        let attributes =
            signed_attributes(&self.content_hash, now, &self.certificate, &self.signer)
                .map_err(SigningError::from)?;
        // Signed as the SET OF they are, not under the tag [0] they travel with: section 5.4.
        let message = encoded(attributes.to_der())?;
        let signature = card(&self.hash.of(&message).map_err(SigningError::from)?)?;
        let signature = self.key.check(self.hash, &message, &signature)?;
        Ok(encoded(self.assemble(attributes, signature))?)
    }

    fn assemble(&self, attributes: SignedAttributes, signature: Vec<u8>) -> der::Result<Vec<u8>> {
        let digest_alg = AlgorithmIdentifierOwned { oid: digest_oid(self.hash), parameters: None };
        let signer_info = SignerInfo {
            version: CmsVersion::V1,
            sid: SignerIdentifier::IssuerAndSerialNumber(self.signer.clone()),
            digest_alg: digest_alg.clone(),
            signed_attrs: Some(attributes),
            signature_algorithm: signature_algorithm(self.key.kind, self.hash),
            signature: OctetString::new(signature)?,
            unsigned_attrs: None,
        };
        let certificates: der::Result<Vec<Any>> =
            self.certificates.iter().map(|der| Any::from_der(der)).collect();
        let signed_data = SignedData {
            version: CmsVersion::V1,
            digest_algorithms: SetOfVec::try_from(vec![digest_alg])?,
            encap_content_info: EncapsulatedContentInfo {
                econtent_type: ID_DATA,
                econtent: self.attached.as_ref().map(Any::encode_from).transpose()?,
            },
            certificates: SetOfVec::try_from(certificates?)?,
            signer_infos: SignerInfos(SetOfVec::try_from(vec![signer_info])?),
        };
        ContentInfo { content_type: ID_SIGNED_DATA, content: Any::encode_from(&signed_data)? }
            .to_der()
    }
}

/// RFC 5652 section 5.1. As [`cms::signed_data::SignedData`], but the certificates stay the bytes
/// they were on the card: one that is read and written again may not be the one its issuer signed.
#[derive(Sequence)]
struct SignedData {
    version: CmsVersion,
    digest_algorithms: DigestAlgorithmIdentifiers,
    encap_content_info: EncapsulatedContentInfo,
    #[asn1(context_specific = "0", tag_mode = "IMPLICIT", constructed = "true")]
    certificates: SetOfVec<Any>,
    signer_infos: SignerInfos,
}

/// RFC 5754 section 2; the parameters are left out.
fn digest_oid(hash: Hash) -> ObjectIdentifier {
    match hash {
        Hash::Sha256 => ID_SHA_256,
        Hash::Sha384 => ID_SHA_384,
        Hash::Sha512 => ID_SHA_512,
    }
}

/// RFC 5754 sections 3.2 and 3.3.
fn signature_algorithm(key: KeyKind, hash: Hash) -> AlgorithmIdentifierOwned {
    match key {
        KeyKind::Rsa => {
            AlgorithmIdentifierOwned { oid: RSA_ENCRYPTION, parameters: Some(Null.into()) }
        }
        KeyKind::P256 | KeyKind::P384 => {
            let oid = match hash {
                Hash::Sha256 => ECDSA_WITH_SHA_256,
                Hash::Sha384 => ECDSA_WITH_SHA_384,
                Hash::Sha512 => ECDSA_WITH_SHA_512,
            };
            AlgorithmIdentifierOwned { oid, parameters: None }
        }
    }
}
