//! Argon2id (RFC 9106) in memory that is used again: what one password took is not asked of the system
//! anew for the next, whose allocator would keep the one and give the other.

use argon2::{
    Algorithm, Argon2, Block, Params, Version,
    password_hash::phc::{Output, ParamsString, PasswordHash, Salt},
};
use zeroize::Zeroize;

use crate::password::PasswordError;

/// 9 MiB, four passes, one lane: as hard as the library's 19 MiB and two, in half the memory.
const MEMORY_KIB: u32 = 9 * 1024;
const PASSES: u32 = 4;
const LANES: u32 = 1;

/// The memory for one password at a time. It holds nothing of one that has been worked on.
#[derive(Default)]
pub(crate) struct Memory(Vec<Block>);

impl Memory {
    /// What is to be kept of a password, in the PHC's string format.
    pub(crate) fn hash(&mut self, password: &[u8]) -> Result<String, PasswordError> {
        let params = Params::new(MEMORY_KIB, PASSES, LANES, None).map_err(unusable)?;
        let kept = PasswordHash {
            algorithm: Algorithm::Argon2id.ident(),
            version: Some(Version::V0x13.into()),
            params: ParamsString::try_from(&params).map_err(unusable)?,
            salt: Some(Salt::generate()),
            hash: None,
        };
        let hash = self.output(password, &kept, Params::DEFAULT_OUTPUT_LEN)?;
        Ok(PasswordHash { hash: Some(hash), ..kept }.to_string())
    }

    /// Whether it is the password that this was kept of, with whatever parameters.
    pub(crate) fn fits(&mut self, password: &[u8], kept: &str) -> Result<bool, PasswordError> {
        let kept = PasswordHash::new(kept).map_err(unusable)?;
        let hash = kept.hash.ok_or(PasswordError::Unusable)?;
        // Output compares in the same time whatever differs.
        Ok(self.output(password, &kept, hash.len())? == hash)
    }

    fn output(
        &mut self,
        password: &[u8],
        kept: &PasswordHash,
        length: usize,
    ) -> Result<Output, PasswordError> {
        let algorithm = Algorithm::try_from(kept.algorithm.as_str()).map_err(unusable)?;
        let version = kept.version.unwrap_or(Version::default().into());
        let version = Version::try_from(version).map_err(unusable)?;
        let params = Params::try_from(kept).map_err(unusable)?;
        let salt = kept.salt.as_ref().ok_or(PasswordError::Unusable)?;
        if self.0.len() < params.block_count() {
            self.0.resize(params.block_count(), Block::default());
        }
        let mut output = vec![0; length];
        let argon2 = Argon2::new(algorithm, version, params);
        let made = argon2.hash_password_into_with_memory(
            password,
            salt,
            &mut output,
            self.0.as_mut_slice(),
        );
        self.0.iter_mut().for_each(Zeroize::zeroize);
        made.map_err(unusable)?;
        Output::new(&output).map_err(unusable)
    }
}

fn unusable(_: impl std::error::Error) -> PasswordError {
    PasswordError::Unusable
}

#[cfg(test)]
mod tests {
    use super::*;
    use argon2::password_hash::PasswordHasher;

    #[test]
    fn one_memory_serves_one_password_after_another_and_keeps_nothing_of_them() {
        let mut memory = Memory::default();
        let [one, other] = ["Taipei#101", "Taipei#102"].map(str::as_bytes);
        let kept = memory.hash(one).unwrap();
        assert!(kept.starts_with("$argon2id$v=19$m=9216,t=4,p=1$"), "{kept}");
        assert_ne!(memory.hash(one).unwrap(), kept, "each has a salt of its own");
        assert!(memory.fits(one, &kept).unwrap());
        assert!(!memory.fits(other, &kept).unwrap());
        assert!(memory.0.iter().all(|block| block.as_ref().iter().all(|word| *word == 0)));
    }

    #[test]
    fn what_was_kept_with_other_parameters_still_fits() {
        let kept = Argon2::default().hash_password(b"Taipei#101").unwrap().to_string();
        assert!(kept.contains("m=19456,t=2"), "{kept}");
        let mut memory = Memory::default();
        assert!(memory.fits(b"Taipei#101", &kept).unwrap());
        assert!(!memory.fits(b"Taipei#102", &kept).unwrap());
    }

    #[test]
    fn what_is_no_hash_is_an_error_and_no_password() {
        for kept in [
            "",
            "Taipei#101",
            "$argon2id$v=19$m=9216,t=4,p=1$c2FsdHNhbHRzYWx0",
            "$scrypt$ln=1$c2FsdHNhbHQ$aGFzaGhhc2g",
        ] {
            assert!(Memory::default().fits(b"Taipei#101", kept).is_err(), "{kept}");
        }
    }
}
