//! A token with less in it than this process's own.

use std::io;
use std::os::windows::io::{AsRawHandle, OwnedHandle};
use std::ptr::{null, null_mut};

use windows_sys::Win32::Foundation::LUID;
use windows_sys::Win32::Security::{
    CreateRestrictedToken, GetTokenInformation, LUID_AND_ATTRIBUTES, SID_AND_ATTRIBUTES,
    SetTokenInformation, TOKEN_ACCESS_MASK, TOKEN_ADJUST_DEFAULT, TOKEN_ASSIGN_PRIMARY,
    TOKEN_DUPLICATE, TOKEN_INFORMATION_CLASS, TOKEN_MANDATORY_LABEL, TOKEN_QUERY,
    TokenIntegrityLevel, TokenPrivileges,
};
use windows_sys::Win32::System::SystemServices::SE_GROUP_INTEGRITY;
use windows_sys::Win32::System::Threading::{GetCurrentProcess, OpenProcessToken};

use super::{done, own_handle};

/// No privileges but SeChangeNotifyPrivilege; administrators only where that denies; low integrity.
pub(super) fn restricted() -> io::Result<OwnedHandle> {
    let own = own(TOKEN_ADJUST_DEFAULT | TOKEN_ASSIGN_PRIMARY | TOKEN_DUPLICATE | TOKEN_QUERY)?;
    let token = without_rights(&own)?;
    lower(&token)?;
    Ok(token)
}

/// The token of this process.
#[allow(unsafe_code, reason = "Windows offers this through a C interface only")]
pub(super) fn own(access: TOKEN_ACCESS_MASK) -> io::Result<OwnedHandle> {
    let mut token = null_mut();
    // SAFETY: takes nothing, and its result needs no closing.
    let process = unsafe { GetCurrentProcess() };
    // SAFETY: the process is this one; `token` outlives the call.
    done(unsafe { OpenProcessToken(process, access, &raw mut token) })?;
    own_handle(token)
}

#[allow(unsafe_code, reason = "Windows offers this through a C interface only")]
fn without_rights(own: &OwnedHandle) -> io::Result<OwnedHandle> {
    let administrators = SID_AND_ATTRIBUTES { Sid: ADMINISTRATORS.as_ptr(), Attributes: 0 };
    let privileges = privileges(own)?;
    let count = u32::try_from(privileges.len()).map_err(io::Error::other)?;
    let mut token = null_mut();
    // SAFETY: one SID to disable and `count` privileges to delete are there, and no SID to restrict
    // by; all of it outlives the call.
    done(unsafe {
        CreateRestrictedToken(
            own.as_raw_handle(),
            0,
            1,
            &raw const administrators,
            count,
            privileges.as_ptr(),
            0,
            null(),
            &raw mut token,
        )
    })?;
    own_handle(token)
}

/// Those of a token that are to go: TOKEN_PRIVILEGES has their number, then 12 bytes of each.
fn privileges(token: &OwnedHandle) -> io::Result<Vec<LUID_AND_ATTRIBUTES>> {
    let told = told(token, TokenPrivileges)?;
    let privilege = |bytes: &[u8]| {
        let low = u32::from_le_bytes(*bytes.first_chunk()?);
        let high = i32::from_le_bytes(*bytes.get(4..)?.first_chunk()?);
        let luid = LUID { LowPart: low, HighPart: high };
        Some(LUID_AND_ATTRIBUTES { Luid: luid, Attributes: 0 })
    };
    let all = told.get(4..).unwrap_or_default().chunks_exact(12).filter_map(privilege);
    Ok(all.filter(|privilege| privilege.Luid.LowPart != CHANGE_NOTIFY).collect())
}

#[allow(unsafe_code, reason = "Windows offers this through a C interface only")]
fn lower(token: &OwnedHandle) -> io::Result<()> {
    let label = TOKEN_MANDATORY_LABEL {
        Label: SID_AND_ATTRIBUTES {
            Sid: LOW.as_ptr(),
            Attributes: SE_GROUP_INTEGRITY.cast_unsigned(),
        },
    };
    let length = size_of_val(&label) + size_of_val(&LOW);
    let length = u32::try_from(length).map_err(io::Error::other)?;
    // SAFETY: the label and the SID it points to outlive the call, and are as long as it is told.
    done(unsafe {
        SetTokenInformation(
            token.as_raw_handle(),
            TokenIntegrityLevel,
            (&raw const label).cast(),
            length,
        )
    })
}

/// What Windows tells about a token, pointers into the same memory included: a few privileges or a
/// hundred groups.
#[allow(unsafe_code, reason = "Windows offers this through a C interface only")]
pub(super) fn told(token: &OwnedHandle, class: TOKEN_INFORMATION_CLASS) -> io::Result<Vec<u8>> {
    const MOST: u32 = 64 * 1024;
    // Words, because it has to be aligned for pointers.
    let mut words = vec![0_u64; MOST as usize / size_of::<u64>()];
    let mut length = 0;
    // SAFETY: the memory is aligned for the pointers in it, writable, and as long as it says.
    done(unsafe {
        GetTokenInformation(
            token.as_raw_handle(),
            class,
            words.as_mut_ptr().cast(),
            MOST,
            &raw mut length,
        )
    })?;
    let bytes = words.into_iter().flat_map(u64::to_le_bytes);
    Ok(bytes.take(length as usize).collect())
}

/// A security identifier, [MS-DTYP] 2.4.2.2, where Windows may look at it.
#[repr(C, align(4))]
struct Sid<const LENGTH: usize>([u8; LENGTH]);

impl<const LENGTH: usize> Sid<LENGTH> {
    /// Windows does not write there, whatever its declarations say.
    const fn as_ptr(&self) -> *mut core::ffi::c_void {
        (&raw const self.0).cast_mut().cast()
    }
}

/// `SE_CHANGE_NOTIFY_PRIVILEGE` of wdm.h: without it every folder above a file is asked.
const CHANGE_NOTIFY: u32 = 23;
/// [MS-DTYP] 2.4.2.4 BUILTIN_ADMINISTRATORS, S-1-5-32-544.
static ADMINISTRATORS: Sid<16> = Sid(*b"\x01\x02\0\0\0\0\0\x05\x20\0\0\0\x20\x02\0\0");
/// [MS-DTYP] 2.4.2.4 ML_LOW, S-1-16-4096.
static LOW: Sid<12> = Sid(*b"\x01\x01\0\0\0\0\0\x10\0\x10\0\0");

#[cfg(test)]
mod tests {
    use windows_sys::Win32::Security::TokenGroups;
    use windows_sys::Win32::System::SystemServices::SE_GROUP_USE_FOR_DENY_ONLY;

    use super::*;

    fn number(bytes: &[u8], at: usize) -> u32 {
        u32::from_le_bytes(*bytes[at..].first_chunk().unwrap())
    }

    #[test]
    fn a_restricted_token_has_one_privilege_left() {
        let privileges = told(&restricted().unwrap(), TokenPrivileges).unwrap();
        assert_eq!((number(&privileges, 0), number(&privileges, 4)), (1, CHANGE_NOTIFY));
    }

    /// TOKEN_GROUPS: how many, then a pointer and attributes of each; the SIDs stand behind them, in
    /// the same order.
    #[test]
    fn a_restricted_token_is_an_administrators_only_where_that_denies() {
        let groups = told(&restricted().unwrap(), TokenGroups).unwrap();
        let count = number(&groups, 0) as usize;
        let mut at = 8 + 16 * count;
        let mut seen = false;
        for group in 0..count {
            let length = 8 + 4 * usize::from(groups[at + 1]);
            if groups[at..at + length] == ADMINISTRATORS.0 {
                let attributes = number(&groups, 8 + 16 * group + 8);
                assert_ne!(attributes & SE_GROUP_USE_FOR_DENY_ONLY.cast_unsigned(), 0);
                seen = true;
            }
            at += length;
        }
        eprintln!("the person is an administrator: {seen}");
    }
}
