//! From the issuer's master key to the keys of one second-generation card.
//!
//! Public are the ingredients: AES-CMAC under the master key over a block in the manner of NIST
//! SP 800-108, with 04 for the encryption key and 06 for the MAC key, a number of ten bytes that
//! the card tells, and the tail of the application's identifier. Their layout is not.

use openssl::error::ErrorStack;
use zeroize::{Zeroize, ZeroizeOnDrop};

use super::gen2::APPLICATION;
use crate::scp03::{Constant, Key, StaticKeys, derive_key};

/// Length of the number that tells cards apart, bytes.
pub(super) const CARD_ID: usize = 10;

/// The issuer's master key for second-generation cards, AES-128.
#[derive(Clone, Zeroize, ZeroizeOnDrop)]
pub struct Gen2Key([u8; 16]);

impl Gen2Key {
    /// Takes the key over; the caller wipes its copy.
    #[must_use]
    pub fn new(key: [u8; 16]) -> Self {
        Self(key)
    }

    /// The keys of the card with this number.
    ///
    /// A guess: the block is laid out like that of a session key (GlobalPlatform Card Specification
    /// Amendment D clause 4.1.5), whose constants 04 and 06 are; the context is the card's number
    /// and the last six bytes of the identifier, together as long as the two challenges.
    pub(super) fn card_keys(&self, card_id: &[u8; CARD_ID]) -> Result<StaticKeys, ErrorStack> {
        let master = Key::new(self.0);
        let [.., a, b, c, d, e, f] = APPLICATION;
        let context = [&card_id[..], &[a, b, c, d, e, f]].concat();
        Ok(StaticKeys {
            enc: derive_key(&master, Constant::ENC, &context)?,
            mac: derive_key(&master, Constant::MAC, &context)?,
        })
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::transcript::hex;

    /// Computed apart from this code with `openssl mac` on the command line; says that the layout
    /// is the one meant, not that real cards have it.
    #[test]
    fn card_keys_equal_those_computed_by_hand() {
        let master = Gen2Key::new(hex("00112233445566778899AABBCCDDEEFF").try_into().unwrap());
        let keys = master.card_keys(b"2233445566").unwrap();
        assert_eq!(keys.enc.expose(), hex("8BC93DD4FDBD36F6C227F7664AFDE23D"));
        assert_eq!(keys.mac.expose(), hex("12B58F900C6D5DEC82D401560A4F585A"));
    }
}
