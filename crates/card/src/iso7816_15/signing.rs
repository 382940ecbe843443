//! MANAGE SECURITY ENVIRONMENT (ISO/IEC 7816-4:2020 clause 11.6.11) and COMPUTE DIGITAL SIGNATURE
//! (ISO/IEC 7816-8:2021 clause 11.6).

use x509_parser::prelude::{FromDer, X509Certificate};
use x509_parser::public_key::PublicKey;

use super::directory::SupportedAlgorithm;
use super::private_key::KeyRecord;
use super::{CLASS, refused};
use crate::algorithm::{Algorithm, Digest};
use crate::apdu::{CommandApdu, Instruction};
use crate::{CardError, Channel, StatusWord, ecdsa, pkcs1};

/// What kind of key it is, from its certificate.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum KeyKind {
    /// RSA with a modulus of so many bytes.
    Rsa(usize),
    P256,
    P384,
}

impl KeyKind {
    /// `None` for keys that are not worth a signature, or unknown here.
    pub(super) fn of_certificate(der: &[u8]) -> Option<Self> {
        match Algorithm::of_certificate(der)? {
            Algorithm::Es256 => Some(Self::P256),
            Algorithm::Es384 => Some(Self::P384),
            Algorithm::Rs256 => {
                let (_, certificate) = X509Certificate::from_der(der).ok()?;
                let Ok(PublicKey::RSA(key)) = certificate.public_key().parsed() else {
                    return None;
                };
                let bits = key.key_size();
                matches!(bits, 2048 | 3072 | 4096).then_some(Self::Rsa(bits / 8))
            }
        }
    }

    pub(super) fn algorithm(self) -> Algorithm {
        match self {
            Self::Rsa(_) => Algorithm::Rs256,
            Self::P256 => Algorithm::Es256,
            Self::P384 => Algorithm::Es384,
        }
    }

    /// The PKCS #11 mechanism whose input this driver makes: a DigestInfo, a hash value.
    fn mechanism(self) -> u32 {
        match self {
            Self::Rsa(_) => CKM_RSA_PKCS,
            Self::P256 | Self::P384 => CKM_ECDSA,
        }
    }
}

/// How to sign with one key.
#[derive(Debug, PartialEq, Eq)]
pub(super) struct Signer {
    key: u8,
    kind: KeyKind,
    /// What the card calls the algorithm; `None` when it has but one for the key.
    algorithm: Option<u8>,
}

impl Signer {
    /// `None` when the key has no reference, or its record names only algorithms that take an input
    /// this driver does not make, or names some and the card lists none.
    pub(super) fn new(
        key: &KeyRecord,
        kind: KeyKind,
        supported: &[SupportedAlgorithm],
    ) -> Option<Self> {
        let mut named = supported.iter().filter(|a| key.algorithms.contains(&a.index)).peekable();
        let algorithm = match named.peek() {
            None if supported.is_empty() && !key.algorithms.is_empty() => return None,
            None => None,
            Some(_) => named.find(|a| a.signs && a.mechanism == kind.mechanism())?.reference,
        };
        Some(Self { key: key.reference?, kind, algorithm })
    }

    /// The PIN has been verified.
    pub(super) fn sign(
        &self,
        channel: &mut Channel<'_>,
        digest: &Digest,
    ) -> Result<Vec<u8>, CardError> {
        let mut environment = vec![0x84, 0x01, self.key];
        environment.extend(self.algorithm.iter().flat_map(|reference| [0x80, 0x01, *reference]));
        let set = CommandApdu::new(CLASS, MANAGE_SECURITY_ENVIRONMENT, 0x41, 0xB6);
        let answer = channel.send(&set.with_data(&environment)?)?;
        if answer.status != StatusWord::OK {
            return Err(refused(MANAGE_SECURITY_ENVIRONMENT, answer.status));
        }
        let input = match self.kind {
            KeyKind::Rsa(_) => pkcs1::digest_info(digest),
            KeyKind::P256 | KeyKind::P384 => digest.as_bytes().to_vec(),
        };
        let compute = CommandApdu::new(CLASS, PERFORM_SECURITY_OPERATION, 0x9E, 0x9A);
        let compute = compute.with_data(&input)?.expecting_long(channel.longest_answer());
        let answer = channel.send(&compute)?;
        if answer.status != StatusWord::OK {
            return Err(refused(PERFORM_SECURITY_OPERATION, answer.status));
        }
        let signature = match self.kind {
            KeyKind::Rsa(length) => Some(answer.data).filter(|data| data.len() == length),
            KeyKind::P256 => side_by_side(answer.data, 32),
            KeyKind::P384 => side_by_side(answer.data, 48),
        };
        signature.ok_or(CardError::Malformed("signature"))
    }
}

/// Two integers of `width` bytes, from a card that answers them so or as DER.
fn side_by_side(answer: Vec<u8>, width: usize) -> Option<Vec<u8>> {
    if answer.len() == 2 * width { Some(answer) } else { ecdsa::side_by_side(&answer, width) }
}

const MANAGE_SECURITY_ENVIRONMENT: Instruction = Instruction(0x22);
const PERFORM_SECURITY_OPERATION: Instruction = Instruction(0x2A);
const CKM_RSA_PKCS: u32 = 0x0001;
const CKM_ECDSA: u32 = 0x1041;
