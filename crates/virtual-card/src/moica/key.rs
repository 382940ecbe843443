//! An issuer's key of 16 bytes as text and as randomness, whatever cipher it is for.

use openssl::error::ErrorStack;
use zeroize::Zeroizing;

/// Bytes of such a key.
pub(crate) const KEY_LENGTH: usize = 16;

/// The text is no such key.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[error("a secure-messaging key is 32 hexadecimal digits")]
pub struct NotAKey;

/// Reads the hexadecimal form.
pub(crate) fn hex_key(digits: &str) -> Result<Zeroizing<[u8; KEY_LENGTH]>, NotAKey> {
    let mut key = Zeroizing::new([0; KEY_LENGTH]);
    hex::decode_to_slice(digits, key.as_mut_slice()).map_err(|_| NotAKey)?;
    Ok(key)
}

/// A fresh key.
pub(crate) fn random_key() -> Result<Zeroizing<[u8; KEY_LENGTH]>, ErrorStack> {
    let mut key = Zeroizing::new([0; KEY_LENGTH]);
    openssl::rand::rand_bytes(key.as_mut_slice())?;
    Ok(key)
}
