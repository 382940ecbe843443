//! What both generations of the 自然人憑證 (MOICA) card have in common: the files below their root,
//! the raw signature, the form of the issuer's keys. Knows neither class bytes nor secure messaging.

pub(crate) mod files;
mod key;
mod layout;
mod personalise;
pub(crate) mod signing;

pub use key::NotAKey;
pub(crate) use key::{KEY_LENGTH, hex_key, random_key};
pub(crate) use personalise::{Personal, personalise};

use ankong_card::apdu::Instruction;

/// The raw private-key operation, vendor's own.
pub(crate) const PRIVATE_KEY_OPERATION: Instruction = Instruction(0xEA);
/// Fetches the part of its result that did not fit, vendor's own.
pub(crate) const FETCH_RESULT: Instruction = Instruction(0xC1);
/// Bytes of the PIN as it travels, filled up with FF.
pub(crate) const PIN_LENGTH: usize = 10;
/// The reference of the one PIN, in P2.
pub(crate) const PIN_REFERENCE: u8 = 0x01;
