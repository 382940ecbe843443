//! Personal data at rest: AES-256-GCM (NIST SP 800-38D) under a key that is not in the data base, and a
//! keyed hash by which a row is found without being read.
//!
//! Where a text is kept is authenticated with it, so that one row's name cannot be put into another's.
//! Refuses to know tables and rows: it is told which.

use openssl::{
    error::ErrorStack,
    hash::MessageDigest,
    md::Md,
    pkey::{Id, PKey, Private},
    pkey_ctx::PkeyCtx,
    rand::rand_bytes,
    sign::Signer,
    symm::{Cipher, decrypt_aead, encrypt_aead},
};

use crate::key_file::Key;

/// SP 800-38D §8.2.2: 96 random bits are good for 2³² texts under one key.
const NONCE: usize = 12;
/// The longest there is.
const TAG: usize = 16;

/// A column whose texts are sealed, as `table.column`.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct Column(pub(crate) &'static str);

/// Why a text cannot be sealed or read.
#[derive(Debug, thiserror::Error)]
pub enum VaultError {
    /// OpenSSL could not do its work.
    #[error("the cryptographic library failed")]
    Crypto(#[from] ErrorStack),
    /// What is kept was not sealed for this place under this key.
    #[error("what is kept in {column} was changed, or sealed for another row or under another key")]
    Changed {
        /// In which column.
        column: &'static str,
    },
}

/// The keys that are made of the one in the file.
pub(crate) struct Vault {
    sealing: Key,
    finding: PKey<Private>,
    linking: PKey<Private>,
    puzzles: PKey<Private>,
    check_value: Key,
}

impl Vault {
    pub(crate) fn of(key: &Key) -> Result<Self, ErrorStack> {
        Ok(Self {
            sealing: derive(key, b"ankong portal sealing 1")?,
            finding: PKey::hmac(derive(key, b"ankong portal finding 1")?.as_ref())?,
            linking: PKey::hmac(derive(key, b"ankong portal linking 1")?.as_ref())?,
            puzzles: PKey::hmac(derive(key, b"ankong portal puzzles 1")?.as_ref())?,
            check_value: derive(key, b"ankong portal data key check 1")?,
        })
    }

    /// By which the key is known again; it tells nothing about it.
    pub(crate) fn check_value(&self) -> &[u8] {
        self.check_value.as_ref()
    }

    /// Nonce, ciphertext and tag.
    pub(crate) fn seal(
        &self,
        column: Column,
        row: &[u8],
        text: &str,
    ) -> Result<Vec<u8>, VaultError> {
        let (mut nonce, mut tag) = ([0; NONCE], [0; TAG]);
        rand_bytes(&mut nonce)?;
        let place = place(column, row);
        let (cipher, key) = (Cipher::aes_256_gcm(), self.sealing.as_ref());
        let sealed = encrypt_aead(cipher, key, Some(&nonce), &place, text.as_bytes(), &mut tag)?;
        Ok([nonce.as_slice(), &sealed, &tag].concat())
    }

    /// The text that was sealed for this place.
    pub(crate) fn open(
        &self,
        column: Column,
        row: &[u8],
        sealed: &[u8],
    ) -> Result<String, VaultError> {
        self.opened(column, row, sealed).ok_or(VaultError::Changed { column: column.0 })
    }

    fn opened(&self, column: Column, row: &[u8], sealed: &[u8]) -> Option<String> {
        let (nonce, rest) = sealed.split_at_checked(NONCE)?;
        let (sealed, tag) = rest.split_at_checked(rest.len().checked_sub(TAG)?)?;
        let place = place(column, row);
        let (cipher, key) = (Cipher::aes_256_gcm(), self.sealing.as_ref());
        let text = decrypt_aead(cipher, key, Some(nonce), &place, sealed, tag).ok()?;
        String::from_utf8(text).ok()
    }

    /// The keyed hash of an account or a network, in hexadecimal. Capitals make no difference.
    pub(crate) fn find(&self, text: &str) -> Result<String, ErrorStack> {
        Ok(hex::encode(mac(&self.finding, text.to_ascii_lowercase().as_bytes())?))
    }

    /// The key by which the portal knows its own puzzles again.
    pub(crate) fn puzzles(&self) -> &PKey<Private> {
        &self.puzzles
    }

    /// The HMAC by which a row of a chain is bound to the one before.
    pub(crate) fn link(&self, row: &[u8]) -> Result<Vec<u8>, ErrorStack> {
        mac(&self.linking, row)
    }
}

fn mac(key: &PKey<Private>, text: &[u8]) -> Result<Vec<u8>, ErrorStack> {
    Signer::new(MessageDigest::sha256(), key)?.sign_oneshot_to_vec(text)
}

/// HKDF (RFC 5869) with SHA-256 and no salt: the key is random already.
fn derive(key: &Key, label: &[u8]) -> Result<Key, ErrorStack> {
    let mut context = PkeyCtx::new_id(Id::HKDF)?;
    context.derive_init()?;
    context.set_hkdf_md(Md::sha256())?;
    context.set_hkdf_key(key.as_ref())?;
    context.add_hkdf_info(label)?;
    let mut derived = Key::default();
    context.derive(Some(derived.as_mut()))?;
    Ok(derived)
}

/// No name of a column has a zero byte.
fn place(Column(column): Column, row: &[u8]) -> Vec<u8> {
    [column.as_bytes(), b"\0", row].concat()
}

#[cfg(test)]
mod tests {
    use super::*;

    const NAME: Column = Column("member.name");

    fn vault(byte: u8) -> Vault {
        Vault::of(&Key::new([byte; 32])).unwrap()
    }

    #[test]
    fn a_text_is_read_only_where_it_was_sealed_under_the_same_key_and_unchanged() {
        let vault_7 = vault(7);
        let sealed = vault_7.seal(NAME, &[1], "王曉明").unwrap();
        assert_eq!(vault_7.open(NAME, &[1], &sealed).unwrap(), "王曉明");
        assert!(vault_7.open(NAME, &[2], &sealed).is_err(), "another row");
        assert!(vault_7.open(Column("member.account"), &[1], &sealed).is_err());
        assert!(vault(8).open(NAME, &[1], &sealed).is_err(), "another key");
        for position in 0..sealed.len() {
            let mut touched = sealed.clone();
            touched[position] ^= 1;
            assert!(vault_7.open(NAME, &[1], &touched).is_err(), "{position}");
            assert!(vault_7.open(NAME, &[1], &sealed[..position]).is_err(), "{position}");
        }
    }

    #[test]
    fn the_same_text_is_sealed_differently_each_time_and_found_by_the_same_hash() {
        let vault_7 = vault(7);
        let seal = || vault_7.seal(NAME, &[1], "").unwrap();
        assert_ne!(seal(), seal());
        assert_eq!(seal().len(), NONCE + TAG);
        let found = vault_7.find("Ming@Example.tw").unwrap();
        assert_eq!(found, vault_7.find("ming@example.tw").unwrap());
        assert_ne!(found, vault_7.find("mei@example.tw").unwrap());
        assert_ne!(found, vault(8).find("ming@example.tw").unwrap());
        assert_ne!(vault_7.check_value(), vault(8).check_value());
    }
}
