//! 自然人憑證: the cards of the MOICA certification authority.
//!
//! There is no public specification. What is written here follows the observations collected in
//! `docs/cards.md`; where a card may differ, the code says so. Cards are told apart by what they
//! answer, never by their ATR. No command here changes or unblocks a PIN, and no PIN is ever sent
//! in the clear: the card would refuse it, and could count a try.

mod card_id;
mod contents;
mod directory;
mod diversification;
mod files;
pub(crate) mod gen1;
pub(crate) mod gen2;
mod pin;
mod raw_rsa;
mod secure_messaging;

pub use diversification::Gen2Key;
pub use secure_messaging::Gen1Key;

/// Keys of a card's issuer, as far as its operator supplied them. Without one, a card can be read
/// but not used.
#[derive(Clone, Default)]
pub struct IssuerKeys {
    /// For first-generation cards.
    pub gen1: Option<Gen1Key>,
    /// For second-generation cards.
    pub gen2: Option<Gen2Key>,
}
