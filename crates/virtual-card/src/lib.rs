//! A card in software: what a tester inserts who has neither card nor reader.
//!
//! A [`Card`] is bytes in, bytes out. [`gen1::Gen1`] and [`gen2::Gen2`] behave as far as known
//! like the two generations of the 自然人憑證 (MOICA) card, [`iso7816_15::Iso7816Part15`] as that standard says;
//! [`CardImage::insertable`] makes whichever an image describes, and [`issue`] makes images under a
//! throw-away test PKI. The same card runs in process ([`InProcess`]) or in a reader of the real PC/SC service
//! ([`vpcd`]), plain or wrapped: [`Kept`] keeps its PIN tries in a file, [`fault::Faulty`] goes wrong, [`Traced`] writes down,
//! [`Paced`] takes time, [`OverT0`] speaks the older protocol.
//!
//! Refuses to know any real issuer's key, the programs that talk to the card, and what the
//! signatures are for. Nothing here keeps a secret: PINs and keys lie in the card image in clear.

mod card;
mod command;
mod der;
pub mod fault;
mod file;
pub mod gen1;
pub mod gen2;
mod image;
mod in_process;
mod insertable;
pub mod iso7816_15;
pub mod issue;
mod moica;
mod over_t0;
mod pin;
pub mod piv;
mod response;
mod speed;
mod state;
mod traced;
mod unusable;
pub mod vpcd;

pub use card::{Card, Contact};
pub use command::Command;
pub use image::{
    CardImage, CertificateSlots, ImageFileError, NotAProfile, PivLayout, PivSlot, PrivateKeys,
    Profile,
};
pub use in_process::{InProcess, PATIENCE};
pub use over_t0::OverT0;
pub use pin::{CardPin, MAX_TRIES, NotACardPin};
pub use speed::{CommandTime, NotACommandTime, Paced, Speed};
pub use state::{Kept, StateFile, StateFileError};
pub use traced::{CommandCount, Traced};
pub use unusable::UnusableImage;
