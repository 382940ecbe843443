//! Keys of a second-generation card: from the issuer's master key to the card's, from the card's to
//! a session's. GlobalPlatform Card Specification v2.3 Amendment D v1.1.2 clause 4.1.5.

use openssl::error::ErrorStack;
use openssl::pkey::PKey;
use openssl::sign::Signer;
use zeroize::{Zeroize, ZeroizeOnDrop};

use super::APPLICATION;
use crate::moica::{KEY_LENGTH, NotAKey, hex_key, random_key};

/// The issuer's master key, AES-128, of which every card's keys are made.
#[derive(Clone, Zeroize, ZeroizeOnDrop)]
pub struct MasterKey([u8; KEY_LENGTH]);

/// Keys for one purpose each: a card's static pair, or a session's.
#[derive(Clone, Zeroize, ZeroizeOnDrop)]
pub(super) struct KeyPair {
    pub(super) enc: [u8; KEY_LENGTH],
    pub(super) mac: [u8; KEY_LENGTH],
}

impl MasterKey {
    /// A fresh random key.
    ///
    /// # Errors
    /// The random number generator failed.
    pub fn random() -> Result<Self, ErrorStack> {
        Ok(Self(*random_key()?))
    }

    /// Reads the hexadecimal form.
    ///
    /// # Errors
    /// See [`NotAKey`].
    pub fn from_hex(digits: &str) -> Result<Self, NotAKey> {
        Ok(Self(*hex_key(digits)?))
    }

    /// The hexadecimal form, 32 digits.
    #[must_use]
    pub fn to_hex(&self) -> String {
        hex::encode_upper(self.0)
    }

    /// A card's keys. How real ones are laid out is not public: this is a session key's block with
    /// the card's number and the end of the application's identifier in the challenges' place.
    pub(super) fn of_card(&self, number: &[u8; 10]) -> Result<KeyPair, ErrorStack> {
        let mut context = number.to_vec();
        context.extend(APPLICATION.iter().skip(APPLICATION.len() - 6));
        KeyPair { enc: self.0, mac: self.0 }.derived(&context)
    }
}

impl KeyPair {
    /// The session's keys, or any other pair that both sides derive in a context.
    pub(super) fn derived(&self, context: &[u8]) -> Result<Self, ErrorStack> {
        Ok(Self {
            enc: derive(&self.enc, S_ENC, 0x0080, context)?,
            mac: derive(&self.mac, S_MAC, 0x0080, context)?,
        })
    }

    /// The card's and the host's cryptogram, of session keys.
    pub(super) fn cryptograms(&self, context: &[u8]) -> Result<[[u8; 8]; 2], ErrorStack> {
        let [card, host] = [CARD_CRYPTOGRAM, HOST_CRYPTOGRAM];
        Ok([
            first_half(&derive(&self.mac, card, 0x0040, context)?),
            first_half(&derive(&self.mac, host, 0x0040, context)?),
        ])
    }
}

/// AES-CMAC, NIST SP 800-38B.
pub(super) fn cmac(key: &[u8; KEY_LENGTH], message: &[u8]) -> Result<[u8; 16], ErrorStack> {
    let key = PKey::cmac(&openssl::symm::Cipher::aes_128_cbc(), key)?;
    let mut mac = [0; 16];
    Signer::new_without_digest(&key)?.sign_oneshot(&mut mac, message)?;
    Ok(mac)
}

/// What of a MAC or a derived block travels in mode S8.
pub(super) fn first_half(block: &[u8; 16]) -> [u8; 8] {
    let [a, b, c, d, e, f, g, h, ..] = *block;
    [a, b, c, d, e, f, g, h]
}

/// One block: 11 zeros, constant, 00, length in bits, counter 01, context.
fn derive(
    key: &[u8; KEY_LENGTH],
    constant: u8,
    bits: u16,
    context: &[u8],
) -> Result<[u8; 16], ErrorStack> {
    let [high, low] = bits.to_be_bytes();
    let head = [0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, constant, 0, high, low, 1];
    cmac(key, &[&head, context].concat())
}

// Derivation constants, table 4-1.
const CARD_CRYPTOGRAM: u8 = 0x00;
const HOST_CRYPTOGRAM: u8 = 0x01;
const S_ENC: u8 = 0x04;
const S_MAC: u8 = 0x06;
