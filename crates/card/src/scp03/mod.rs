//! Secure Channel Protocol 03, GlobalPlatform Card Specification v2.3 Amendment D v1.1.2, in mode
//! S8 with AES-128: challenges, cryptograms and MACs of eight bytes.
//!
//! Security level 03 only: commands are encrypted and carry a MAC, answers come as they are.
//! Refuses to know whose keys these are and which application is selected. A session ends with
//! the reset of the card, the next SELECT of an application, or its first faulty command.

mod aes;
mod keys;
mod session;

pub(crate) use keys::{Constant, Key, StaticKeys, derive_key};
pub(crate) use session::{NotOpened, Session};

/// Length of challenges, cryptograms and MACs in mode S8 (clause 5.1), bytes.
pub(crate) const S8: usize = 8;
