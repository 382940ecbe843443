//! Status words, ISO/IEC 7816-4:2020 clause 5.6.
//!
//! A status word is an open set: a value without a name is kept and printed in hexadecimal.

use std::fmt;

/// The two trailing bytes of every response, SW1 in the high byte.
#[derive(Clone, Copy, PartialEq, Eq, Hash)]
pub struct StatusWord(pub u16);

impl StatusWord {
    /// Normal processing (table 6).
    pub const OK: Self = Self(0x9000);
    /// Verification failed; how many tries are left is not told (table 7).
    pub const VERIFICATION_FAILED: Self = Self(0x6300);
    /// Wrong length, without the right one (table 6).
    pub const WRONG_LENGTH: Self = Self(0x6700);
    /// Secure messaging is not supported for this command (table 7).
    pub const SM_NOT_SUPPORTED: Self = Self(0x6882);
    /// Command incompatible with the file structure (table 7).
    pub const INCOMPATIBLE_WITH_FILE: Self = Self(0x6981);
    /// The security condition, usually a PIN, is not met (table 7).
    pub const SECURITY_STATUS_NOT_SATISFIED: Self = Self(0x6982);
    /// The authentication method, usually a PIN, is blocked (table 7).
    pub const AUTHENTICATION_METHOD_BLOCKED: Self = Self(0x6983);
    /// Conditions of use are not satisfied (table 7).
    pub const CONDITIONS_NOT_SATISFIED: Self = Self(0x6985);
    /// No file is selected (table 7).
    pub const NO_CURRENT_EF: Self = Self(0x6986);
    /// Expected secure-messaging objects are missing (table 7). The MOICA card also answers it
    /// to a READ BINARY longer than it likes.
    pub const SM_OBJECTS_MISSING: Self = Self(0x6987);
    /// Secure-messaging objects are incorrect (table 7).
    pub const SM_OBJECTS_INCORRECT: Self = Self(0x6988);
    /// File or application not found (table 7).
    pub const FILE_NOT_FOUND: Self = Self(0x6A82);
    /// Wrong parameters P1-P2 (table 7).
    pub const INCORRECT_P1_P2: Self = Self(0x6A86);
    /// The referenced key or data was not found (table 7).
    pub const REFERENCED_DATA_NOT_FOUND: Self = Self(0x6A88);
    /// The offset lies outside the file (table 6).
    pub const WRONG_OFFSET: Self = Self(0x6B00);
    /// Instruction not supported (table 6).
    pub const INSTRUCTION_NOT_SUPPORTED: Self = Self(0x6D00);
    /// Class not supported (table 6).
    pub const CLASS_NOT_SUPPORTED: Self = Self(0x6E00);
    /// No precise diagnosis (table 6).
    pub const NO_DIAGNOSIS: Self = Self(0x6F00);

    /// SW1, the class of the answer.
    #[must_use]
    pub const fn sw1(self) -> u8 {
        (self.0 >> 8) as u8
    }

    /// SW2, the qualifier.
    #[must_use]
    pub const fn sw2(self) -> u8 {
        (self.0 & 0xFF) as u8
    }

    /// `63Cx`: the comparison failed and `x` tries are left (clause 7.5.1 and table 7).
    #[must_use]
    pub const fn tries_left(self) -> Option<u8> {
        if self.0 & 0xFFF0 == 0x63C0 { Some(self.sw2() & 0x0F) } else { None }
    }

    /// Builds the `63Cx` answer of a card with `tries` left; at most 15 can be told.
    #[must_use]
    pub const fn with_tries_left(tries: u8) -> Self {
        Self(0x63C0 | (tries & 0x0F) as u16)
    }
}

impl fmt::Display for StatusWord {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{:04X}", self.0)
    }
}

impl fmt::Debug for StatusWord {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "StatusWord({self})")
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_63cx_tells_the_tries_left() {
        assert_eq!(StatusWord(0x63C2).tries_left(), Some(2));
        assert_eq!(StatusWord(0x6300).tries_left(), None);
        assert_eq!(StatusWord::AUTHENTICATION_METHOD_BLOCKED.tries_left(), None);
        assert_eq!(StatusWord::with_tries_left(2), StatusWord(0x63C2));
    }

    #[test]
    fn an_unknown_value_is_printed_in_hexadecimal() {
        assert_eq!(StatusWord(0x6FA5).to_string(), "6FA5");
    }
}
