//! The driver as pcscd sees it: MUSCLE PC/SC IFD Driver Developer Kit, version 3.0 (`ifdhandler.h`).
//! Pointers become slices here, and only here.
#![allow(unsafe_code, reason = "the interface is C's; each function trusts pcscd's pointers")]
#![allow(non_snake_case, reason = "the names are the specification's")]

use std::ffi::{c_char, c_int, c_long, c_ulong};
use std::sync::Arc;
use std::time::Duration;

use crate::slot::{Slot, Slots};

type Number = c_ulong;
type Code = c_long;

static SLOTS: Slots = Slots::new();
/// What pcscd's environment says about the reader: the port of its card, and a path that exists as long as it is
/// plugged in.
const PORT: &str = "ANKONG_PEER_READER_PORT";
const DEVICE: &str = "ANKONG_PEER_READER_DEVICE";

/// SCARD_IO_HEADER.
#[repr(C)]
pub(crate) struct Header {
    protocol: c_ulong,
    length: c_ulong,
}

#[unsafe(no_mangle)]
pub(crate) extern "C" fn IFDHCreateChannelByName(lun: Number, _: *const c_char) -> Code {
    let port = std::env::var(PORT).ok().and_then(|port| port.parse().ok());
    let device = std::env::var_os(DEVICE);
    match port.zip(device).map(|(port, device)| Slot::open(device.into(), port)) {
        Some(Ok(slot)) => {
            SLOTS.add(lun as usize, slot);
            SUCCESS
        }
        Some(Err(_)) | None => COMMUNICATION_ERROR,
    }
}

#[unsafe(no_mangle)]
pub(crate) extern "C" fn IFDHCreateChannel(_: Number, _: Number) -> Code {
    NOT_SUPPORTED
}

#[unsafe(no_mangle)]
pub(crate) extern "C" fn IFDHCloseChannel(lun: Number) -> Code {
    drop(SLOTS.remove(lun as usize));
    SUCCESS
}

fn slot(lun: Number) -> Option<Arc<Slot>> {
    SLOTS.get(lun as usize)
}

/// What pcscd's thread of this reader waits in.
extern "C" fn wait(lun: Number, milliseconds: c_int) -> Code {
    let Some(slot) = slot(lun) else { return NO_SUCH_DEVICE };
    slot.wait(Duration::from_millis(u64::try_from(milliseconds).unwrap_or_default()));
    SUCCESS
}

extern "C" fn stop(lun: Number) -> Code {
    if let Some(slot) = slot(lun) {
        slot.stop();
    }
    SUCCESS
}

#[unsafe(no_mangle)]
pub(crate) extern "C" fn IFDHICCPresence(lun: Number) -> Code {
    match slot(lun) {
        Some(slot) if !slot.is_plugged_in() => NO_SUCH_DEVICE,
        None => NO_SUCH_DEVICE,
        Some(slot) if slot.has_card() => PRESENT,
        Some(_) => NOT_PRESENT,
    }
}

/// # Safety
/// `value` has room for `length` bytes.
#[unsafe(no_mangle)]
pub(crate) unsafe extern "C" fn IFDHGetCapabilities(
    lun: Number,
    tag: Number,
    length: *mut Number,
    value: *mut u8,
) -> Code {
    let bytes = match tag {
        ATR => match slot(lun).map(|slot| slot.ask(&[GET_ATR])) {
            Some(Ok(atr)) => atr,
            Some(Err(_)) | None => return COMMUNICATION_ERROR,
        },
        SLOTS_NUMBER | THREAD_SAFE => vec![1],
        SIMULTANEOUS_ACCESS => vec![16],
        POLLING_THREAD_KILLABLE => vec![0],
        POLLING_THREAD_WITH_TIMEOUT => (wait as *const () as usize).to_ne_bytes().to_vec(),
        STOP_POLLING_THREAD => (stop as *const () as usize).to_ne_bytes().to_vec(),
        _ => return UNKNOWN_TAG,
    };
    // SAFETY: see above.
    unsafe { deliver(&bytes, value, length) }
}

#[unsafe(no_mangle)]
pub(crate) extern "C" fn IFDHSetCapabilities(_: Number, _: Number, _: Number, _: *mut u8) -> Code {
    NOT_SUPPORTED
}

/// Everything can be agreed upon with a card in software.
#[unsafe(no_mangle)]
pub(crate) extern "C" fn IFDHSetProtocolParameters(
    _: Number,
    _: Number,
    _: u8,
    _: u8,
    _: u8,
    _: u8,
) -> Code {
    SUCCESS
}

/// # Safety
/// As [`IFDHGetCapabilities`].
#[unsafe(no_mangle)]
pub(crate) unsafe extern "C" fn IFDHPowerICC(
    lun: Number,
    action: Number,
    atr: *mut u8,
    length: *mut Number,
) -> Code {
    let Some(slot) = slot(lun) else { return NO_SUCH_DEVICE };
    let control = match action {
        500 => ON,
        501 => OFF,
        502 => RESET,
        _ => return NOT_SUPPORTED,
    };
    if slot.tell(control).is_err() {
        return COMMUNICATION_ERROR;
    }
    if control == OFF {
        return SUCCESS;
    }
    // SAFETY: see above.
    unsafe { IFDHGetCapabilities(lun, ATR, length, atr) }
}

/// # Safety
/// `command` has `command_length` bytes, `answer` has room for `answer_length`.
#[unsafe(no_mangle)]
pub(crate) unsafe extern "C" fn IFDHTransmitToICC(
    lun: Number,
    _: Header,
    command: *const u8,
    command_length: Number,
    answer: *mut u8,
    answer_length: *mut Number,
    _: *mut Header,
) -> Code {
    // SAFETY: see above.
    let command = unsafe { std::slice::from_raw_parts(command, command_length as usize) };
    match slot(lun).map(|slot| slot.ask(command)) {
        // SAFETY: see above.
        Some(Ok(bytes)) => unsafe { deliver(&bytes, answer, answer_length) },
        Some(Err(_)) | None => {
            // SAFETY: see above.
            unsafe { *answer_length = 0 };
            COMMUNICATION_ERROR
        }
    }
}

#[unsafe(no_mangle)]
pub(crate) extern "C" fn IFDHControl(
    _: Number,
    _: Number,
    _: *const u8,
    _: Number,
    _: *mut u8,
    _: Number,
    _: *mut Number,
) -> Code {
    NOT_SUPPORTED
}

/// # Safety
/// `value` has room for `length` bytes.
unsafe fn deliver(bytes: &[u8], value: *mut u8, length: *mut Number) -> Code {
    // SAFETY: the caller's promise.
    unsafe {
        if bytes.len() > *length as usize {
            *length = 0;
            return INSUFFICIENT_BUFFER;
        }
        std::ptr::copy_nonoverlapping(bytes.as_ptr(), value, bytes.len());
        *length = bytes.len() as Number;
    }
    SUCCESS
}

/// Return codes.
const SUCCESS: Code = 0;
const UNKNOWN_TAG: Code = 600;
const COMMUNICATION_ERROR: Code = 612;
const NOT_SUPPORTED: Code = 614;
const PRESENT: Code = 615;
const NOT_PRESENT: Code = 616;
const NO_SUCH_DEVICE: Code = 617;
const INSUFFICIENT_BUFFER: Code = 618;
/// Tags of what a driver tells about itself.
const ATR: Number = 0x0303;
const THREAD_SAFE: Number = 0x0FAD;
const SLOTS_NUMBER: Number = 0x0FAE;
const SIMULTANEOUS_ACCESS: Number = 0x0FAF;
const POLLING_THREAD_KILLABLE: Number = 0x0FB1;
const STOP_POLLING_THREAD: Number = 0x0FB2;
const POLLING_THREAD_WITH_TIMEOUT: Number = 0x0FB3;
/// Control codes of vpcd.
const OFF: u8 = 0;
const ON: u8 = 1;
const RESET: u8 = 2;
const GET_ATR: u8 = 4;
