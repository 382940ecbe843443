//! Windows: a modal dialog made from a template in memory, in which the system's dialog manager has the
//! keyboard: Tab, Enter, Escape.

use std::cell::{Cell, RefCell};
use std::io;
use std::ptr::{null, null_mut};

use windows_sys::Win32::Foundation::{HWND, LPARAM, WPARAM};
use windows_sys::Win32::UI::Input::KeyboardAndMouse::{EnableWindow, SetFocus};
use windows_sys::Win32::UI::WindowsAndMessaging::{
    DialogBoxIndirectParamW, EndDialog, GetDlgItem, GetDlgItemTextW, GetWindowLongPtrW,
    SendDlgItemMessageW, SetDlgItemTextW, SetTimer, SetWindowDisplayAffinity, SetWindowLongPtrW,
    WDA_EXCLUDEFROMCAPTURE, WM_COMMAND, WM_INITDIALOG, WM_TIMER,
};
use zeroize::Zeroizing;

use super::template::{FIELD, NO, OTHER, YES, template};
use super::{NativeBox, Pressed};

/// The third of the places that every dialog has for a pointer (winuser.h, `DWLP_USER`), in bytes.
const DWLP_USER: i32 = 2 * (isize::BITS / 8).cast_signed();
const EM_LIMITTEXT: u32 = 0x00C5;
/// Before that nothing counts: somebody may be typing elsewhere when the box comes up. Milliseconds.
const QUIET: u32 = 1000;
/// The timers.
const QUIET_OVER: usize = 1;
const TIME_OVER: usize = 2;
/// Most characters of a secret; and room for the zero behind them.
const LONGEST: usize = 255;

/// What the procedure works with. It is entered again while it runs, so it shares.
struct State<'a> {
    shown: &'a NativeBox<'a>,
    seen: RefCell<&'a mut dyn FnMut()>,
    counts: Cell<bool>,
    pressed: Cell<Option<Pressed>>,
}

/// Shows a box and waits until it is gone. `seen` is called when it is about to be on the screen.
///
/// # Errors
/// Windows shows none.
#[allow(unsafe_code, reason = "Windows offers this through a C interface only")]
pub fn show(shown: &NativeBox<'_>, seen: &mut dyn FnMut()) -> io::Result<Pressed> {
    let template = template(shown);
    let state = State {
        shown,
        seen: RefCell::new(seen),
        counts: Cell::new(false),
        pressed: Cell::new(None),
    };
    let parameter = (&raw const state).addr().cast_signed();
    // SAFETY: the template is whole, aligned and outlives the call, and so does the state, of which
    // the procedure gets the address.
    let done = unsafe {
        let (module, parent) = (null_mut(), null_mut());
        DialogBoxIndirectParamW(
            module,
            template.as_ptr().cast(),
            parent,
            Some(procedure),
            parameter,
        )
    };
    match state.pressed.take() {
        Some(pressed) if done > 0 => Ok(pressed),
        _ => Err(io::Error::last_os_error()),
    }
}

/// DLGPROC: 1 for what has been dealt with.
#[allow(unsafe_code, reason = "Windows calls it")]
unsafe extern "system" fn procedure(
    dialog: HWND,
    message: u32,
    first: WPARAM,
    second: LPARAM,
) -> isize {
    if message == WM_INITDIALOG {
        // SAFETY: a number is kept with a window of this thread.
        unsafe { SetWindowLongPtrW(dialog, DWLP_USER, second as _) };
    }
    // SAFETY: a number is read from a window of this thread; it is 0 before it was set.
    let kept = unsafe { GetWindowLongPtrW(dialog, DWLP_USER) };
    // SAFETY: it is 0 or the address of the state, which outlives the dialog and is shared only.
    let Some(state) = (unsafe { (kept as *const State<'_>).as_ref() }) else { return 0 };
    match (message, first & 0xFFFF) {
        (WM_INITDIALOG, _) => begin(dialog, state),
        (WM_TIMER, QUIET_OVER) => admit(dialog, state),
        (WM_TIMER, TIME_OVER) => end(dialog, state, Pressed::Nothing),
        (WM_COMMAND, id) if state.counts.get() => {
            let refuses = if state.shown.no.is_some() { NO } else { YES };
            match u16::try_from(id) {
                Ok(YES) => end(dialog, state, Pressed::Yes(typed(dialog))),
                Ok(OTHER) => end(dialog, state, Pressed::Other),
                Ok(NO) if refuses == NO => end(dialog, state, Pressed::No),
                Ok(NO) => end(dialog, state, Pressed::Yes(Zeroizing::default())),
                _ => return 0,
            }
        }
        _ => return 0,
    }
    // The keyboard has been given to nobody, or to whom it belongs: not to the first control.
    isize::from(message != WM_INITDIALOG)
}

#[allow(unsafe_code, reason = "Windows offers this through a C interface only")]
fn begin(dialog: HWND, state: &State<'_>) {
    // SAFETY: a window of this thread, here and below. Where the system knows no such protection, the
    // box is shown without.
    unsafe { SetWindowDisplayAffinity(dialog, WDA_EXCLUDEFROMCAPTURE) };
    // SAFETY: as above.
    unsafe { SendDlgItemMessageW(dialog, FIELD.into(), EM_LIMITTEXT, LONGEST, 0) };
    enable(dialog, false);
    // SAFETY: as above; without a function the window gets a message.
    unsafe { SetTimer(dialog, QUIET_OVER, QUIET, None) };
    // SAFETY: as above.
    unsafe { SetTimer(dialog, TIME_OVER, u32::from(state.shown.seconds) * 1000, None) };
    if let Ok(mut seen) = state.seen.try_borrow_mut() {
        seen();
    }
}

fn admit(dialog: HWND, state: &State<'_>) {
    if !state.counts.replace(true) {
        enable(dialog, true);
        focus(dialog, if state.shown.field.is_some() { FIELD } else { YES });
    }
}

/// The field, where there is one.
#[allow(unsafe_code, reason = "Windows offers this through a C interface only")]
fn enable(dialog: HWND, on: bool) {
    for id in [FIELD, YES] {
        // SAFETY: a window of this thread; null where it has no such control.
        let control = unsafe { GetDlgItem(dialog, id.into()) };
        // SAFETY: null is refused.
        unsafe { EnableWindow(control, on.into()) };
    }
}

#[allow(unsafe_code, reason = "Windows offers this through a C interface only")]
fn focus(dialog: HWND, id: u16) {
    // SAFETY: a window of this thread; null where it has no such control.
    let control = unsafe { GetDlgItem(dialog, id.into()) };
    // SAFETY: null takes the keyboard from this thread's windows.
    unsafe { SetFocus(control) };
}

/// What stands in the field, which is emptied.
#[allow(unsafe_code, reason = "Windows offers this through a C interface only")]
fn typed(dialog: HWND) -> Zeroizing<Vec<u8>> {
    let mut wide = Zeroizing::new([0_u16; LONGEST + 1]);
    let room = i32::try_from(wide.len()).unwrap_or(0);
    // SAFETY: the buffer has that room; without a field nothing is written.
    let length = unsafe { GetDlgItemTextW(dialog, FIELD.into(), wide.as_mut_ptr(), room) };
    let nothing: *const u16 = null();
    // SAFETY: a null text empties the field.
    unsafe { SetDlgItemTextW(dialog, FIELD.into(), nothing) };
    // Room for the longest, so that no copy stays behind while it grows.
    let mut typed = Zeroizing::new(Vec::with_capacity(4 * LONGEST));
    let units = wide.iter().copied().take(usize::try_from(length).unwrap_or(0));
    for character in char::decode_utf16(units).map(|c| c.unwrap_or(char::REPLACEMENT_CHARACTER)) {
        let mut bytes = Zeroizing::new([0; 4]);
        typed.extend_from_slice(character.encode_utf8(bytes.as_mut_slice()).as_bytes());
    }
    typed
}

#[allow(unsafe_code, reason = "Windows offers this through a C interface only")]
fn end(dialog: HWND, state: &State<'_>, pressed: Pressed) {
    state.pressed.set(Some(pressed));
    // SAFETY: a dialog of this thread.
    unsafe { EndDialog(dialog, 1) };
}
