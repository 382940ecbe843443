//! What this process itself may not do, asked of Windows and not of whoever started it.

use std::io;
use std::ptr::null_mut;

use windows_sys::Win32::Security::{TOKEN_QUERY, TokenIntegrityLevel};
use windows_sys::Win32::System::JobObjects::{
    JOB_OBJECT_LIMIT_ACTIVE_PROCESS, JOBOBJECT_BASIC_LIMIT_INFORMATION,
    JobObjectBasicLimitInformation, QueryInformationJobObject,
};
use windows_sys::Win32::System::SystemServices::SECURITY_MANDATORY_MEDIUM_RID;

use super::token;

/// What is denied to a process.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Denied {
    /// To write what belongs to programs of the ordinary level, the person's files among it.
    pub files: bool,
    /// To start another process.
    pub processes: bool,
}

/// What is denied to this one.
///
/// # Errors
/// Windows does not tell.
pub fn own() -> io::Result<Denied> {
    let files = integrity()? < SECURITY_MANDATORY_MEDIUM_RID.cast_unsigned();
    Ok(Denied { files, processes: alone()? })
}

/// The level of this process's token: the last number of a SID S-1-16-…, which is 12 bytes long and
/// stands behind TOKEN_MANDATORY_LABEL, a pointer and a number.
fn integrity() -> io::Result<u32> {
    const LABEL: usize = 16;
    let told = token::told(&token::own(TOKEN_QUERY)?, TokenIntegrityLevel)?;
    let level = told.get(LABEL + 8..).and_then(<[u8]>::first_chunk);
    level.map(|level| u32::from_le_bytes(*level)).ok_or_else(|| io::ErrorKind::InvalidData.into())
}

/// Whether its job has room for it alone.
#[allow(unsafe_code, reason = "Windows offers this through a C interface only")]
fn alone() -> io::Result<bool> {
    let mut limits = JOBOBJECT_BASIC_LIMIT_INFORMATION::default();
    // SAFETY: without a handle it is this process's own job; the structure is that of its class, as
    // long as it says, and outlives the call.
    let told = unsafe {
        QueryInformationJobObject(
            null_mut(),
            JobObjectBasicLimitInformation,
            (&raw mut limits).cast(),
            size_of_val(&limits) as u32,
            null_mut(),
        )
    };
    let limited = limits.LimitFlags & JOB_OBJECT_LIMIT_ACTIVE_PROCESS != 0;
    // A process in no job is told an error.
    Ok(told != 0 && limited && limits.ActiveProcessLimit == 1)
}
