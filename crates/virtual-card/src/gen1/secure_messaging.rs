//! The envelope that a PIN travels in: 2-key 3DES in CBC mode, MAC inside.
//!
//! MAC = last block of 3DES-CBC(IV, PIN10 with PKCS #7 padding); envelope = 3DES-CBC(IV,
//! PIN10 ‖ MAC8 with PKCS #7 padding). Knows no status words and no tries.

use openssl::error::ErrorStack;
use openssl::memcmp;
use openssl::symm::{Cipher, decrypt, encrypt};
use zeroize::{Zeroize, ZeroizeOnDrop, Zeroizing};

use crate::moica::{KEY_LENGTH, NotAKey, PIN_LENGTH, hex_key, random_key};

/// Bytes of the initial vector, a block of 3DES.
pub(super) const IV_LENGTH: usize = 8;
/// Bytes of the encrypted part: PIN and MAC make 18, padded to 24.
pub(super) const CIPHERTEXT_LENGTH: usize = 24;

/// A 2-key 3DES key. Every card of a test PKI holds the same, as real ones are said to.
#[derive(Clone, Zeroize, ZeroizeOnDrop)]
pub struct SecureMessagingKey([u8; KEY_LENGTH]);

impl SecureMessagingKey {
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

    /// Opens an envelope; `None` when padding, length or MAC are wrong.
    pub(super) fn open(&self, iv: &[u8], ciphertext: &[u8]) -> Option<Zeroizing<Vec<u8>>> {
        let mut plain =
            Zeroizing::new(decrypt(cipher(), &*self.three(), Some(iv), ciphertext).ok()?);
        let mac = self.mac(iv, plain.get(..PIN_LENGTH)?)?;
        let claimed = plain.get(PIN_LENGTH..)?;
        if claimed.len() != mac.len() || !memcmp::eq(claimed, &mac) {
            return None;
        }
        plain.truncate(PIN_LENGTH);
        Some(plain)
    }

    fn mac(&self, iv: &[u8], pin: &[u8]) -> Option<[u8; 8]> {
        let chained = encrypt(cipher(), &*self.three(), Some(iv), pin).ok()?;
        chained.last_chunk().copied()
    }

    /// OpenSSL's three-key form of a two-key key: K1 ‖ K2 ‖ K1.
    fn three(&self) -> Zeroizing<[u8; 24]> {
        let mut three = Zeroizing::new([0; 24]);
        for (to, from) in three.iter_mut().zip(self.0.iter().cycle()) {
            *to = *from;
        }
        three
    }
}

fn cipher() -> Cipher {
    Cipher::des_ede3_cbc()
}
