//! How a first-generation MOICA card wants its PIN: two-key triple DES in CBC mode, one MAC.
//!
//! MAC = last block of CBC(IV, PIN field with PKCS#7 padding); command data = IV ‖ CBC(IV, PIN
//! field ‖ MAC, PKCS#7 padding). The key belongs to the card's issuer and comes from outside.

use openssl::error::ErrorStack;
use openssl::symm::{Cipher, Crypter, Mode};
use zeroize::{Zeroize, ZeroizeOnDrop, Zeroizing};

use super::pin;

/// Block and IV length of triple DES, bytes.
pub(super) const BLOCK: usize = 8;

/// The issuer's secure-messaging key for first-generation cards, two DES keys of 8 bytes.
#[derive(Clone, Zeroize, ZeroizeOnDrop)]
pub struct Gen1Key([u8; 16]);

impl Gen1Key {
    /// Takes the key over; the caller wipes its copy.
    #[must_use]
    pub fn new(key: [u8; 16]) -> Self {
        Self(key)
    }
}

/// The data field of VERIFY: 8 bytes of IV, 24 of cipher text.
pub(super) fn protected_pin(
    key: &Gen1Key,
    iv: [u8; BLOCK],
    field: &[u8; pin::FIELD],
) -> Result<Zeroizing<Vec<u8>>, ErrorStack> {
    let chained = encrypt(key, iv, field)?;
    let mac = chained.last_chunk::<BLOCK>().ok_or_else(ErrorStack::get)?;
    let mut plain = Zeroizing::new(Vec::with_capacity(pin::FIELD + BLOCK));
    plain.extend_from_slice(field);
    plain.extend_from_slice(mac);
    let mut data = Zeroizing::new(iv.to_vec());
    data.extend_from_slice(&encrypt(key, iv, &plain)?);
    Ok(data)
}

fn encrypt(key: &Gen1Key, iv: [u8; BLOCK], plain: &[u8]) -> Result<Zeroizing<Vec<u8>>, ErrorStack> {
    // OpenSSL's default provider has the three-key cipher only; K1‖K2‖K1 is the two-key one.
    let mut three = Zeroizing::new([0; 24]);
    let (pair, third) = three.split_at_mut(16);
    pair.copy_from_slice(&key.0);
    third.copy_from_slice(key.0.first_chunk::<BLOCK>().unwrap_or(&[0; BLOCK]));
    let mut crypter =
        Crypter::new(Cipher::des_ede3_cbc(), Mode::Encrypt, three.as_slice(), Some(&iv))?;
    let mut out = Zeroizing::new(vec![0; plain.len() + 2 * BLOCK]);
    let mut length = crypter.update(plain, &mut out)?;
    length += crypter.finalize(out.get_mut(length..).unwrap_or_default())?;
    out.truncate(length);
    Ok(out)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::Pin;

    /// Computed apart from this code with `openssl enc -des-ede-cbc` on the command line, key
    /// 000102…0F, IV 1011121314151617, PIN 123456.
    #[test]
    fn the_protected_pin_equals_the_one_computed_by_hand() {
        let key = Gen1Key::new(std::array::from_fn(|i| u8::try_from(i).unwrap()));
        let iv = std::array::from_fn(|i| 0x10 + u8::try_from(i).unwrap());
        let pin = Pin::from_bytes(b"123456").ok().unwrap();
        let field = pin::field(&pin).unwrap();
        let expected = include_str!("../../tests/data/gen1-protected-pin.hex").trim();
        let data = protected_pin(&key, iv, &field).unwrap();
        let shown: String = data.iter().map(|byte| format!("{byte:02X}")).collect();
        assert_eq!(shown, expected);
    }
}
