//! From a card image to a card: everything in the image is checked here, once.

use std::io::Write;

use flate2::Compression;
use flate2::write::GzEncoder;

use super::Piv;
use super::chain::Chain;
use super::keys::{KeyReference, Keys, PrivateKey};
use super::objects::{CERTIFICATE_9A, CERTIFICATE_9C, CERTIFICATE_9D, Objects};
use crate::image::{PivLayout, PivSlot};
use crate::pin::{CardPin, PinObject};
use crate::response::Pending;
use crate::{CardImage, Profile, UnusableImage, unusable};

/// Makes the card.
pub(super) fn personalise(image: &CardImage) -> Result<Piv, UnusableImage> {
    unusable::check(image, Profile::Piv)?;
    let pin = CardPin::try_from(image.pin.as_str())?;
    let PivLayout { slot, compressed, extended_length } = image.piv.unwrap_or_default();
    let slots = &image.certificates;
    let room = CERTIFICATE_ROOM;
    let sign = unusable::signature(image, room)?;
    let exchange = unusable::pair("encryption", &image.keys.encryption, &slots.encryption, room)?;
    let key = |what, pair: &unusable::Pair| {
        PrivateKey::new(&pair.key).ok_or(UnusableImage::KeySize { what })
    };

    let mut objects = Objects::new(&image.card_number);
    let (reference, name) = match slot {
        PivSlot::Authentication => (KeyReference::PIV_AUTHENTICATION, CERTIFICATE_9A),
        PivSlot::DigitalSignature => (KeyReference::DIGITAL_SIGNATURE, CERTIFICATE_9C),
    };
    let content = if compressed { gzip(&sign.certificate) } else { sign.certificate.clone() };
    objects.add_certificate(name, &content, compressed);
    objects.add_certificate(CERTIFICATE_9D, &exchange.certificate, false);
    Ok(Piv {
        objects,
        pin: PinObject::new(pin, image.tries),
        keys: Keys(vec![
            (reference, key("signature", &sign)?),
            (KeyReference::KEY_MANAGEMENT, key("encryption", &exchange)?),
        ]),
        extended_length,
        selected: false,
        just_verified: false,
        chain: Chain::default(),
        pending: Pending::default(),
    })
}

/// RFC 1952, as the flag in the certificate container says.
fn gzip(der: &[u8]) -> Vec<u8> {
    let mut encoder = GzEncoder::new(Vec::new(), Compression::best());
    // Writing into memory does not fail.
    let _ = encoder.write_all(der);
    encoder.finish().unwrap_or_default()
}

/// Bytes a certificate may have, SP 800-73-4 part 1 table 10.
const CERTIFICATE_ROOM: u16 = 1856;
