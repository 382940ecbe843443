//! The signature key: MANAGE SECURITY ENVIRONMENT (ISO/IEC 7816-4:2020 clause 11.6.11) and COMPUTE
//! DIGITAL SIGNATURE (ISO/IEC 7816-8:2021 clause 11.6).

use ankong_card::StatusWord;
use ankong_card::tlv::{Records, Tag};
use openssl::ec::EcKeyRef;
use openssl::ecdsa::EcdsaSig;
use openssl::error::ErrorStack;
use openssl::nid::Nid;
use openssl::pkey::{PKey, Private};
use openssl::rsa::{Padding, RsaRef};

use super::layout::KEY_REFERENCE;
use crate::Command;
use crate::pin::PinObject;

/// What kind of key it is.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub(super) enum Kind {
    /// RSA with a modulus of so many bits.
    Rsa(u16),
    P256,
    P384,
}

impl Kind {
    /// `None` for keys such a card does not hold.
    pub(super) fn of(key: &PKey<Private>) -> Option<Self> {
        if key.rsa().is_ok() {
            return match key.bits() {
                2048 => Some(Self::Rsa(2048)),
                3072 => Some(Self::Rsa(3072)),
                4096 => Some(Self::Rsa(4096)),
                _ => None,
            };
        }
        match key.ec_key().ok()?.group().curve_name()? {
            Nid::X9_62_PRIME256V1 => Some(Self::P256),
            Nid::SECP384R1 => Some(Self::P384),
            _ => None,
        }
    }

    /// What the security environment calls the algorithm; each card maker numbers them anew.
    pub(super) fn algorithm_reference(self) -> u8 {
        match self {
            Self::Rsa(_) => 0x02,
            Self::P256 | Self::P384 => 0x04,
        }
    }

    /// Whether this can be signed: for RSA a DigestInfo of at most 40 % of the modulus, as such
    /// cards have it; for an elliptic curve a hash value as long as the field.
    fn takes(self, length: usize) -> bool {
        match self {
            Self::Rsa(bits) => (1..=usize::from(bits) / 8 * 2 / 5).contains(&length),
            Self::P256 => length == 32,
            Self::P384 => length == 48,
        }
    }
}

/// The key, and whether the security environment names it.
pub(super) struct SigningKey {
    key: PKey<Private>,
    kind: Kind,
    prepared: bool,
}

impl SigningKey {
    pub(super) fn new(key: PKey<Private>, kind: Kind) -> Self {
        Self { key, kind, prepared: false }
    }

    pub(super) fn forget(&mut self) {
        self.prepared = false;
    }

    /// `00 22 41 B6 {84 key, 80 algorithm}`: SET for computation, digital signature template.
    pub(super) fn prepare(&mut self, command: &Command<'_>) -> Result<Vec<u8>, StatusWord> {
        self.prepared = false;
        if (command.p1, command.p2) != (0x41, 0xB6) {
            return Err(StatusWord::INCORRECT_P1_P2);
        }
        let (mut key, mut algorithm) = (false, false);
        for object in Records::new(command.data) {
            let object = object.map_err(|_| INCORRECT_DATA)?;
            match (object.tag, object.value) {
                (Tag(0x84), [KEY_REFERENCE]) => key = true,
                (Tag(0x80), [reference]) if *reference == self.kind.algorithm_reference() => {
                    algorithm = true;
                }
                (Tag(0x80 | 0x84), _) => return Err(StatusWord::REFERENCED_DATA_NOT_FOUND),
                (_, _) => return Err(INCORRECT_DATA),
            }
        }
        self.prepared = key && algorithm;
        if self.prepared { Ok(Vec::new()) } else { Err(INCORRECT_DATA) }
    }

    /// `00 2A 9E 9A`. The PIN is used up, whatever becomes of it.
    pub(super) fn sign(
        &mut self,
        command: &Command<'_>,
        pin: &mut PinObject,
    ) -> Result<Vec<u8>, StatusWord> {
        if (command.p1, command.p2) != (0x9E, 0x9A) {
            return Err(StatusWord::INCORRECT_P1_P2);
        }
        if !self.prepared {
            return Err(StatusWord::CONDITIONS_NOT_SATISFIED);
        }
        if !pin.is_verified() {
            return Err(StatusWord::SECURITY_STATUS_NOT_SATISFIED);
        }
        pin.forget();
        if !self.kind.takes(command.data.len()) {
            return Err(INCORRECT_DATA);
        }
        let signature = match self.kind {
            Kind::Rsa(_) => self.key.rsa().and_then(|key| padded(&key, command.data)),
            Kind::P256 => self.key.ec_key().and_then(|key| side_by_side(&key, command.data, 32)),
            Kind::P384 => self.key.ec_key().and_then(|key| side_by_side(&key, command.data, 48)),
        };
        signature.map_err(|_| StatusWord::NO_DIAGNOSIS)
    }
}

/// RSASSA-PKCS1-v1_5, RFC 8017 clause 8.2.1, from the DigestInfo on.
fn padded(key: &RsaRef<Private>, digest_info: &[u8]) -> Result<Vec<u8>, ErrorStack> {
    let mut signature = vec![0; key.size() as usize];
    key.private_encrypt(digest_info, &mut signature, Padding::PKCS1)?;
    Ok(signature)
}

/// ECDSA, the two integers as wide as the field.
fn side_by_side(key: &EcKeyRef<Private>, hash: &[u8], width: i32) -> Result<Vec<u8>, ErrorStack> {
    let signature = EcdsaSig::sign(hash, key)?;
    Ok([signature.r().to_vec_padded(width)?, signature.s().to_vec_padded(width)?].concat())
}

/// Incorrect parameters in the data field, ISO/IEC 7816-4:2020 table 7.
const INCORRECT_DATA: StatusWord = StatusWord(0x6A80);
