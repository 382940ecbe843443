//! How a process of ours ends.

/// Ends this process with `code`, at once. What stands in the buffers of standard output is lost,
/// and no function that a C library registered for the end runs: libpcsclite's frees what a thread
/// that is just leaving the smart-card service frees too.
#[cfg(unix)]
#[allow(unsafe_code, reason = "the standard library ends a process only with those functions")]
pub fn end(code: u8) -> ! {
    // SAFETY: takes a number and does not return.
    unsafe { libc::_exit(code.into()) }
}

/// Ends this process with `code`. Windows stops all other threads before a library is told.
#[cfg(windows)]
pub fn end(code: u8) -> ! {
    std::process::exit(code.into())
}
