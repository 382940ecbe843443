//! The honest cards that the lies begin with, one of every kind; always the same, so that the same
//! bytes are the same lies.

use std::cell::RefCell;
use std::collections::BTreeMap;
use std::sync::LazyLock;

use ankong_card::moica::{Gen1Key, Gen2Key, IssuerKeys};
use virtual_card::{CardImage, Profile};

/// An ATR that speaks for no family.
pub const ATR: [u8; 2] = [0x3B, 0x00];
/// The PIN of every card here.
pub const PIN: &str = "123456";

/// A kind of card.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum Subject {
    /// MOICA, first generation.
    MoicaGen1,
    /// MOICA, second generation.
    MoicaGen2,
    /// ISO/IEC 7816-15, RSA-2048.
    Iso7816Part15,
    /// ISO/IEC 7816-15, P-256.
    Iso7816Part15OnP256,
    /// PIV, RSA-2048.
    Piv,
    /// PIV, P-256.
    PivOnP256,
}

impl Subject {
    /// Every kind.
    pub const ALL: [Self; 6] = [
        Self::MoicaGen1,
        Self::MoicaGen2,
        Self::Iso7816Part15,
        Self::Iso7816Part15OnP256,
        Self::Piv,
        Self::PivOnP256,
    ];

    /// A card as it leaves its issuer.
    #[must_use]
    pub fn card(self) -> Box<dyn virtual_card::Card + Send> {
        self.image().insertable().unwrap()
    }

    /// The card that was given back last, else a new one: OpenSSL takes ten times longer to read
    /// its keys than all else together.
    pub(crate) fn take_card(self) -> Box<dyn virtual_card::Card + Send> {
        CARDS.with_borrow_mut(|cards| cards.remove(&self)).unwrap_or_else(|| self.card())
    }

    /// For the next one. The card has seen the right PIN only, so it has all its tries.
    pub(crate) fn give_back(self, card: Box<dyn virtual_card::Card + Send>) {
        CARDS.with_borrow_mut(|cards| cards.insert(self, card));
    }

    /// What is on it.
    #[must_use]
    pub fn image(self) -> CardImage {
        let (profile, image) = match self {
            Self::MoicaGen1 => (Profile::MoicaGen1, &RSA),
            Self::MoicaGen2 => (Profile::MoicaGen2, &RSA),
            Self::Iso7816Part15 => (Profile::Iso7816Part15, &RSA),
            Self::Iso7816Part15OnP256 => (Profile::Iso7816Part15, &P256),
            Self::Piv => (Profile::Piv, &RSA),
            Self::PivOnP256 => (Profile::Piv, &P256),
        };
        CardImage { profile, ..(**image).clone() }
    }
}

/// The keys that the issuer of these cards would supply.
#[must_use]
pub fn issuer_keys() -> IssuerKeys {
    let key: Vec<u8> = (0..=0xFF).step_by(0x11).collect();
    let key: [u8; 16] = key.try_into().unwrap();
    IssuerKeys { gen1: Some(Gen1Key::new(key)), gen2: Some(Gen2Key::new(key)) }
}

thread_local! {
    static CARDS: RefCell<BTreeMap<Subject, Box<dyn virtual_card::Card + Send>>> =
        const { RefCell::new(BTreeMap::new()) };
}

static RSA: LazyLock<CardImage> =
    LazyLock::new(|| image(include_str!("../../../crates/virtual-card/tests/data/card.toml")));
static P256: LazyLock<CardImage> = LazyLock::new(|| image(include_str!("../data/p256.toml")));

fn image(text: &str) -> CardImage {
    toml::from_str(text).unwrap()
}
