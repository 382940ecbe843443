//! SetErrorMode and WerSetFlags. An administrator can still have this computer keep whole dumps of
//! a program that ends itself by a fail-fast exception; nothing in the process prevents that.

use std::io;

use windows_sys::Win32::System::Diagnostics::Debug::{
    GetErrorMode, SEM_FAILCRITICALERRORS, SEM_NOGPFAULTERRORBOX, SetErrorMode,
};
use windows_sys::Win32::System::ErrorReporting::{WER_FAULT_REPORTING_FLAG_NOHEAP, WerSetFlags};

pub(super) fn forbid() -> io::Result<()> {
    no_error_reporting();
    no_heap_in_reports()
}

/// A fault ends the process without Windows Error Reporting. Inherited by the processes it starts.
#[allow(unsafe_code, reason = "Windows offers this through a C interface only")]
fn no_error_reporting() {
    // SAFETY: takes nothing.
    let before = unsafe { GetErrorMode() };
    // SAFETY: takes a number and keeps no pointer.
    unsafe { SetErrorMode(before | SEM_FAILCRITICALERRORS | SEM_NOGPFAULTERRORBOX) };
}

/// What is reported all the same has no heap in it.
#[allow(unsafe_code, reason = "Windows offers this through a C interface only")]
fn no_heap_in_reports() -> io::Result<()> {
    // SAFETY: takes a number and keeps no pointer.
    let result = unsafe { WerSetFlags(WER_FAULT_REPORTING_FLAG_NOHEAP) };
    if result < 0 { Err(io::Error::from_raw_os_error(result)) } else { Ok(()) }
}
