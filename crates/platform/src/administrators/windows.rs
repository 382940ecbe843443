//! Owner and access list of a file, asked of Windows and read by [`descriptor`](super::descriptor).

use std::ffi::OsStr;
use std::io;
use std::iter::once;
use std::os::windows::ffi::OsStrExt;
use std::path::Path;
use std::ptr::null_mut;

use windows_sys::Win32::Foundation::ERROR_INSUFFICIENT_BUFFER;
use windows_sys::Win32::Security::{
    DACL_SECURITY_INFORMATION, GetFileSecurityW, OWNER_SECURITY_INFORMATION,
};

use super::descriptor::{Kind, SecurityDescriptor};

/// Owned by administrators, and nobody else has a right by which its content could change. A right
/// to add files to a folder is none: it replaces nothing.
pub(super) fn alone_write(place: &Path) -> io::Result<bool> {
    let kind = if place.metadata()?.is_dir() { Kind::Folder } else { Kind::File };
    let bytes = security_descriptor(place.as_os_str())?;
    let descriptor = SecurityDescriptor::parse(&bytes)
        .ok_or_else(|| io::Error::new(io::ErrorKind::InvalidData, "no security descriptor"))?;
    Ok(descriptor.administrators_alone_write(kind))
}

pub(super) const REMEDY: &str = "as administrator: icacls FILE /setowner *S-1-5-32-544, then \
     icacls FILE /inheritance:r /grant *S-1-5-18:F *S-1-5-32-544:F *S-1-5-11:R";

/// Asks for the length first; a list that grew in between is asked for again, a few times.
fn security_descriptor(path: &OsStr) -> io::Result<Vec<u8>> {
    let path: Vec<u16> = path.encode_wide().chain(once(0)).collect();
    let mut bytes = Vec::new();
    for _ in 0..ATTEMPTS {
        match fill(&path, &mut bytes)? {
            Filled::Whole => return Ok(bytes),
            Filled::TooShort { needed } => bytes.resize(needed, 0),
        }
    }
    Err(io::Error::other("the access list changes faster than it can be read"))
}

enum Filled {
    Whole,
    TooShort { needed: usize },
}

#[allow(unsafe_code, reason = "Windows offers this through a C interface only")]
fn fill(path: &[u16], bytes: &mut [u8]) -> io::Result<Filled> {
    let length = u32::try_from(bytes.len()).map_err(io::Error::other)?;
    let mut needed = 0;
    // SAFETY: `path` ends with a zero; `bytes` is writable for `length` bytes, which is its own
    // length; `needed` outlives the call. Windows keeps none of the three.
    let done = unsafe {
        GetFileSecurityW(
            path.as_ptr(),
            OWNER_SECURITY_INFORMATION | DACL_SECURITY_INFORMATION,
            if bytes.is_empty() { null_mut() } else { bytes.as_mut_ptr().cast() },
            length,
            &raw mut needed,
        )
    };
    if done != 0 {
        return Ok(Filled::Whole);
    }
    match io::Error::last_os_error() {
        error if error.raw_os_error() == Some(ERROR_INSUFFICIENT_BUFFER.cast_signed()) => {
            Ok(Filled::TooShort { needed: usize::try_from(needed).map_err(io::Error::other)? })
        }
        error => Err(error),
    }
}

const ATTEMPTS: usize = 4;
