//! A card as a file: everything that makes one virtual card, in TOML, in clear.
//!
//! Knows the format, not what is right for one kind of card; that is checked when the card is
//! made of it. Has no `Debug`, for it holds a PIN and private keys.

use std::path::{Path, PathBuf};
use std::str::FromStr;

use serde::{Deserialize, Serialize};

use crate::file;

/// The contents of one virtual card.
#[derive(Clone, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case", deny_unknown_fields)]
pub struct CardImage {
    /// Which card this is.
    pub profile: Profile,
    /// The 16 characters of the card number.
    pub card_number: String,
    /// The PIN.
    pub pin: String,
    /// PIN tries left when the card is inserted; 0 is a blocked card.
    pub tries: u8,
    /// The issuer's key, 32 hexadecimal digits: the first generation's 2-key 3DES key, the second
    /// generation's AES-128 master key. Other kinds of card have none.
    pub secure_messaging: String,
    /// The private keys.
    pub keys: PrivateKeys,
    /// The certificates.
    pub certificates: CertificateSlots,
    /// On a PIV card, where and how the signature certificate lies; without it in 9A, plain.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub piv: Option<PivLayout>,
    /// Whether the signature certificate on the card ends in its middle.
    #[serde(default, skip_serializing_if = "std::ops::Not::not")]
    pub truncated_certificate: bool,
}

/// What PIV leaves to whoever fills the card.
#[derive(Clone, Copy, Default, PartialEq, Eq, Debug, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case", deny_unknown_fields, default)]
pub struct PivLayout {
    /// Which key is the signature key.
    pub slot: PivSlot,
    /// Whether its certificate is packed with gzip.
    pub compressed: bool,
    /// Whether the card takes extended length, and says so.
    pub extended_length: bool,
}

/// A PIV key that signs, NIST SP 800-73-4 part 1 table 4b.
#[derive(Clone, Copy, Default, PartialEq, Eq, Debug, Serialize, Deserialize)]
pub enum PivSlot {
    /// The PIV authentication key: the PIN once.
    #[default]
    #[serde(rename = "9a")]
    Authentication,
    /// The digital signature key: the PIN before each signature.
    #[serde(rename = "9c")]
    DigitalSignature,
}

/// The kinds of card there are.
#[derive(Clone, Copy, PartialEq, Eq, Debug, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Profile {
    /// The first generation of the 自然人憑證 card.
    #[serde(rename = "moica-gen1")]
    MoicaGen1,
    /// The second generation of it.
    #[serde(rename = "moica-gen2")]
    MoicaGen2,
    /// A card after ISO/IEC 7816-15.
    #[serde(rename = "iso7816-15")]
    Iso7816Part15,
    /// A PIV card.
    Piv,
}

/// The text names no kind of card.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[error("the kinds of card are moica-gen1, moica-gen2, iso7816-15 and piv")]
pub struct NotAProfile;

impl FromStr for Profile {
    type Err = NotAProfile;

    fn from_str(text: &str) -> Result<Self, NotAProfile> {
        match text {
            "moica-gen1" => Ok(Self::MoicaGen1),
            "moica-gen2" => Ok(Self::MoicaGen2),
            "iso7816-15" => Ok(Self::Iso7816Part15),
            "piv" => Ok(Self::Piv),
            _ => Err(NotAProfile),
        }
    }
}

/// Private keys, PEM (PKCS #8).
#[derive(Clone, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case", deny_unknown_fields)]
pub struct PrivateKeys {
    /// The key of the signature certificate.
    pub signature: String,
    /// The key of the encryption certificate.
    pub encryption: String,
}

/// The four certificates of a card, PEM.
#[derive(Clone, Debug, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case", deny_unknown_fields)]
pub struct CertificateSlots {
    /// The root authority.
    pub root: String,
    /// The authority that issued the cardholder's certificates.
    pub issuer: String,
    /// The cardholder's encryption certificate.
    pub encryption: String,
    /// The cardholder's signature certificate.
    pub signature: String,
}

/// Why a card image cannot be read or written.
#[derive(Debug, thiserror::Error)]
pub enum ImageFileError {
    /// The file cannot be opened, read or made.
    #[error("the card file {} cannot be used", path.display())]
    Io {
        /// The file.
        path: PathBuf,
        /// What the system said.
        #[source]
        source: std::io::Error,
    },
    /// The file is no card image; issue the card again.
    #[error("the file {} is no card image: {reason}", path.display())]
    Read {
        /// The file.
        path: PathBuf,
        /// Where and why, without quoting the file, which holds keys.
        reason: String,
    },
    /// The image cannot be written as TOML.
    #[error("the card image cannot be put into TOML")]
    Write(#[from] toml::ser::Error),
}

impl CardImage {
    /// Reads an image.
    ///
    /// # Errors
    /// The file cannot be read or is no image.
    pub fn load(path: &Path) -> Result<Self, ImageFileError> {
        let io = |source| ImageFileError::Io { path: path.to_owned(), source };
        let text = std::fs::read_to_string(path).map_err(io)?;
        // toml's error prints the offending line, so only its message is kept.
        toml::from_str(&text).map_err(|error| ImageFileError::Read {
            path: path.to_owned(),
            reason: error.message().to_owned(),
        })
    }

    /// Writes the image to a new file that only its owner can read.
    ///
    /// # Errors
    /// The file exists already, so it may be somebody's card, or cannot be written.
    pub fn save(&self, path: &Path) -> Result<(), ImageFileError> {
        let text = toml::to_string(self)?;
        let io = |source| ImageFileError::Io { path: path.to_owned(), source };
        file::write_private(path, text.as_bytes()).map_err(io)
    }
}
