//! Windows' store of the roots this user trusts, `CurrentUser\Root`, by crypt32. Whatever changes
//! it, Windows asks the person first; where the computer's own roots show in it too, they stay.

use std::ffi::c_void;
use std::io;
use std::ptr::{null, null_mut};

use windows_sys::Win32::Foundation::ERROR_CANCELLED;
use windows_sys::Win32::Security::Cryptography::{
    CERT_CONTEXT, CERT_STORE_ADD_USE_EXISTING, CERT_STORE_CTRL_COMMIT, CERT_STORE_PROV_SYSTEM_W,
    CERT_SYSTEM_STORE_CURRENT_USER_ID, CERT_SYSTEM_STORE_LOCATION_SHIFT,
    CertAddEncodedCertificateToStore, CertCloseStore, CertControlStore,
    CertDeleteCertificateFromStore, CertDuplicateCertificateContext, CertEnumCertificatesInStore,
    CertFreeCertificateContext, CertOpenStore, HCERTSTORE, X509_ASN_ENCODING,
};

/// The certificates in it, DER.
///
/// # Errors
/// Windows refuses.
pub fn list() -> io::Result<Vec<Vec<u8>>> {
    let store = Store::open()?;
    let mut held = Vec::new();
    store.each(|certificate| held.push(certificate.der().to_vec()));
    Ok(held)
}

/// Adds a certificate, DER. One that is there already stays.
///
/// # Errors
/// The person says no ([`was_declined`]), or Windows refuses.
pub fn add(der: &[u8]) -> io::Result<()> {
    let store = Store::open()?;
    store.add(der)?;
    store.commit()
}

/// Removes the certificates that `unwanted`, given DER, picks out, and says how many.
///
/// # Errors
/// The person says no ([`was_declined`]), or Windows refuses.
pub fn remove(unwanted: impl Fn(&[u8]) -> bool) -> io::Result<usize> {
    let store = Store::open()?;
    let mut chosen = Vec::new();
    store.each(|certificate| {
        if unwanted(certificate.der()) {
            chosen.push(certificate.duplicate());
        }
    });
    let count = chosen.len();
    for certificate in chosen {
        certificate.delete()?;
    }
    store.commit()?;
    Ok(count)
}

/// Whether it failed because the person said no to Windows' question.
#[must_use]
pub fn was_declined(error: &io::Error) -> bool {
    let code = error.raw_os_error().map(i32::cast_unsigned);
    code == Some(ERROR_CANCELLED) || code == Some(HRESULT_CANCELLED)
}

/// `HRESULT_FROM_WIN32(ERROR_CANCELLED)`.
const HRESULT_CANCELLED: u32 = 0x8007_0000 | ERROR_CANCELLED;

struct Store(HCERTSTORE);

impl Store {
    #[allow(unsafe_code, reason = "Windows offers this through a C interface only")]
    fn open() -> io::Result<Self> {
        let name: Vec<u16> = "Root".encode_utf16().chain([0]).collect();
        let place = CERT_SYSTEM_STORE_CURRENT_USER_ID << CERT_SYSTEM_STORE_LOCATION_SHIFT;
        // SAFETY: the provider takes a name that ends with a zero and is not kept.
        let store =
            unsafe { CertOpenStore(CERT_STORE_PROV_SYSTEM_W, 0, 0, place, name.as_ptr().cast()) };
        if store.is_null() { Err(io::Error::last_os_error()) } else { Ok(Self(store)) }
    }

    #[allow(unsafe_code, reason = "Windows offers this through a C interface only")]
    fn each(&self, mut see: impl FnMut(&Certificate)) {
        let mut previous: *const CERT_CONTEXT = null();
        loop {
            // SAFETY: the store is open; `previous` is null or came from the call before, which
            // frees it here.
            previous = unsafe { CertEnumCertificatesInStore(self.0, previous) };
            if previous.is_null() {
                return;
            }
            // The context belongs to the enumeration, so it is not to be freed here.
            see(&std::mem::ManuallyDrop::new(Certificate(previous)));
        }
    }

    #[allow(unsafe_code, reason = "Windows offers this through a C interface only")]
    fn add(&self, der: &[u8]) -> io::Result<()> {
        let length = u32::try_from(der.len()).map_err(io::Error::other)?;
        // SAFETY: the store is open; `der` is readable for `length` bytes and copied; nobody asks
        // for the context back.
        done(unsafe {
            CertAddEncodedCertificateToStore(
                self.0,
                X509_ASN_ENCODING,
                der.as_ptr(),
                length,
                CERT_STORE_ADD_USE_EXISTING,
                null_mut(),
            )
        })
    }

    /// Writes it down; closing alone tells no errors.
    #[allow(unsafe_code, reason = "Windows offers this through a C interface only")]
    fn commit(&self) -> io::Result<()> {
        // SAFETY: the store is open; this order has no argument.
        done(unsafe { CertControlStore(self.0, 0, CERT_STORE_CTRL_COMMIT, null::<c_void>()) })
    }
}

impl Drop for Store {
    #[allow(unsafe_code, reason = "Windows offers this through a C interface only")]
    fn drop(&mut self) {
        // SAFETY: opened by `open` and closed once.
        unsafe { CertCloseStore(self.0, 0) };
    }
}

/// A context; never null.
struct Certificate(*const CERT_CONTEXT);

impl Certificate {
    #[allow(unsafe_code, reason = "Windows offers this through a C interface only")]
    fn der(&self) -> &[u8] {
        // SAFETY: a context is valid until it is freed, which `self` outlives.
        let context = unsafe { &*self.0 };
        let length = usize::try_from(context.cbCertEncoded).unwrap_or(0);
        // SAFETY: Windows keeps the encoding, `length` bytes, as long as the context.
        unsafe { std::slice::from_raw_parts(context.pbCertEncoded, length) }
    }

    #[allow(unsafe_code, reason = "Windows offers this through a C interface only")]
    fn duplicate(&self) -> Self {
        // SAFETY: counts up the references of a context that is valid.
        Self(unsafe { CertDuplicateCertificateContext(self.0) })
    }

    #[allow(unsafe_code, reason = "Windows offers this through a C interface only")]
    fn delete(self) -> io::Result<()> {
        let context = std::mem::ManuallyDrop::new(self).0;
        // SAFETY: the context is valid, and this call frees it whatever comes of it.
        done(unsafe { CertDeleteCertificateFromStore(context) })
    }
}

impl Drop for Certificate {
    #[allow(unsafe_code, reason = "Windows offers this through a C interface only")]
    fn drop(&mut self) {
        // SAFETY: one reference of our own is given up, once.
        unsafe { CertFreeCertificateContext(self.0) };
    }
}

fn done(result: i32) -> io::Result<()> {
    if result == 0 { Err(io::Error::last_os_error()) } else { Ok(()) }
}
