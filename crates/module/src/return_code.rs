//! What the return codes of PKCS#11 mean here (section 5.1 of the base specification), and those
//! of one vendor's that are known.

use cryptoki::error::{Error, RvError};

use crate::wire::{Fault, Token};

/// HiCOS, seen by several callers of it: the PIN is wrong, one try is left.
const HICOS_ONE_LEFT: u64 = 0x8000_0001;
/// HiCOS: the PIN is wrong, two tries are left.
const HICOS_TWO_LEFT: u64 = 0x8000_0002;

/// The one mapping of any call but `C_Login`.
pub(super) fn fault(error: &Error) -> Fault {
    match error {
        Error::LibraryLoading(error) => Fault::NotLoaded(error.to_string()),
        Error::MissingSymbol(name) => Fault::NotLoaded(format!("it has no {name}")),
        Error::Pkcs11(
            RvError::DeviceRemoved
            | RvError::TokenNotPresent
            | RvError::TokenNotRecognized
            // A token that goes takes its sessions with it (section 5.6).
            | RvError::SessionHandleInvalid
            | RvError::SessionClosed,
            _,
        ) => Fault::Removed,
        Error::Pkcs11(code, function) => {
            Fault::Refused { call: format!("C_{function:?}"), code: name(code) }
        }
        other => Fault::Refused { call: "answer".to_owned(), code: other.to_string() },
    }
}

/// The mapping of `C_Login`: only there a vendor's code is a word about the PIN.
pub(super) fn login_fault(error: &Error, token: &Token) -> Fault {
    let Error::Pkcs11(code, _) = error else { return fault(error) };
    match code {
        RvError::PinIncorrect => Fault::WrongPin { tries_left: None },
        RvError::PinLenRange => Fault::PinLength { min: token.pin_min, max: token.pin_max },
        RvError::PinLocked => Fault::PinLocked,
        RvError::FunctionCanceled | RvError::Cancel => Fault::Cancelled,
        // CK_RV is 32 bits wide on Windows and 64 elsewhere.
        #[allow(clippy::useless_conversion)]
        RvError::VendorDefined(code) => match u64::from(*code) {
            HICOS_ONE_LEFT => Fault::WrongPin { tries_left: Some(1) },
            HICOS_TWO_LEFT => Fault::WrongPin { tries_left: Some(2) },
            _unknown => fault(error),
        },
        _otherwise => fault(error),
    }
}

fn name(code: &RvError) -> String {
    match code {
        RvError::VendorDefined(code) => format!("vendor code {code:#010X}"),
        RvError::UnknownErrorCode(code) => format!("unknown code {code:#X}"),
        known => format!("{known:?}"),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use cryptoki::context::Function;

    fn login(code: RvError) -> Fault {
        let token = Token {
            label: String::new(),
            pin_min: 6,
            pin_max: 8,
            pin_pad: false,
            count_low: false,
            final_try: false,
            locked: false,
        };
        login_fault(&Error::Pkcs11(code, Function::Login), &token)
    }

    #[test]
    fn the_known_codes_of_a_login_are_told_apart() {
        assert_eq!(login(RvError::PinIncorrect), Fault::WrongPin { tries_left: None });
        assert_eq!(
            login(RvError::VendorDefined(0x8000_0001)),
            Fault::WrongPin { tries_left: Some(1) }
        );
        assert_eq!(
            login(RvError::VendorDefined(0x8000_0002)),
            Fault::WrongPin { tries_left: Some(2) }
        );
        assert_eq!(login(RvError::PinLenRange), Fault::PinLength { min: 6, max: 8 });
        assert_eq!(login(RvError::PinLocked), Fault::PinLocked);
        assert_eq!(login(RvError::DeviceRemoved), Fault::Removed);
    }

    #[test]
    fn a_vendor_code_says_nothing_about_the_pin_anywhere_else() {
        let other = fault(&Error::Pkcs11(RvError::VendorDefined(0x8000_0001), Function::Sign));
        let Fault::Refused { call, code } = other else { panic!("{other:?}") };
        assert_eq!((call.as_str(), code.as_str()), ("C_Sign", "vendor code 0x80000001"));
        assert!(matches!(login(RvError::VendorDefined(0x8000_0003)), Fault::Refused { .. }));
    }
}
