//! AttachConsole and FreeConsole. Attaching sets the standard handles that the starter left open.

use windows_sys::Win32::System::Console::{ATTACH_PARENT_PROCESS, AttachConsole, FreeConsole};

#[allow(unsafe_code, reason = "Windows offers this through a C interface only")]
pub(super) fn borrow() {
    // SAFETY: takes a number. It fails where the starter has no console: then there is none to use.
    unsafe { AttachConsole(ATTACH_PARENT_PROCESS) };
}

#[allow(unsafe_code, reason = "Windows offers this through a C interface only")]
pub(super) fn give_back() {
    // SAFETY: takes nothing. It fails where there is no console.
    unsafe { FreeConsole() };
}
