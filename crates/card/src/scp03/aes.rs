//! The two uses of AES-128 in a secure channel, both OpenSSL's.

use openssl::error::ErrorStack;
use openssl::pkey::PKey;
use openssl::sign::Signer;
use openssl::symm::{Cipher, Crypter, Mode};
use zeroize::Zeroizing;

use super::keys::Key;

/// Block length, bytes.
pub(super) const BLOCK: usize = 16;

/// CMAC, NIST SP 800-38B.
pub(super) fn cmac(key: &Key, message: &[u8]) -> Result<Zeroizing<[u8; BLOCK]>, ErrorStack> {
    let key = PKey::cmac(&Cipher::aes_128_cbc(), key.expose())?;
    let mut mac = Zeroizing::new([0; BLOCK]);
    Signer::new_without_digest(&key)?.sign_oneshot(mac.as_mut_slice(), message)?;
    Ok(mac)
}

/// CBC encryption of whole blocks. The initial vector is the counter block under ECB, which is
/// what encrypting counter ‖ data from a vector of zeros puts before the data's first block.
pub(super) fn encrypt(
    key: &Key,
    counter: [u8; BLOCK],
    blocks: &[u8],
) -> Result<Zeroizing<Vec<u8>>, ErrorStack> {
    let cipher = Cipher::aes_128_cbc();
    let mut crypter = Crypter::new(cipher, Mode::Encrypt, key.expose(), Some(&[0; BLOCK]))?;
    crypter.pad(false);
    let mut out = Zeroizing::new(vec![0; blocks.len() + 3 * BLOCK]);
    let mut length = crypter.update(&counter, &mut out)?;
    length += crypter.update(blocks, out.get_mut(length..).unwrap_or_default())?;
    length += crypter.finalize(out.get_mut(length..).unwrap_or_default())?;
    out.truncate(length);
    out.drain(..BLOCK);
    Ok(out)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::transcript::hex;

    /// The four examples of NIST SP 800-38B appendix D.1, which are those of RFC 4493 section 4.
    #[test]
    fn cmac_agrees_with_the_published_examples() {
        let key = Key::try_from(&*hex("2B7E151628AED2A6ABF7158809CF4F3C")).unwrap();
        let message = hex("6BC1BEE22E409F96E93D7E117393172AAE2D8A571E03AC9C9EB76FAC45AF8E51
             30C81C46A35CE411E5FBC1191A0A52EFF69F2445DF4F9B17AD2B417BE66C3710");
        for (length, mac) in [
            (0, "BB1D6929E95937287FA37D129B756746"),
            (16, "070A16B46B4D4144F79BDD9DD04A287C"),
            (40, "DFA66747DE9AE63030CA32611497C827"),
            (64, "51F0BEBF7E3B9D92FC49741779363CFE"),
        ] {
            assert_eq!(cmac(&key, &message[..length]).unwrap().as_slice(), hex(mac), "{length}");
        }
    }
}
