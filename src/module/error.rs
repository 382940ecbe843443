//! What can go wrong with a module, as a person could act on it.

use std::path::PathBuf;

use ankong_card::{CardError, TransportError};

use ankong_module::wire::Fault;

/// Why a module did not find, log in or sign.
#[derive(Debug, thiserror::Error)]
pub enum ModuleError {
    /// None is installed.
    #[error(
        "no PKCS#11 module is installed; hint: install HiCOS from https://moica.nat.gov.tw, or name another one in the administrator's file"
    )]
    NoModule,
    /// The modules that are there do not know the card.
    #[error("none of the installed PKCS#11 modules knows this card: {0}")]
    NoneKnowsTheCard(String),
    /// Others could have exchanged the module.
    #[error("{0} can be written by other users; hint: its owner has to be you or root, alone")]
    Unprotected(PathBuf),
    /// No child process can be started.
    #[error("the module's process cannot be started")]
    Start(#[source] std::io::Error),
    /// The library cannot be loaded, or is no PKCS#11 module.
    #[error("the module cannot be loaded: {0}")]
    NotLoaded(String),
    /// It did not answer in time; its process was ended.
    #[error("the module did not answer in time")]
    TimedOut,
    /// Its process ended.
    #[error("the module crashed")]
    Crashed,
    /// Its process said what no module says; it was ended.
    #[error("the module answered nonsense")]
    Garbled,
    /// No token has the certificate any more.
    #[error("the card is not the one the module saw before")]
    AnotherCard,
    /// The token has no private key for the certificate.
    #[error("the module shows no private key for the certificate")]
    NoKey,
    /// The PIN is wrong.
    #[error("the card refused the PIN")]
    WrongPin {
        /// Tries left, where the module tells; never 0.
        tries_left: Option<u8>,
    },
    /// No PIN try is left.
    #[error("the PIN is blocked")]
    PinBlocked,
    /// The PIN cannot be right: it was not sent, or the module did not take it.
    #[error("a PIN of this token has {min} to {max} characters")]
    PinLength {
        /// Fewest characters.
        min: u8,
        /// Most characters.
        max: u8,
    },
    /// The person gave up at the reader's keys.
    #[error("the PIN entry was cancelled at the reader")]
    Cancelled,
    /// Card or reader are gone.
    #[error("the card was removed")]
    Removed,
    /// The module refused a call for another reason.
    #[error("the module's {call} failed with {code}")]
    Refused {
        /// Which function.
        call: String,
        /// Its return code.
        code: String,
    },
    /// Signing before logging in, or twice: a fault of this program.
    #[error("an order to the module out of turn")]
    OutOfTurn,
}

impl From<Fault> for ModuleError {
    fn from(fault: Fault) -> Self {
        match fault {
            Fault::NotLoaded(reason) => Self::NotLoaded(reason),
            Fault::NoCertificate => Self::AnotherCard,
            Fault::NoKey => Self::NoKey,
            Fault::WrongPin { tries_left } => Self::WrongPin { tries_left },
            Fault::PinLocked => Self::PinBlocked,
            Fault::PinLength { min, max } => Self::PinLength { min, max },
            Fault::Cancelled => Self::Cancelled,
            Fault::Removed => Self::Removed,
            Fault::Refused { call, code } => Self::Refused { call, code },
            Fault::OutOfTurn => Self::OutOfTurn,
        }
    }
}

/// What a module's fault means to whoever used the card through it. Where nothing better fits, the
/// card counts as silent or garbled: the PIN may have reached it.
impl From<ModuleError> for CardError {
    fn from(error: ModuleError) -> Self {
        match error {
            ModuleError::NoModule
            | ModuleError::NoneKnowsTheCard(_)
            | ModuleError::Unprotected(_)
            | ModuleError::Start(_)
            | ModuleError::NotLoaded(_)
            | ModuleError::NoKey => Self::NoIssuerKeys,
            ModuleError::AnotherCard => Self::AnotherCard,
            ModuleError::WrongPin { tries_left } => Self::WrongPin { tries_left },
            ModuleError::PinBlocked => Self::PinBlocked,
            ModuleError::PinLength { min, max } => Self::PinLength { min, max },
            ModuleError::OutOfTurn => Self::PinNotVerified,
            ModuleError::Removed => TransportError::Removed.into(),
            ModuleError::Cancelled => Self::PadCancelled,
            ModuleError::TimedOut => TransportError::Silent.into(),
            ModuleError::Crashed | ModuleError::Garbled | ModuleError::Refused { .. } => {
                TransportError::Garbled.into()
            }
        }
    }
}
