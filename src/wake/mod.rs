//! When the computer has woken or this user is in front of it again, readers may have come and gone
//! without an event, and a service that was away may be back.
//!
//! Refuses to know what is done then.

#[cfg(target_os = "linux")]
mod linux;

#[cfg(not(target_os = "linux"))]
use ankong_platform::wake as system;
#[cfg(target_os = "linux")]
use linux as system;

/// Has `woken` called each time, from a thread of the system's or of its own. That nobody tells is
/// no fault: the readers' own events remain.
pub(crate) fn tell(woken: impl Fn() + Send + Sync + 'static) {
    let woken = move || {
        tracing::info!("the computer has woken, or this user is back");
        woken();
    };
    if let Err(error) = system::tell(woken) {
        tracing::info!(%error, "nobody tells when this computer wakes");
    }
}
