//! PKCS #11 as C sees it: pointers become slices here, and only here.
//! PKCS #11 Cryptographic Token Interface Base Specification 2.40, section 5.
#![allow(unsafe_code, reason = "the interface is C's; each function trusts its caller's pointers")]
#![allow(non_snake_case, reason = "the names are the specification's")]

use std::ffi::{CStr, OsStr, c_void};
use std::os::unix::ffi::OsStrExt;
use std::path::PathBuf;
use std::sync::{Mutex, MutexGuard, PoisonError};

use cryptoki_sys::*;

use crate::mischief;
use crate::script::{Call, Deed, Script};
use crate::token::Token;

static TOKEN: Mutex<Option<Token>> = Mutex::new(None);
const SLOT: CK_SLOT_ID = 0;
const SESSION: CK_SESSION_HANDLE = 1;

/// The way in.
///
/// # Safety
/// `list` has to be writable.
#[unsafe(no_mangle)]
pub(crate) unsafe extern "C" fn C_GetFunctionList(list: *mut *mut CK_FUNCTION_LIST) -> CK_RV {
    let functions = CK_FUNCTION_LIST {
        version: CK_VERSION { major: 2, minor: 40 },
        C_Initialize: Some(initialize),
        C_Finalize: Some(finalize),
        C_GetSlotList: Some(get_slot_list),
        C_GetTokenInfo: Some(get_token_info),
        C_OpenSession: Some(open_session),
        C_CloseSession: Some(close_session),
        C_Login: Some(login),
        C_Logout: Some(logout),
        C_FindObjectsInit: Some(find_objects_init),
        C_FindObjects: Some(find_objects),
        C_FindObjectsFinal: Some(find_objects_final),
        C_GetAttributeValue: Some(get_attribute_value),
        C_SignInit: Some(sign_init),
        C_Sign: Some(sign),
        C_SignUpdate: Some(sign_update),
        C_SignFinal: Some(sign_final),
        ..CK_FUNCTION_LIST::default()
    };
    // SAFETY: see above; the list lives as long as the process.
    unsafe { *list = Box::leak(Box::new(functions)) };
    CKR_OK
}

fn token() -> MutexGuard<'static, Option<Token>> {
    TOKEN.lock().unwrap_or_else(PoisonError::into_inner)
}

fn with_token(work: impl FnOnce(&mut Token) -> CK_RV) -> CK_RV {
    token().as_mut().map_or(CKR_CRYPTOKI_NOT_INITIALIZED, work)
}

/// Does the script's mischief if this is its call; tells which, where the call has to play along.
fn mischief_during(call: Call) -> Option<Deed> {
    let deed = token()
        .as_ref()
        .and_then(|token| token.script.mischief)
        .filter(|mischief| mischief.during == call)
        .map(|mischief| mischief.deed)?;
    mischief::commit(deed);
    Some(deed)
}

fn own_path() -> PathBuf {
    // SAFETY: dladdr(3) fills the structure for an address of this very library.
    unsafe {
        let mut info = std::mem::zeroed::<libc::Dl_info>();
        assert_ne!(libc::dladdr(C_GetFunctionList as *const c_void, &mut info), 0);
        PathBuf::from(OsStr::from_bytes(CStr::from_ptr(info.dli_fname).to_bytes()))
    }
}

unsafe extern "C" fn initialize(_: *mut c_void) -> CK_RV {
    *token() = Some(Token::new(Script::beside_library(&own_path())));
    mischief_during(Call::Initialize);
    CKR_OK
}

unsafe extern "C" fn finalize(_: *mut c_void) -> CK_RV {
    mischief_during(Call::Finalize);
    *token() = None;
    CKR_OK
}

unsafe extern "C" fn get_slot_list(
    _: CK_BBOOL,
    slots: *mut CK_SLOT_ID,
    count: *mut CK_ULONG,
) -> CK_RV {
    let deed = mischief_during(Call::GetSlotList);
    // SAFETY: the caller's list has as many entries as it says.
    unsafe {
        if !slots.is_null() {
            *slots = SLOT;
        }
        *count = if deed == Some(Deed::HugeCount) { 1 << 40 } else { 1 };
    }
    CKR_OK
}

unsafe extern "C" fn get_token_info(_: CK_SLOT_ID, info: *mut CK_TOKEN_INFO) -> CK_RV {
    with_token(|token| {
        // SAFETY: the caller's structure.
        unsafe { *info = token.describe() };
        CKR_OK
    })
}

unsafe extern "C" fn open_session(
    _: CK_SLOT_ID,
    _: CK_FLAGS,
    _: *mut c_void,
    _: CK_NOTIFY,
    session: *mut CK_SESSION_HANDLE,
) -> CK_RV {
    // SAFETY: the caller's number.
    unsafe { *session = SESSION };
    CKR_OK
}

unsafe extern "C" fn close_session(_: CK_SESSION_HANDLE) -> CK_RV {
    CKR_OK
}

unsafe extern "C" fn login(
    _: CK_SESSION_HANDLE,
    user: CK_USER_TYPE,
    pin: *mut CK_UTF8CHAR,
    length: CK_ULONG,
) -> CK_RV {
    if mischief_during(Call::Login) == Some(Deed::Removed) {
        return CKR_TOKEN_NOT_PRESENT;
    }
    // SAFETY: the caller's bytes.
    let pin = unsafe { bytes(pin, length) };
    with_token(|token| token.log_in(user, pin))
}

unsafe extern "C" fn logout(_: CK_SESSION_HANDLE) -> CK_RV {
    with_token(Token::log_out)
}

unsafe extern "C" fn find_objects_init(
    _: CK_SESSION_HANDLE,
    template: *mut CK_ATTRIBUTE,
    count: CK_ULONG,
) -> CK_RV {
    // SAFETY: the caller's template; a class is one number.
    let class = unsafe {
        std::slice::from_raw_parts(template, count as usize)
            .iter()
            .find(|attribute| attribute.type_ == CKA_CLASS)
            .map(|attribute| *attribute.pValue.cast::<CK_OBJECT_CLASS>())
    };
    with_token(|token| {
        token.find(class);
        CKR_OK
    })
}

unsafe extern "C" fn find_objects(
    _: CK_SESSION_HANDLE,
    objects: *mut CK_OBJECT_HANDLE,
    most: CK_ULONG,
    count: *mut CK_ULONG,
) -> CK_RV {
    with_token(|token| {
        let found = token.next_found(most as usize);
        // SAFETY: the caller's list has room for `most`.
        unsafe {
            *count = found.len() as CK_ULONG;
            std::ptr::copy_nonoverlapping(found.as_ptr(), objects, found.len());
        }
        CKR_OK
    })
}

unsafe extern "C" fn find_objects_final(_: CK_SESSION_HANDLE) -> CK_RV {
    CKR_OK
}

unsafe extern "C" fn get_attribute_value(
    _: CK_SESSION_HANDLE,
    object: CK_OBJECT_HANDLE,
    template: *mut CK_ATTRIBUTE,
    count: CK_ULONG,
) -> CK_RV {
    let deed = mischief_during(Call::GetAttributeValue);
    with_token(|token| {
        // SAFETY: the caller's template.
        let template = unsafe { std::slice::from_raw_parts_mut(template, count as usize) };
        let mut result = CKR_OK;
        for attribute in template {
            let value = match deed {
                Some(Deed::BreakOut) if attribute.type_ == CKA_VALUE => {
                    Some(broken_out().into_bytes())
                }
                _ => token.attribute(object, attribute.type_),
            };
            let Some(value) = value else {
                attribute.ulValueLen = CK_UNAVAILABLE_INFORMATION;
                result = CKR_ATTRIBUTE_TYPE_INVALID;
                continue;
            };
            if attribute.pValue.is_null() {
                attribute.ulValueLen = value.len() as CK_ULONG;
                if deed == Some(Deed::HugeCount) {
                    attribute.ulValueLen = 1 << 40;
                }
            } else {
                // SAFETY: the caller asked for the length before.
                unsafe {
                    let to = attribute.pValue.cast::<u8>();
                    std::ptr::copy_nonoverlapping(value.as_ptr(), to, value.len());
                }
                attribute.ulValueLen = value.len() as CK_ULONG;
            }
        }
        result
    })
}

/// Tried once: the second call for the same value only fetches it.
fn broken_out() -> String {
    static TOLD: Mutex<Option<String>> = Mutex::new(None);
    let mut told = TOLD.lock().unwrap_or_else(PoisonError::into_inner);
    told.get_or_insert_with(|| mischief::break_out(&own_path())).clone()
}

unsafe extern "C" fn sign_init(
    _: CK_SESSION_HANDLE,
    mechanism: *mut CK_MECHANISM,
    key: CK_OBJECT_HANDLE,
) -> CK_RV {
    // SAFETY: the caller's structure.
    let mechanism = unsafe { (*mechanism).mechanism };
    with_token(|token| token.begin(key, mechanism))
}

unsafe extern "C" fn sign(
    _: CK_SESSION_HANDLE,
    data: *mut CK_BYTE,
    length: CK_ULONG,
    signature: *mut CK_BYTE,
    signature_length: *mut CK_ULONG,
) -> CK_RV {
    let deed = mischief_during(Call::Sign);
    if deed == Some(Deed::Removed) {
        return CKR_DEVICE_REMOVED;
    }
    // SAFETY: the caller's bytes.
    let data = unsafe { bytes(data, length) }.unwrap_or_default();
    with_token(|token| {
        token.restart();
        match token.add(data) {
            CKR_OK => unsafe { deliver(token, signature, signature_length, deed) },
            failed => failed,
        }
    })
}

unsafe extern "C" fn sign_update(
    _: CK_SESSION_HANDLE,
    data: *mut CK_BYTE,
    length: CK_ULONG,
) -> CK_RV {
    // SAFETY: the caller's bytes.
    let data = unsafe { bytes(data, length) }.unwrap_or_default();
    with_token(|token| token.add(data))
}

unsafe extern "C" fn sign_final(
    _: CK_SESSION_HANDLE,
    signature: *mut CK_BYTE,
    signature_length: *mut CK_ULONG,
) -> CK_RV {
    with_token(|token| unsafe { deliver(token, signature, signature_length, None) })
}

/// Tells the length, or writes the signature and ends the operation.
unsafe fn deliver(
    token: &mut Token,
    signature: *mut CK_BYTE,
    length: *mut CK_ULONG,
    deed: Option<Deed>,
) -> CK_RV {
    let made = match token.signature() {
        Ok(made) => made,
        Err(code) => return code,
    };
    // SAFETY: the caller asked for the length before.
    unsafe {
        *length = made.len() as CK_ULONG;
        if signature.is_null() {
            if deed == Some(Deed::HugeCount) {
                *length = 1 << 40;
            }
            return CKR_OK;
        }
        std::ptr::copy_nonoverlapping(made.as_ptr(), signature, made.len());
    }
    token.done();
    CKR_OK
}

/// `None` for the null pointer.
unsafe fn bytes<'a>(start: *const u8, length: CK_ULONG) -> Option<&'a [u8]> {
    // SAFETY: the caller's promise.
    (!start.is_null()).then(|| unsafe { std::slice::from_raw_parts(start, length as usize) })
}
