//! setrlimit(2) and ptrace(2).

use std::io;
use std::ptr::null_mut;

use rustix::process::{Resource, Rlimit, setrlimit};

pub(super) fn forbid() -> io::Result<()> {
    let no_core = setrlimit(Resource::Core, Rlimit { current: Some(0), maximum: Some(0) });
    let unreadable = deny_attach();
    no_core?;
    unreadable
}

/// Nobody attaches afterwards; should a debugger be attached already, the kernel ends the process.
#[allow(unsafe_code, reason = "no library offers this request")]
fn deny_attach() -> io::Result<()> {
    // SAFETY: PT_DENY_ATTACH looks at none of the other arguments.
    let refused = unsafe { libc::ptrace(libc::PT_DENY_ATTACH, 0, null_mut(), 0) } != 0;
    if refused { Err(io::Error::last_os_error()) } else { Ok(()) }
}
