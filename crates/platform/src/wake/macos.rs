//! NSWorkspace's notifications. They come on the main thread, whose event loop a program in the menu
//! bar has; without one they do not come.

use std::io;
use std::ptr::NonNull;

use block2::RcBlock;
use objc2_app_kit::{
    NSWorkspace, NSWorkspaceDidWakeNotification, NSWorkspaceSessionDidBecomeActiveNotification,
};
use objc2_foundation::NSNotification;

/// Has `woken` called after each sleep and each time this user is in front again, as long as this
/// process runs.
///
/// # Errors
/// None here.
#[allow(unsafe_code, reason = "the names are statics of C, and the block is not checked")]
pub fn tell(woken: impl Fn() + Send + Sync + 'static) -> io::Result<()> {
    let center = NSWorkspace::sharedWorkspace().notificationCenter();
    let block = RcBlock::new(move |_: NonNull<NSNotification>| woken());
    // SAFETY: AppKit sets its names before any code of a program runs.
    let woke = unsafe { NSWorkspaceDidWakeNotification };
    // SAFETY: the same.
    let back = unsafe { NSWorkspaceSessionDidBecomeActiveNotification };
    for name in [woke, back] {
        // SAFETY: the block may be called on any thread and keeps what it needs.
        let observer = unsafe {
            center.addObserverForName_object_queue_usingBlock(Some(name), None, None, &block)
        };
        std::mem::forget(observer); // observes as long as the process runs
    }
    Ok(())
}
