//! From a card image to a card: everything in the image is checked here, once.

use super::Iso7816Part15;
use super::files::FileTree;
use super::layout::{self, CERTIFICATE_ROOM, PublicContent};
use super::signing::{Kind, SigningKey};
use crate::pin::{CardPin, PinObject};
use crate::response::Pending;
use crate::unusable;
use crate::{CardImage, Profile, UnusableImage};

/// Makes the card.
pub(super) fn personalise(image: &CardImage) -> Result<Iso7816Part15, UnusableImage> {
    unusable::check(image, Profile::Iso7816Part15)?;
    let pin = CardPin::try_from(image.pin.as_str())?;
    let slots = &image.certificates;
    let what = "signature";
    let sign = unusable::signature(image, CERTIFICATE_ROOM)?;
    let kind = Kind::of(&sign.key).ok_or(UnusableImage::KeySize { what })?;
    let certificate = |what, pem: &str| unusable::certificate(what, pem, CERTIFICATE_ROOM);
    let root = certificate("root", &slots.root)?;
    let issuer = certificate("issuer", &slots.issuer)?;
    let encryption = certificate("encryption", &slots.encryption)?;

    let files = layout::directory(&PublicContent {
        serial_number: &image.card_number,
        kind,
        certificates: [&root, &issuer, &encryption, &sign.certificate],
    });
    let files = files.map_err(|source| UnusableImage::Pem { what, source })?;
    Ok(Iso7816Part15 {
        files: FileTree::new(files),
        pin: PinObject::new(pin, image.tries),
        key: SigningKey::new(sign.key, kind),
        pending: Pending::default(),
    })
}
