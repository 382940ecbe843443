//! CryptProtectData and CryptUnprotectData, for this user and without a question to them.

use std::io;
use std::ptr::{null, null_mut};

use windows_sys::Win32::Foundation::LocalFree;
use windows_sys::Win32::Security::Cryptography::{
    CRYPT_INTEGER_BLOB, CRYPTPROTECT_UI_FORBIDDEN, CryptProtectData, CryptUnprotectData,
};

pub(super) const PEM: &str = "dpapi";

#[allow(unsafe_code, reason = "Windows offers this through a C interface only")]
pub(super) fn seal(secret: &[u8]) -> io::Result<Vec<u8>> {
    let input = blob(secret)?;
    let mut output = Output(EMPTY);
    // SAFETY: `input` is readable and not kept; `output` is written; nothing else is given.
    let done = unsafe {
        CryptProtectData(
            &raw const input,
            null(),
            null(),
            null(),
            null(),
            CRYPTPROTECT_UI_FORBIDDEN,
            &raw mut output.0,
        )
    };
    if done == 0 { Err(io::Error::last_os_error()) } else { Ok(output.bytes().to_vec()) }
}

#[allow(unsafe_code, reason = "Windows offers this through a C interface only")]
pub(super) fn open(sealed: &[u8]) -> io::Result<Vec<u8>> {
    let input = blob(sealed)?;
    let mut output = Output(EMPTY);
    // SAFETY: `input` is readable and not kept; `output` is written; nothing else is given.
    let done = unsafe {
        CryptUnprotectData(
            &raw const input,
            null_mut(),
            null(),
            null(),
            null(),
            CRYPTPROTECT_UI_FORBIDDEN,
            &raw mut output.0,
        )
    };
    if done == 0 { Err(io::Error::last_os_error()) } else { Ok(output.bytes().to_vec()) }
}

/// Windows declares its input as writable, and does not write.
fn blob(bytes: &[u8]) -> io::Result<CRYPT_INTEGER_BLOB> {
    let length = u32::try_from(bytes.len()).map_err(io::Error::other)?;
    Ok(CRYPT_INTEGER_BLOB { cbData: length, pbData: bytes.as_ptr().cast_mut() })
}

const EMPTY: CRYPT_INTEGER_BLOB = CRYPT_INTEGER_BLOB { cbData: 0, pbData: null_mut() };

/// What Windows allocated; null until then.
struct Output(CRYPT_INTEGER_BLOB);

impl Output {
    #[allow(unsafe_code, reason = "Windows offers this through a C interface only")]
    fn bytes(&mut self) -> &mut [u8] {
        let length = usize::try_from(self.0.cbData).unwrap_or(0);
        if self.0.pbData.is_null() {
            return &mut [];
        }
        // SAFETY: Windows allocated so many bytes, and they are freed when `self` is dropped.
        unsafe { std::slice::from_raw_parts_mut(self.0.pbData, length) }
    }
}

impl Drop for Output {
    #[allow(unsafe_code, reason = "Windows offers this through a C interface only")]
    fn drop(&mut self) {
        // It may be a key. A write that is not looked at again may be left out by the compiler
        // unless it is hidden from it.
        let bytes = self.bytes();
        bytes.fill(0);
        std::hint::black_box(bytes);
        // SAFETY: allocated by Windows for us to free, once; null is allowed.
        unsafe { LocalFree(self.0.pbData.cast()) };
    }
}
