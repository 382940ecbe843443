//! macOS: an alert of AppKit's with a secure field in it.

use std::io;

use objc2::rc::Retained;
use objc2::{MainThreadMarker, MainThreadOnly, sel};
use objc2_app_kit::{
    NSAlert, NSAlertFirstButtonReturn, NSAlertSecondButtonReturn, NSAlertThirdButtonReturn,
    NSApplication, NSApplicationActivationPolicy, NSModalPanelRunLoopMode, NSModalResponseAbort,
    NSSecureTextField, NSWindowSharingType,
};
use objc2_foundation::{
    NSArray, NSObject, NSObjectNSDelayedPerforming, NSPoint, NSRect, NSSize, NSString,
};
use zeroize::Zeroizing;

use super::{NativeBox, Pressed};

const ESCAPE: &str = "\u{1B}";
/// Points.
const FIELD: NSSize = NSSize { width: 280.0, height: 24.0 };

/// Shows a box and waits until it is gone. `seen` is called when it is about to be on the screen.
///
/// # Errors
/// This is not the main thread, where AppKit wants to be.
pub fn show(shown: &NativeBox<'_>, seen: &mut dyn FnMut()) -> io::Result<Pressed> {
    let main = MainThreadMarker::new().ok_or_else(|| io::Error::other("not the main thread"))?;
    let application = NSApplication::sharedApplication(main);
    application.setActivationPolicy(NSApplicationActivationPolicy::Accessory);
    let alert = NSAlert::new(main);
    let text = match shown.alert {
        Some(alert) => format!("{alert}\n\n{}", shown.text),
        None => shown.text.to_owned(),
    };
    alert.setMessageText(&NSString::from_str(shown.title));
    let label = shown.field.map(|label| format!("\n\n{label}")).unwrap_or_default();
    alert.setInformativeText(&NSString::from_str(&(text + &label)));
    // In this order the buttons answer as the first, the second and the third.
    for title in [Some(shown.yes), shown.no, shown.other].into_iter().flatten() {
        let button = alert.addButtonWithTitle(&NSString::from_str(title));
        // AppKit gives it to a button called Cancel, and to no other.
        if shown.no == Some(title) {
            button.setKeyEquivalent(&NSString::from_str(ESCAPE));
        }
    }
    let field = shown.field.map(|_| {
        let frame = NSRect { origin: NSPoint { x: 0.0, y: 0.0 }, size: FIELD };
        NSSecureTextField::initWithFrame(NSSecureTextField::alloc(main), frame)
    });
    alert.setAccessoryView(field.as_deref().map(|field| &****field));
    let window = alert.window();
    window.setSharingType(NSWindowSharingType::None);
    if let Some(field) = &field {
        window.setInitialFirstResponder(Some(field));
    }
    abort_after(&application, shown.seconds);
    application.activate();
    seen();
    let answer = alert.runModal();
    forget_to_abort(&application);
    Ok(if answer == NSAlertFirstButtonReturn {
        Pressed::Yes(field.as_deref().map(typed).unwrap_or_default())
    } else if answer == NSAlertSecondButtonReturn && shown.no.is_some() {
        Pressed::No
    } else if answer == NSAlertThirdButtonReturn {
        Pressed::Other
    } else if answer == NSModalResponseAbort {
        Pressed::Nothing
    } else {
        Pressed::No
    })
}

/// Has the alert end by itself.
#[allow(unsafe_code, reason = "AppKit is told by name what to call")]
fn abort_after(application: &NSApplication, seconds: u16) {
    // SAFETY: the constant is set when AppKit is loaded, which it is.
    let mode = unsafe { NSModalPanelRunLoopMode };
    let modes = NSArray::from_slice(&[mode]);
    // SAFETY: every application knows `abortModal`, which takes no argument.
    unsafe {
        application.performSelector_withObject_afterDelay_inModes(
            sel!(abortModal),
            None,
            f64::from(seconds),
            &modes,
        );
    }
}

/// The next box has a time of its own.
#[allow(unsafe_code, reason = "AppKit is told by name what not to call")]
fn forget_to_abort(application: &NSApplication) {
    // SAFETY: the same object, method and argument as above.
    unsafe {
        NSObject::cancelPreviousPerformRequestsWithTarget_selector_object(
            application,
            sel!(abortModal),
            None,
        );
    }
}

/// What stands in the field, which is emptied. AppKit's own copies end with this process.
fn typed(field: &NSSecureTextField) -> Zeroizing<Vec<u8>> {
    let text: Retained<NSString> = field.stringValue();
    let typed = Zeroizing::new(text.to_string());
    field.setStringValue(&NSString::new());
    Zeroizing::new(typed.as_bytes().to_vec())
}
