//! The private keys and GENERAL AUTHENTICATE with them, NIST SP 800-73-4 part 2 clause 3.2.4 and
//! appendix A.4. RSA pads nothing and checks no padding, as the standard has it.

use ankong_card::StatusWord;
use ankong_card::tlv::{Tag, Tlv};
use openssl::ec::EcKey;
use openssl::ecdsa::EcdsaSig;
use openssl::error::ErrorStack;
use openssl::nid::Nid;
use openssl::pkey::{PKey, Private};
use openssl::rsa::{Padding, Rsa};

use super::INCORRECT_DATA;
use crate::{Command, der};

/// What the PIN allows at the moment, least first.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Debug)]
pub(super) enum Permission {
    /// It has not been verified.
    None,
    /// It has.
    Verified,
    /// It has, by the command before this one.
    JustVerified,
}

/// A key by its reference, part 1 table 4b; an open set.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub(super) struct KeyReference(pub(super) u8);

impl KeyReference {
    pub(super) const PIV_AUTHENTICATION: Self = Self(0x9A);
    pub(super) const DIGITAL_SIGNATURE: Self = Self(0x9C);
    pub(super) const KEY_MANAGEMENT: Self = Self(0x9D);

    /// What its use takes, the same table.
    fn asks_for(self) -> Permission {
        match self {
            Self::DIGITAL_SIGNATURE => Permission::JustVerified,
            Self(_) => Permission::Verified,
        }
    }
}

/// Every key of the card.
pub(super) struct Keys(pub(super) Vec<(KeyReference, PrivateKey)>);

/// A key of a kind these cards have.
pub(super) enum PrivateKey {
    /// RSA, 2048 bits.
    Rsa(Rsa<Private>),
    /// On P-256.
    P256(EcKey<Private>),
    /// On P-384.
    P384(EcKey<Private>),
}

impl Keys {
    /// `00 87 <algorithm> <key> 7C { 82 00, 81 <what to sign> }`.
    pub(super) fn authenticate(
        &self,
        command: &Command<'_>,
        data: &[u8],
        permission: Permission,
    ) -> Result<Vec<u8>, StatusWord> {
        let reference = KeyReference(command.p2);
        let (_, key) = self
            .0
            .iter()
            .find(|(found, key)| *found == reference && key.algorithm() == command.p1)
            .ok_or(StatusWord::INCORRECT_P1_P2)?;
        if permission < reference.asks_for() {
            return Err(StatusWord::SECURITY_STATUS_NOT_SATISFIED);
        }
        let (template, []) = Tlv::parse(data).map_err(|_| INCORRECT_DATA)? else {
            return Err(INCORRECT_DATA);
        };
        let wants_response = template.child(RESPONSE).is_some_and(|found| found.value.is_empty());
        let challenge = template.child(CHALLENGE).ok_or(INCORRECT_DATA)?.value;
        if template.tag != TEMPLATE || !wants_response || challenge.len() != key.input_length() {
            return Err(INCORRECT_DATA);
        }
        let signature = key.sign(challenge).map_err(|_| INCORRECT_DATA)?;
        Ok(der::element(0x7C, &der::element(0x82, &signature)))
    }
}

impl PrivateKey {
    /// `None` for keys such a card does not hold.
    pub(super) fn new(key: &PKey<Private>) -> Option<Self> {
        if let Ok(rsa) = key.rsa() {
            return (rsa.size() == 256).then_some(Self::Rsa(rsa));
        }
        let key = key.ec_key().ok()?;
        match key.group().curve_name()? {
            Nid::X9_62_PRIME256V1 => Some(Self::P256(key)),
            Nid::SECP384R1 => Some(Self::P384(key)),
            _ => None,
        }
    }

    /// SP 800-78-4 table 6-2.
    fn algorithm(&self) -> u8 {
        match self {
            Self::Rsa(_) => 0x07,
            Self::P256(_) => 0x11,
            Self::P384(_) => 0x14,
        }
    }

    fn input_length(&self) -> usize {
        match self {
            Self::Rsa(_) => 256,
            Self::P256(_) => 32,
            Self::P384(_) => 48,
        }
    }

    /// RSADP (RFC 8017 clause 5.1.2), which refuses a number above the modulus; or ECDSA in DER.
    fn sign(&self, input: &[u8]) -> Result<Vec<u8>, ErrorStack> {
        match self {
            Self::Rsa(key) => {
                let mut output = vec![0; 256];
                key.private_encrypt(input, &mut output, Padding::NONE)?;
                Ok(output)
            }
            Self::P256(key) | Self::P384(key) => EcdsaSig::sign(input, key)?.to_der(),
        }
    }
}

/// Dynamic authentication template and what is in it, part 2 table 7.
const TEMPLATE: Tag = Tag(0x7C);
const CHALLENGE: Tag = Tag(0x81);
const RESPONSE: Tag = Tag(0x82);
