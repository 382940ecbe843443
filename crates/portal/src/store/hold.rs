//! Who works with the data base: a portal and the operator's commands together, or one alone who exchanges
//! its key. Each has a lock on the file of the key, which ends with the process however that ends.

use std::{
    fs::{File, TryLockError},
    path::Path,
};

use super::StoreError;
use crate::key_file::KeyFileError;

/// A lock, until it is dropped.
pub(super) struct Hold(#[expect(dead_code, reason = "it is there to be dropped")] File);

impl Hold {
    /// Beside others who work with the data base.
    pub(super) fn with_others(key: &Path) -> Result<Self, StoreError> {
        let in_exchange = || StoreError::KeyInExchange { path: key.to_owned() };
        Self::take(key, File::try_lock_shared, in_exchange)
    }

    /// With nobody else.
    pub(super) fn alone(key: &Path) -> Result<Self, StoreError> {
        Self::take(key, File::try_lock, || StoreError::KeyInUse { path: key.to_owned() })
    }

    fn take(
        key: &Path,
        lock: impl FnOnce(&File) -> Result<(), TryLockError>,
        refusal: impl FnOnce() -> StoreError,
    ) -> Result<Self, StoreError> {
        let access = |source| KeyFileError::Access { path: key.to_owned(), source };
        let file = File::open(key).map_err(access)?;
        match lock(&file) {
            Ok(()) => Ok(Self(file)),
            Err(TryLockError::WouldBlock) => Err(refusal()),
            Err(TryLockError::Error(error)) => Err(access(error).into()),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::store::{Store, tests::store};

    #[tokio::test]
    async fn many_work_with_a_data_base_and_whoever_exchanges_its_key_is_alone() {
        let (folder, first) = store().await;
        let [file, key] = ["portal.sqlite", "data.key"].map(|name| folder.path().join(name));
        let second = Store::open(&file, &key).await.unwrap();
        drop(first);
        assert!(matches!(Hold::alone(&key), Err(StoreError::KeyInUse { path }) if path == key));
        drop(second);
        let alone = Hold::alone(&key).unwrap();
        for _ in 0..2 {
            let other = Store::open(&file, &key).await.err().unwrap();
            assert!(matches!(other, StoreError::KeyInExchange { .. }), "{other:?}");
        }
        assert!(matches!(Hold::alone(&key), Err(StoreError::KeyInUse { .. })));
        drop(alone);
        assert!(Store::open(&file, &key).await.is_ok());
    }
}
