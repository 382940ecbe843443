//! Why a certificate was revoked, RFC 5280 §5.3.1.

use std::fmt;

/// A CRLReason. One that the standard does not know is kept.
#[derive(Clone, Copy, PartialEq, Eq, Hash)]
pub struct RevocationReason(pub u8);

impl RevocationReason {
    /// Nothing is said.
    pub const UNSPECIFIED: Self = Self(0);
    /// Somebody else may have the key.
    pub const KEY_COMPROMISE: Self = Self(1);
    /// Somebody else may have the authority's key.
    pub const CA_COMPROMISE: Self = Self(2);
    /// The holder's name or another field is not true any more.
    pub const AFFILIATION_CHANGED: Self = Self(3);
    /// A newer certificate is in its place.
    pub const SUPERSEDED: Self = Self(4);
    /// It is not needed any more.
    pub const CESSATION_OF_OPERATION: Self = Self(5);
    /// Suspended 停用: the authority may lift it.
    pub const CERTIFICATE_HOLD: Self = Self(6);
    /// On delta lists only: not on the list any more.
    pub const REMOVE_FROM_CRL: Self = Self(8);
    /// A privilege in the certificate was taken back.
    pub const PRIVILEGE_WITHDRAWN: Self = Self(9);
    /// Somebody else may have the attribute authority's key.
    pub const AA_COMPROMISE: Self = Self(10);
}

impl fmt::Display for RevocationReason {
    /// The name in the standard; a number it does not know in hexadecimal.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let name = match *self {
            Self::UNSPECIFIED => "unspecified",
            Self::KEY_COMPROMISE => "keyCompromise",
            Self::CA_COMPROMISE => "cACompromise",
            Self::AFFILIATION_CHANGED => "affiliationChanged",
            Self::SUPERSEDED => "superseded",
            Self::CESSATION_OF_OPERATION => "cessationOfOperation",
            Self::CERTIFICATE_HOLD => "certificateHold",
            Self::REMOVE_FROM_CRL => "removeFromCRL",
            Self::PRIVILEGE_WITHDRAWN => "privilegeWithdrawn",
            Self::AA_COMPROMISE => "aACompromise",
            Self(other) => return write!(f, "{other:02X}"),
        };
        f.write_str(name)
    }
}

impl fmt::Debug for RevocationReason {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        fmt::Display::fmt(self, f)
    }
}
