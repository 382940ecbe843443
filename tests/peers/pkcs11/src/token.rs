//! The token itself: who is logged in, what can be seen, what is signed.

use cryptoki_sys::*;
use openssl::ecdsa::EcdsaSig;
use openssl::pkey::{Id, PKey};
use openssl::rsa::Padding;
use openssl::x509::X509;

use crate::script::Script;

pub(crate) struct Token {
    pub(crate) script: Script,
    tries: u8,
    user: bool,
    found: Vec<CK_OBJECT_HANDLE>,
    signing: Option<Signing>,
}

struct Signing {
    key: usize,
    mechanism: CK_MECHANISM_TYPE,
    /// The PIN for this signature is still to come.
    wants_pin: bool,
    data: Vec<u8>,
}

/// Handles of keys begin here, those of certificates at 1.
const KEYS: CK_OBJECT_HANDLE = 1000;

impl Token {
    pub(crate) fn new(script: Script) -> Self {
        let tries = script.tries;
        Self { script, tries, user: false, found: Vec::new(), signing: None }
    }

    pub(crate) fn describe(&self) -> CK_TOKEN_INFO {
        let mut flags = CKF_TOKEN_INITIALIZED | CKF_LOGIN_REQUIRED | CKF_USER_PIN_INITIALIZED;
        flags |= if self.script.pin_pad { CKF_PROTECTED_AUTHENTICATION_PATH } else { 0 };
        flags |= match self.tries {
            0 => CKF_USER_PIN_LOCKED,
            1 => CKF_USER_PIN_FINAL_TRY | CKF_USER_PIN_COUNT_LOW,
            2 => CKF_USER_PIN_COUNT_LOW,
            _ => 0,
        };
        let mut info = CK_TOKEN_INFO {
            label: [b' '; 32],
            manufacturerID: [b' '; 32],
            model: [b' '; 16],
            serialNumber: [b' '; 16],
            flags,
            ulMinPinLen: self.script.pin_length.0,
            ulMaxPinLen: self.script.pin_length.1,
            ..CK_TOKEN_INFO::default()
        };
        fill(&mut info.label, self.script.label.as_bytes());
        fill(&mut info.manufacturerID, b"Chunghwa TeleCom Co., Ltd. ");
        fill(&mut info.model, b"T7S\t");
        info
    }

    pub(crate) fn log_in(&mut self, user: CK_USER_TYPE, pin: Option<&[u8]>) -> CK_RV {
        let right = match pin {
            None => self.script.pin_pad,
            Some(pin) => pin == self.script.pin.as_bytes(),
        };
        let length = pin.map_or(self.script.pin_length.0, |pin| pin.len() as u64);
        if self.tries == 0 {
            return CKR_PIN_LOCKED;
        }
        if !(self.script.pin_length.0..=self.script.pin_length.1).contains(&length) {
            return CKR_PIN_LEN_RANGE;
        }
        if !right {
            self.tries -= 1;
            return match (self.tries, self.script.vendor_codes) {
                (0, _) => CKR_PIN_LOCKED,
                (left @ (1 | 2), true) => CKR_VENDOR_DEFINED + CK_RV::from(left),
                (_, _) => CKR_PIN_INCORRECT,
            };
        }
        match (user, &mut self.signing) {
            (CKU_USER, _) => self.user = true,
            (CKU_CONTEXT_SPECIFIC, Some(signing)) => signing.wants_pin = false,
            _ => return CKR_OPERATION_NOT_INITIALIZED,
        }
        CKR_OK
    }

    pub(crate) fn log_out(&mut self) -> CK_RV {
        self.user = false;
        CKR_OK
    }

    pub(crate) fn find(&mut self, class: Option<CK_OBJECT_CLASS>) {
        let certificates = (1..).take(self.script.certificates.len());
        let keys = (KEYS..).take(self.script.keys.len());
        let sees_keys = self.user || self.script.keys_in_the_open;
        self.found = match class {
            Some(CKO_CERTIFICATE) => certificates.collect(),
            Some(CKO_PRIVATE_KEY) if sees_keys => keys.collect(),
            _ => Vec::new(),
        };
    }

    pub(crate) fn next_found(&mut self, most: usize) -> Vec<CK_OBJECT_HANDLE> {
        let rest = self.found.split_off(self.found.len().min(most));
        std::mem::replace(&mut self.found, rest)
    }

    /// `None` where the object has no such attribute.
    pub(crate) fn attribute(
        &self,
        handle: CK_OBJECT_HANDLE,
        kind: CK_ATTRIBUTE_TYPE,
    ) -> Option<Vec<u8>> {
        if let Some(key) = handle.checked_sub(KEYS) {
            let key = self.script.keys.get(key as usize)?;
            return match kind {
                CKA_ID => Some(key.id.clone().into_bytes()),
                CKA_LABEL => Some(key.label.clone().into_bytes()),
                CKA_ALWAYS_AUTHENTICATE => Some(vec![u8::from(key.always_authenticate)]),
                _ => None,
            };
        }
        let certificate = self.script.certificates.get(handle as usize - 1)?;
        match kind {
            CKA_ID => Some(certificate.id.clone().into_bytes()),
            CKA_LABEL => Some(certificate.label.clone().into_bytes()),
            CKA_VALUE => Some(match X509::from_pem(certificate.pem.as_bytes()) {
                Ok(certificate) => certificate.to_der().unwrap(),
                Err(_) => certificate.pem.clone().into_bytes(),
            }),
            _ => None,
        }
    }

    pub(crate) fn begin(&mut self, key: CK_OBJECT_HANDLE, mechanism: CK_MECHANISM_TYPE) -> CK_RV {
        let Some(object) = key.checked_sub(KEYS).and_then(|at| self.script.keys.get(at as usize))
        else {
            return CKR_KEY_HANDLE_INVALID;
        };
        let wants_pin = object.always_authenticate;
        let may_begin = self.user || (wants_pin && self.script.begins_without_login);
        if !may_begin {
            return CKR_USER_NOT_LOGGED_IN;
        }
        let key = (key - KEYS) as usize;
        self.signing = Some(Signing { key, mechanism, wants_pin, data: Vec::new() });
        CKR_OK
    }

    pub(crate) fn add(&mut self, data: &[u8]) -> CK_RV {
        match &mut self.signing {
            Some(signing) if signing.wants_pin => CKR_USER_NOT_LOGGED_IN,
            Some(signing) => {
                signing.data.extend(data);
                CKR_OK
            }
            None => CKR_OPERATION_NOT_INITIALIZED,
        }
    }

    /// The signature of what was added; the operation stays until [`Token::done`].
    pub(crate) fn signature(&self) -> Result<Vec<u8>, CK_RV> {
        let signing = self.signing.as_ref().ok_or(CKR_OPERATION_NOT_INITIALIZED)?;
        let key = &self.script.keys[signing.key];
        let key = PKey::private_key_from_pem(key.pem.as_bytes()).unwrap();
        match (key.id(), signing.mechanism) {
            (Id::RSA, CKM_RSA_PKCS) => {
                let mut signature = vec![0; key.size()];
                let rsa = key.rsa().unwrap();
                rsa.private_encrypt(&signing.data, &mut signature, Padding::PKCS1).unwrap();
                Ok(signature)
            }
            (Id::EC, CKM_ECDSA) => {
                let width = key.bits().div_ceil(8) as i32;
                let signature = EcdsaSig::sign(&signing.data, &key.ec_key().unwrap()).unwrap();
                let halves = [signature.r(), signature.s()];
                Ok(halves.map(|half| half.to_vec_padded(width).unwrap()).concat())
            }
            _ => Err(CKR_MECHANISM_INVALID),
        }
    }

    pub(crate) fn done(&mut self) {
        self.signing = None;
    }

    /// Starts the data anew: a caller that only wants the length sends it twice.
    pub(crate) fn restart(&mut self) {
        if let Some(signing) = &mut self.signing {
            signing.data.clear();
        }
    }
}

fn fill(field: &mut [u8], text: &[u8]) {
    for (to, from) in field.iter_mut().zip(text) {
        *to = *from;
    }
}
