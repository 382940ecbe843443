//! Keys of a secure channel and how one comes from another, Amendment D clause 4.1.5: the counter
//! mode of NIST SP 800-108 with CMAC. At most one block is ever needed, so the counter is always 1.

use openssl::error::ErrorStack;
use zeroize::{Zeroize, ZeroizeOnDrop, Zeroizing};

use super::aes::{self, BLOCK};

/// An AES-128 key.
#[derive(Clone, Zeroize, ZeroizeOnDrop)]
pub(crate) struct Key([u8; BLOCK]);

/// The keys a card and its issuer share. The third, for key data, is not used here.
#[derive(Clone)]
pub(crate) struct StaticKeys {
    pub(crate) enc: Key,
    pub(crate) mac: Key,
}

/// What a derivation is for, table 4-1; an open set.
#[derive(Clone, Copy)]
pub(crate) struct Constant(u8);

impl Constant {
    pub(super) const CARD_CRYPTOGRAM: Self = Self(0x00);
    pub(super) const HOST_CRYPTOGRAM: Self = Self(0x01);
    pub(crate) const ENC: Self = Self(0x04);
    pub(crate) const MAC: Self = Self(0x06);
}

/// The key derived for `purpose` in a context.
pub(crate) fn derive_key(key: &Key, purpose: Constant, context: &[u8]) -> Result<Key, ErrorStack> {
    Ok(Key(*derive(key, purpose, 128, context)?))
}

/// One block of derived bytes, of which the first `bits` count; the length is part of the input.
///
/// Input: label (11 zeros, constant) ‖ separator 00 ‖ length in bits ‖ counter 01 ‖ context.
pub(super) fn derive(
    key: &Key,
    purpose: Constant,
    bits: u16,
    context: &[u8],
) -> Result<Zeroizing<[u8; BLOCK]>, ErrorStack> {
    let mut input = vec![0; 11];
    input.extend([purpose.0, 0x00]);
    input.extend(bits.to_be_bytes());
    input.push(0x01);
    input.extend_from_slice(context);
    aes::cmac(key, &input)
}

impl Key {
    /// Takes the key over; the caller wipes its copy.
    pub(crate) fn new(key: [u8; BLOCK]) -> Self {
        Self(key)
    }

    /// The bytes, for OpenSSL.
    pub(crate) fn expose(&self) -> &[u8] {
        &self.0
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::transcript::hex;

    impl TryFrom<&[u8]> for Key {
        type Error = std::array::TryFromSliceError;

        fn try_from(bytes: &[u8]) -> Result<Self, Self::Error> {
            bytes.try_into().map(Self)
        }
    }

    /// A published session with an NXP JCOP P71 card under the well-known test keys 40…4F.
    #[test]
    fn session_keys_are_those_of_a_published_session() {
        let key = Key::try_from(&*hex("404142434445464748494A4B4C4D4E4F")).unwrap();
        let challenges = hex("FE0530CF61BAA9F3 83FA042C5C10F778");
        let session_key = |purpose| derive_key(&key, purpose, &challenges).unwrap();
        let enc = session_key(Constant::ENC);
        assert_eq!(enc.expose(), hex("7392646744DF8721131C4A995A845BAE"));
        let mac = session_key(Constant::MAC);
        assert_eq!(mac.expose(), hex("CD9F750E543E0CF862B0EA73E3812113"));
        let cryptogram = |purpose| derive(&mac, purpose, 64, &challenges).unwrap();
        let card = cryptogram(Constant::CARD_CRYPTOGRAM);
        assert_eq!(card[..8], hex("148C0CAF84B0E110"));
        let host = cryptogram(Constant::HOST_CRYPTOGRAM);
        assert_eq!(host[..8], hex("7B54E3B21E27DA5F"));
    }
}
