//! macOS: a process that denies itself things, sandbox_init(3). The call has been called deprecated
//! for a decade and is what browsers use: what was meant to replace it needs an entitlement of a
//! signed bundle.

use std::ffi::{CStr, c_char, c_int};
use std::io;
use std::ptr::null_mut;

/// Denies it to this process what the profile says, for ever.
///
/// # Errors
/// The system does not understand the profile, or this process is in a sandbox already.
#[allow(unsafe_code, reason = "no library offers this call")]
pub fn enter(profile: &CStr) -> io::Result<()> {
    let mut reason = null_mut();
    // SAFETY: the profile ends with a zero, `reason` can be written; both outlive the call.
    if unsafe { sandbox_init(profile.as_ptr(), PROFILE_IS_TEXT, &raw mut reason) } == 0 {
        return Ok(());
    }
    if reason.is_null() {
        return Err(io::Error::other("no reason given"));
    }
    // SAFETY: it is a text of the library's that ends with a zero.
    let text = unsafe { CStr::from_ptr(reason) }.to_string_lossy().into_owned();
    // SAFETY: it is the library's, and freed once.
    unsafe { sandbox_free_error(reason) };
    Err(io::Error::other(text))
}

/// Neither SANDBOX_NAMED nor another way of finding it elsewhere.
const PROFILE_IS_TEXT: u64 = 0;

#[allow(unsafe_code, reason = "sandbox.h, in every program's libSystem")]
unsafe extern "C" {
    fn sandbox_init(profile: *const c_char, flags: u64, reason: *mut *mut c_char) -> c_int;
    fn sandbox_free_error(reason: *mut c_char);
}
