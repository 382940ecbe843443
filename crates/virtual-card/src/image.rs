//! A card as a file: everything that makes one virtual card, in TOML, in clear.
//!
//! Knows the format, not what is right for one kind of card; that is checked when the card is
//! made of it. Has no `Debug`, for it holds a PIN and private keys.

use std::path::{Path, PathBuf};

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
    /// The 2-key 3DES key, 32 hexadecimal digits.
    pub secure_messaging: String,
    /// The private keys.
    pub keys: PrivateKeys,
    /// The certificates.
    pub certificates: CertificateSlots,
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
