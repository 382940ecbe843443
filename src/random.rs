//! Random bytes, for challenges and keys.

/// Fills the bytes.
pub(crate) fn fill(bytes: &mut [u8]) {
    // OpenSSL fails only when the system has no randomness at all: then nothing may go on.
    if let Err(error) = openssl::rand::rand_bytes(bytes) {
        tracing::error!(%error, "the system has no randomness");
        std::process::abort();
    }
}
