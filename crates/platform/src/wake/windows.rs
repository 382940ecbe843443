//! PowerRegisterSuspendResumeNotification, of Windows 8 and later.

use std::ffi::c_void;
use std::io;
use std::ptr::null_mut;

use windows_sys::Win32::System::Power::{
    DEVICE_NOTIFY_SUBSCRIBE_PARAMETERS, PowerRegisterSuspendResumeNotification,
};
use windows_sys::Win32::UI::WindowsAndMessaging::{DEVICE_NOTIFY_CALLBACK, PBT_APMRESUMEAUTOMATIC};

type Woken = Box<dyn Fn() + Send + Sync>;

/// Has `woken` called after each sleep, on a thread of the system's, as long as this process runs.
///
/// # Errors
/// Windows refuses.
#[allow(unsafe_code, reason = "windows-sys has the call as C does")]
pub fn tell(woken: impl Fn() + Send + Sync + 'static) -> io::Result<()> {
    // Never given back: the system may call until the process has ended.
    let woken: Woken = Box::new(woken);
    let woken: &'static Woken = Box::leak(Box::new(woken));
    let mut whom = DEVICE_NOTIFY_SUBSCRIBE_PARAMETERS {
        Callback: Some(called),
        Context: std::ptr::from_ref(woken).cast_mut().cast(),
    };
    let mut registration = null_mut();
    let (whom, registration) = (&raw mut whom, &raw mut registration);
    // SAFETY: both are alive during the call; the system copies what `whom` says, and its context
    // lives as long as the process.
    let error = unsafe {
        PowerRegisterSuspendResumeNotification(DEVICE_NOTIFY_CALLBACK, whom.cast(), registration)
    };
    match error {
        0 => Ok(()),
        error => Err(io::Error::from_raw_os_error(error.cast_signed())),
    }
}

/// `kind` is one of the events of WM_POWERBROADCAST; this one comes after every sleep.
#[allow(unsafe_code, reason = "the context is a pointer")]
unsafe extern "system" fn called(context: *const c_void, kind: u32, _: *const c_void) -> u32 {
    if kind == PBT_APMRESUMEAUTOMATIC {
        // SAFETY: it is the context that `tell` gave, which is never freed.
        let woken = unsafe { &*context.cast::<Woken>() };
        woken();
    }
    0
}
