//! A process: whose it is, and what it runs.

use std::ffi::OsString;
use std::io;
use std::os::windows::ffi::OsStringExt;
use std::os::windows::io::{AsRawHandle, FromRawHandle, OwnedHandle};
use std::path::PathBuf;
use std::ptr::null_mut;

use windows_sys::Win32::Foundation::HANDLE;
use windows_sys::Win32::Security::{
    EqualSid, GetTokenInformation, TOKEN_QUERY, TOKEN_USER, TokenUser,
};
use windows_sys::Win32::System::Threading::{
    GetCurrentProcess, OpenProcess, OpenProcessToken, PROCESS_NAME_WIN32,
    PROCESS_QUERY_LIMITED_INFORMATION, QueryFullProcessImageNameW,
};

/// A process that this user may ask about.
pub(super) struct Process(OwnedHandle);

#[allow(unsafe_code, reason = "Windows offers this through a C interface only")]
impl Process {
    pub(super) fn open(id: u32) -> io::Result<Self> {
        // SAFETY: takes numbers.
        let handle = unsafe { OpenProcess(PROCESS_QUERY_LIMITED_INFORMATION, 0, id) };
        if handle.is_null() {
            return Err(io::Error::last_os_error());
        }
        // SAFETY: just opened, and nobody else closes it.
        Ok(Self(unsafe { OwnedHandle::from_raw_handle(handle) }))
    }

    pub(super) fn is_of_this_user(&self) -> io::Result<bool> {
        // SAFETY: takes nothing; what it gives need not be closed.
        let this = unsafe { GetCurrentProcess() };
        let (theirs, mine) = (User::of(self.0.as_raw_handle())?, User::of(this)?);
        // SAFETY: both point to valid SIDs inside buffers that live to the end of this function.
        Ok(unsafe { EqualSid(theirs.sid(), mine.sid()) } != 0)
    }

    /// The file it was started from.
    pub(super) fn file(&self) -> io::Result<PathBuf> {
        let mut name = vec![0; LONGEST_NAME as usize];
        let mut length = LONGEST_NAME;
        // SAFETY: `name` is writable for `length` characters; both outlive the call.
        let done = unsafe {
            QueryFullProcessImageNameW(
                self.0.as_raw_handle(),
                PROCESS_NAME_WIN32,
                name.as_mut_ptr(),
                &raw mut length,
            )
        };
        if done == 0 {
            return Err(io::Error::last_os_error());
        }
        Ok(OsString::from_wide(name.get(..length as usize).unwrap_or_default()).into())
    }
}

/// A TOKEN_USER and the SID behind it, aligned for its pointer.
struct User(Vec<u64>);

#[allow(unsafe_code, reason = "Windows offers this through a C interface only")]
impl User {
    fn of(process: HANDLE) -> io::Result<Self> {
        let mut token = null_mut();
        // SAFETY: `token` outlives the call.
        if unsafe { OpenProcessToken(process, TOKEN_QUERY, &raw mut token) } == 0 {
            return Err(io::Error::last_os_error());
        }
        // SAFETY: just opened, and nobody else closes it.
        let token = unsafe { OwnedHandle::from_raw_handle(token) };
        let mut bytes = vec![0_u64; LONGEST_USER / 8];
        let mut length = 0;
        // SAFETY: `bytes` is writable for LONGEST_USER bytes; it and `length` outlive the call.
        let done = unsafe {
            GetTokenInformation(
                token.as_raw_handle(),
                TokenUser,
                bytes.as_mut_ptr().cast(),
                LONGEST_USER as u32,
                &raw mut length,
            )
        };
        if done == 0 { Err(io::Error::last_os_error()) } else { Ok(Self(bytes)) }
    }

    fn sid(&self) -> windows_sys::Win32::Security::PSID {
        let user = self.0.as_ptr().cast::<TOKEN_USER>();
        // SAFETY: GetTokenInformation filled the buffer, which is larger and as well aligned.
        unsafe { (*user).User.Sid }
    }
}

/// Characters of the longest path.
const LONGEST_NAME: u32 = 32768;
/// TOKEN_USER, and a SID of at most 68 bytes ([MS-DTYP] 2.4.2.2).
const LONGEST_USER: usize = 128;
