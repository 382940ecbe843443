//! A card in software: what a tester inserts who has neither card nor reader.
//!
//! A [`Card`] is bytes in, bytes out. [`gen1::Gen1`] behaves as far as known like the first
//! generation of the 自然人憑證 (MOICA) card; [`issue`] makes its contents under a throw-away test
//! PKI. The same card runs in process ([`InProcess`]) or in a reader of the real PC/SC service
//! ([`vpcd`]), plain or wrapped in [`Traced`] and [`fault::Faulty`].
//!
//! Refuses to know any real issuer's key, the programs that talk to the card, and what the
//! signatures are for. Nothing here keeps a secret: PINs and keys lie in the card image in clear.

mod card;
mod command;
mod der;
pub mod fault;
mod file;
pub mod gen1;
mod image;
mod in_process;
pub mod issue;
mod traced;
pub mod vpcd;

pub use card::Card;
pub use command::Command;
pub use image::{CardImage, CertificateSlots, ImageFileError, PrivateKeys, Profile};
pub use in_process::InProcess;
pub use traced::{CommandCount, Traced};
