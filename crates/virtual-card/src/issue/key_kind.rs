//! What kind of signature key a card gets.

use std::str::FromStr;

use openssl::ec::{EcGroup, EcKey};
use openssl::error::ErrorStack;
use openssl::nid::Nid;
use openssl::pkey::{PKey, Private};
use openssl::rsa::Rsa;

use crate::Profile;

/// Kind and size of a key.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum KeyKind {
    /// RSA with a modulus of 2048 bits.
    Rsa2048,
    /// RSA with a modulus of 3072 bits.
    Rsa3072,
    /// RSA with a modulus of 4096 bits.
    Rsa4096,
    /// An elliptic key on P-256.
    P256,
    /// An elliptic key on P-384.
    P384,
}

/// The text names no kind of key.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[error("the kinds of key are rsa2048, rsa3072, rsa4096, p256 and p384")]
pub struct NotAKeyKind;

impl FromStr for KeyKind {
    type Err = NotAKeyKind;

    fn from_str(text: &str) -> Result<Self, NotAKeyKind> {
        match text {
            "rsa2048" => Ok(Self::Rsa2048),
            "rsa3072" => Ok(Self::Rsa3072),
            "rsa4096" => Ok(Self::Rsa4096),
            "p256" => Ok(Self::P256),
            "p384" => Ok(Self::P384),
            _ => Err(NotAKeyKind),
        }
    }
}

impl KeyKind {
    /// Whether cards of this profile hold such keys.
    #[must_use]
    pub fn fits(self, profile: Profile) -> bool {
        match profile {
            Profile::MoicaGen1 | Profile::MoicaGen2 => self == Self::Rsa2048,
            Profile::Piv => matches!(self, Self::Rsa2048 | Self::P256 | Self::P384),
            Profile::Iso7816Part15 => true,
        }
    }

    pub(super) fn generate(self) -> Result<PKey<Private>, ErrorStack> {
        match self {
            Self::Rsa2048 => PKey::from_rsa(Rsa::generate(2048)?),
            Self::Rsa3072 => PKey::from_rsa(Rsa::generate(3072)?),
            Self::Rsa4096 => PKey::from_rsa(Rsa::generate(4096)?),
            Self::P256 => elliptic(Nid::X9_62_PRIME256V1),
            Self::P384 => elliptic(Nid::SECP384R1),
        }
    }
}

fn elliptic(curve: Nid) -> Result<PKey<Private>, ErrorStack> {
    let group = EcGroup::from_curve_name(curve)?;
    PKey::from_ec_key(EcKey::generate(&group)?)
}
