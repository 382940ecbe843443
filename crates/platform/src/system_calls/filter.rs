//! Two programs for the kernel's filter machine, a few lines each.

use std::io;
use std::mem::offset_of;
use std::os::fd::{FromRawFd, OwnedFd};

use libc::{c_int, c_ulong, seccomp_data, sock_filter, sock_fprog};

pub(super) fn deny_other_numbers() -> io::Result<()> {
    /// `__X32_SYSCALL_BIT`; no native call of any architecture has so high a number.
    const X32: u32 = 0x4000_0000;
    install(X32, libc::BPF_JGE, libc::SECCOMP_RET_ERRNO | libc::EPERM.unsigned_abs(), 0).map(drop)
}

pub(super) fn ask_to_connect() -> io::Result<OwnedFd> {
    can_connect_for_others()?;
    let connect = u32::try_from(libc::SYS_connect).map_err(io::Error::other)?;
    let flag = libc::SECCOMP_FILTER_FLAG_NEW_LISTENER;
    let listener = install(connect, libc::BPF_JEQ, libc::SECCOMP_RET_USER_NOTIF, flag)?;
    // SAFETY: with this flag the kernel returned a new descriptor, which is nobody else's.
    #[allow(unsafe_code, reason = "the descriptor comes as a bare number")]
    Ok(unsafe { OwnedFd::from_raw_fd(listener) })
}

/// One rule: a call whose number compares so gets this action, every other one passes.
#[allow(unsafe_code, reason = "no library offers this call with a listener")]
fn install(number: u32, compared: u32, action: u32, flags: c_ulong) -> io::Result<c_int> {
    let native = NATIVE.ok_or(io::ErrorKind::Unsupported)?;
    let load = |offset: usize| {
        let offset = u32::try_from(offset).map_err(io::Error::other)?;
        statement(libc::BPF_LD | libc::BPF_W | libc::BPF_ABS, 0, 0, offset)
    };
    let jump = |how, value, yes, no| statement(libc::BPF_JMP | how | libc::BPF_K, yes, no, value);
    let end = |action| statement(libc::BPF_RET | libc::BPF_K, 0, 0, action);
    let mut program = [
        load(offset_of!(seccomp_data, arch))?,
        jump(libc::BPF_JEQ, native, 1, 0)?,
        end(libc::SECCOMP_RET_KILL_PROCESS)?,
        load(offset_of!(seccomp_data, nr))?,
        jump(compared, number, 0, 1)?,
        end(action)?,
        end(libc::SECCOMP_RET_ALLOW)?,
    ];
    let length = u16::try_from(program.len()).map_err(io::Error::other)?;
    let program = sock_fprog { len: length, filter: program.as_mut_ptr() };
    rustix::thread::set_no_new_privs(true)?;
    // SAFETY: the kernel reads `program` and its `len` statements, both of which outlive the call.
    let returned = unsafe {
        libc::syscall(libc::SYS_seccomp, libc::SECCOMP_SET_MODE_FILTER, flags, &raw const program)
    };
    if returned < 0 {
        return Err(io::Error::last_os_error());
    }
    c_int::try_from(returned).map_err(io::Error::other)
}

fn statement(code: u32, jt: u8, jf: u8, k: u32) -> io::Result<sock_filter> {
    Ok(sock_filter { code: u16::try_from(code).map_err(io::Error::other)?, jt, jf, k })
}

/// Whether the kernel has SECCOMP_IOCTL_NOTIF_ADDFD (Linux 5.9). It could be asked through a listener
/// only, and a filter that stands cannot be taken back; so its version has to tell.
fn can_connect_for_others() -> io::Result<()> {
    let release = rustix::system::uname();
    let release = release.release().to_string_lossy();
    let mut numbers = release.split(['.', '-']).map_while(|number| number.parse::<u32>().ok());
    match (numbers.next(), numbers.next()) {
        (Some(major), Some(minor)) if (major, minor) >= (5, 9) => Ok(()),
        _ => Err(io::ErrorKind::Unsupported.into()),
    }
}

/// `AUDIT_ARCH_…` of this program: the ELF machine, 64 bits wide, little-endian. For others
/// nobody knows it here, and a wrong one would end every process at its first call.
const NATIVE: Option<u32> = {
    const BITS_64_LITTLE_ENDIAN: u32 = 0xC000_0000;
    let machine = if cfg!(all(target_arch = "x86_64", target_pointer_width = "64")) {
        Some(libc::EM_X86_64)
    } else if cfg!(target_arch = "aarch64") {
        Some(libc::EM_AARCH64)
    } else if cfg!(target_arch = "riscv64") {
        Some(libc::EM_RISCV)
    } else {
        None
    };
    match machine {
        Some(machine) => Some(BITS_64_LITTLE_ENDIAN | machine as u32),
        None => None,
    }
};
