//! From a card image to what is on a card of either generation, checked here, once.

use openssl::pkey::Private;
use openssl::rsa::Rsa;

use super::files::{FileId, FileTree};
use super::layout::{self, PublicContent, SLOT_SIZE};
use super::signing::{MODULUS_BITS, SigningKeys};
use crate::pin::{CardPin, PinObject};
use crate::unusable::{self, Pair};
use crate::{CardImage, Profile, UnusableImage};

/// One person's files, PIN and keys.
pub(crate) struct Personal {
    pub(crate) files: FileTree,
    pub(crate) pin: PinObject,
    pub(crate) keys: SigningKeys,
}

/// Makes them of an image that must be of this profile; `root` is where its file tree begins.
pub(crate) fn personalise(
    image: &CardImage,
    profile: Profile,
    root: FileId,
) -> Result<Personal, UnusableImage> {
    unusable::check(image, profile)?;
    let pin = CardPin::try_from(image.pin.as_str())?;
    let slots = &image.certificates;
    let sign = unusable::signature(image, SLOT_SIZE)?;
    let key_exchange =
        unusable::pair("encryption", &image.keys.encryption, &slots.encryption, SLOT_SIZE)?;
    let root_authority = unusable::certificate("root", &slots.root, SLOT_SIZE)?;
    let issuer = unusable::certificate("issuer", &slots.issuer, SLOT_SIZE)?;

    let directory = layout::directory(&PublicContent {
        card_number: &image.card_number,
        certificates: [&root_authority, &issuer, &key_exchange.certificate, &sign.certificate],
        modulus_bits: MODULUS_BITS,
        root,
    });
    Ok(Personal {
        files: FileTree::new(directory),
        pin: PinObject::new(pin, image.tries),
        keys: SigningKeys::new(rsa("signature", &sign)?, rsa("encryption", &key_exchange)?),
    })
}

/// The card holds RSA keys of one size.
fn rsa(what: &'static str, pair: &Pair) -> Result<Rsa<Private>, UnusableImage> {
    let wrong = || UnusableImage::KeySize { what };
    let key = pair.key.rsa().map_err(|_| wrong())?;
    if pair.key.bits() == u32::from(MODULUS_BITS) { Ok(key) } else { Err(wrong()) }
}
