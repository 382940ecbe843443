//! From a card image to a card: everything in the image is checked here, once.

use openssl::error::ErrorStack;
use openssl::pkey::{PKey, Private};
use openssl::rsa::Rsa;
use openssl::x509::X509;

use super::Gen1;
use super::files::FileTree;
use super::layout::{self, PublicContent, SLOT_SIZE};
use super::pin::{CardPin, MAX_TRIES, NotACardPin, PinObject};
use super::secure_messaging::{NotAKey, SecureMessagingKey};
use super::signing::{MODULUS_BITS, SigningKeys};
use crate::{CardImage, Profile};

/// Why no card can be made of an image. `what` names the entry of the image.
#[derive(Debug, thiserror::Error)]
pub enum UnusableImage {
    /// The image is that of another kind of card.
    #[error("the image is of another profile")]
    Profile,
    /// The card number is not 16 ASCII letters and digits.
    #[error("the card number must be 16 ASCII letters and digits")]
    CardNumber,
    /// The PIN cannot be on the card.
    #[error(transparent)]
    Pin(#[from] NotACardPin),
    /// More tries than the card ever has.
    #[error("a card has at most {MAX_TRIES} PIN tries, not {0}")]
    Tries(u8),
    /// The secure-messaging key cannot be read.
    #[error(transparent)]
    SecureMessaging(#[from] NotAKey),
    /// A key or a certificate is no PEM of the right kind.
    #[error("the entry {what} is not the PEM text it should be")]
    Pem {
        /// The entry.
        what: &'static str,
        /// What the parser said.
        #[source]
        source: ErrorStack,
    },
    /// The card holds keys of one size.
    #[error("the entry {what} is not an RSA key of {MODULUS_BITS} bits")]
    KeySize {
        /// The entry.
        what: &'static str,
    },
    /// A certificate was issued for another key.
    #[error("the certificate {what} does not belong to the private key of that name")]
    ForeignCertificate {
        /// The entry.
        what: &'static str,
    },
    /// A certificate does not fit its slot.
    #[error("the certificate {what} has {length} bytes, a slot holds {SLOT_SIZE}")]
    TooLong {
        /// The entry.
        what: &'static str,
        /// Its length in DER.
        length: usize,
    },
}

/// Makes the card.
pub(super) fn personalise(image: &CardImage) -> Result<Gen1, UnusableImage> {
    if image.profile != Profile::MoicaGen1 {
        return Err(UnusableImage::Profile);
    }
    let number = image.card_number.as_str();
    if number.len() != 16 || !number.bytes().all(|byte| byte.is_ascii_alphanumeric()) {
        return Err(UnusableImage::CardNumber);
    }
    if image.tries > MAX_TRIES {
        return Err(UnusableImage::Tries(image.tries));
    }
    let pin = CardPin::try_from(image.pin.as_str())?;
    let messaging = SecureMessagingKey::from_hex(&image.secure_messaging)?;

    let slots = &image.certificates;
    let sign = pair("signature", &image.keys.signature, &slots.signature)?;
    let key_exchange = pair("encryption", &image.keys.encryption, &slots.encryption)?;
    let root = certificate("root", &slots.root)?;
    let issuer = certificate("issuer", &slots.issuer)?;

    let root = layout::directory(&PublicContent {
        card_number: number,
        certificates: [&root, &issuer, &key_exchange.certificate, &sign.certificate],
        modulus_bits: MODULUS_BITS,
    });
    Ok(Gen1 {
        files: FileTree::new(root),
        pin: PinObject::new(pin, image.tries, messaging),
        keys: SigningKeys::new(sign.key, key_exchange.key),
    })
}

/// A private key and the certificate for it, DER.
struct Pair {
    key: Rsa<Private>,
    certificate: Vec<u8>,
}

fn pair(what: &'static str, key: &str, certificate_pem: &str) -> Result<Pair, UnusableImage> {
    let pem = |source| UnusableImage::Pem { what, source };
    let key = PKey::private_key_from_pem(key.as_bytes()).map_err(pem)?;
    let certificate = certificate(what, certificate_pem)?;
    let public = X509::from_der(&certificate).and_then(|c| c.public_key()).map_err(pem)?;
    if !public.public_eq(&key) {
        return Err(UnusableImage::ForeignCertificate { what });
    }
    if key.bits() != u32::from(MODULUS_BITS) {
        return Err(UnusableImage::KeySize { what });
    }
    let key = key.rsa().map_err(|_| UnusableImage::KeySize { what })?;
    Ok(Pair { key, certificate })
}

/// DER of a certificate that fits a slot.
fn certificate(what: &'static str, pem: &str) -> Result<Vec<u8>, UnusableImage> {
    let certificate = X509::from_pem(pem.as_bytes());
    let der = certificate
        .and_then(|certificate| certificate.to_der())
        .map_err(|source| UnusableImage::Pem { what, source })?;
    if der.len() > usize::from(SLOT_SIZE) {
        return Err(UnusableImage::TooLong { what, length: der.len() });
    }
    Ok(der)
}
