//! The entries of a card image, checked once: what every profile asks of them.

use openssl::error::ErrorStack;
use openssl::pkey::{PKey, Private};
use openssl::x509::X509;

use crate::moica::NotAKey;
use crate::pin::{MAX_TRIES, NotACardPin};
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
    /// The card has no room for keys of this kind or size.
    #[error("the entry {what} is not a key of a kind and size that such a card holds")]
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
    /// A certificate does not fit its place.
    #[error("the certificate {what} has {length} bytes, the card has room for {room}")]
    TooLong {
        /// The entry.
        what: &'static str,
        /// Its length in DER.
        length: usize,
        /// Bytes the card has for it.
        room: u16,
    },
    /// OpenSSL failed while making the card's own keys.
    #[error("the cryptographic library failed")]
    Cryptography(#[source] ErrorStack),
}

/// A private key and the certificate for it, DER.
pub(crate) struct Pair {
    pub(crate) key: PKey<Private>,
    pub(crate) certificate: Vec<u8>,
}

/// The image is of this profile, its card number and its PIN tries can be.
pub(crate) fn check(image: &CardImage, profile: Profile) -> Result<(), UnusableImage> {
    if image.profile != profile {
        return Err(UnusableImage::Profile);
    }
    let number = image.card_number.as_str();
    if number.len() != 16 || !number.bytes().all(|byte| byte.is_ascii_alphanumeric()) {
        return Err(UnusableImage::CardNumber);
    }
    if image.tries > MAX_TRIES {
        return Err(UnusableImage::Tries(image.tries));
    }
    Ok(())
}

/// The signature key with its certificate, which the image may want cut off in its middle.
pub(crate) fn signature(image: &CardImage, room: u16) -> Result<Pair, UnusableImage> {
    let mut pair = pair("signature", &image.keys.signature, &image.certificates.signature, room)?;
    if image.truncated_certificate {
        pair.certificate.truncate(pair.certificate.len() / 2);
    }
    Ok(pair)
}

/// A private key with the certificate that was issued for it.
pub(crate) fn pair(
    what: &'static str,
    key_pem: &str,
    certificate_pem: &str,
    room: u16,
) -> Result<Pair, UnusableImage> {
    let pem = |source| UnusableImage::Pem { what, source };
    let key = PKey::private_key_from_pem(key_pem.as_bytes()).map_err(pem)?;
    let certificate = certificate(what, certificate_pem, room)?;
    let public = X509::from_der(&certificate).and_then(|c| c.public_key()).map_err(pem)?;
    if !public.public_eq(&key) {
        return Err(UnusableImage::ForeignCertificate { what });
    }
    Ok(Pair { key, certificate })
}

/// DER of a certificate of at most `room` bytes.
pub(crate) fn certificate(
    what: &'static str,
    pem: &str,
    room: u16,
) -> Result<Vec<u8>, UnusableImage> {
    let der = X509::from_pem(pem.as_bytes())
        .and_then(|certificate| certificate.to_der())
        .map_err(|source| UnusableImage::Pem { what, source })?;
    if der.len() > usize::from(room) {
        return Err(UnusableImage::TooLong { what, length: der.len(), room });
    }
    Ok(der)
}
