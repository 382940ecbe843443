//! Smart cards, from bytes to a person's signature: APDUs, TLV, card families.
//!
//! Refuses to know readers, operating systems, files, clocks and networks. Randomness comes in as
//! an argument. The one thing it takes from outside is OpenSSL, for the cards' secure messaging.

pub mod algorithm;
pub mod apdu;
pub mod atr;
pub mod card;
pub mod certificate;
mod ecdsa;
mod error;
mod foreign;
mod iso7816_15;
pub mod moica;
mod pin;
pub mod pin_pad;
mod piv;
pub mod pkcs1;
pub mod recording;
mod scp03;
mod status_word;
pub mod tlv;
#[cfg(test)]
mod transcript;
mod transport;

pub use error::CardError;
pub use pin::{LastTry, NotAPin, Pin};
pub use status_word::StatusWord;
pub use transport::{Channel, Protocol, Transport, TransportError};
