//! What the module is to be.

use std::fs;
use std::path::{Path, PathBuf};

use anyhow::{Context, Result};
use serde::{Deserialize, Serialize};

/// A token, its objects, and what it does wrong.
#[derive(Debug, Clone, Serialize, Deserialize)]
#[serde(deny_unknown_fields, default)]
pub struct Script {
    /// The token's label; up to 32 bytes.
    pub label: String,
    /// The right PIN.
    pub pin: String,
    /// Tries left.
    pub tries: u8,
    /// Fewest and most characters of a PIN.
    pub pin_length: (u64, u64),
    /// A wrong PIN is answered as HiCOS does, and not by `CKR_PIN_INCORRECT`.
    pub vendor_codes: bool,
    /// The PIN is typed at the reader: `C_Login` without one is right.
    pub pin_pad: bool,
    /// Private keys are seen before the login.
    pub keys_in_the_open: bool,
    /// A key that wants its PIN each time lets a signature begin without the user's login.
    pub begins_without_login: bool,
    /// What it does instead of its work.
    pub mischief: Option<Mischief>,
    /// Certificates.
    pub certificates: Vec<CertificateObject>,
    /// Private keys.
    pub keys: Vec<KeyObject>,
}

/// A certificate object.
#[derive(Debug, Clone, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct CertificateObject {
    /// `CKA_LABEL`.
    pub label: String,
    /// `CKA_ID`.
    pub id: String,
    /// The certificate.
    pub pem: String,
}

/// A private key object.
#[derive(Debug, Clone, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct KeyObject {
    /// `CKA_LABEL`.
    pub label: String,
    /// `CKA_ID`.
    pub id: String,
    /// `CKA_ALWAYS_AUTHENTICATE`.
    #[serde(default)]
    pub always_authenticate: bool,
    /// The key.
    pub pem: String,
}

/// Something no module should do.
#[derive(Debug, Clone, Copy, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Mischief {
    /// When.
    pub during: Call,
    /// What.
    pub deed: Deed,
}

/// A call of PKCS#11.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Call {
    /// `C_Initialize`.
    Initialize,
    /// `C_GetSlotList`.
    GetSlotList,
    /// `C_GetAttributeValue`.
    GetAttributeValue,
    /// `C_Login`.
    Login,
    /// `C_Sign`.
    Sign,
    /// `C_Finalize`.
    Finalize,
}

/// What goes wrong there.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Deed {
    /// Never comes back.
    Hang,
    /// Aborts the process.
    Abort,
    /// Writes where there is no memory.
    Segfault,
    /// Takes all memory it can get.
    Devour,
    /// Says that a value has more bytes than there are, or a list more entries.
    HugeCount,
    /// Writes nonsense into every pipe it finds, as code that took the process over would.
    Garbage,
    /// Answers for its process, with tokens without end.
    Flood,
    /// Prints to standard output.
    Print,
    /// The card is gone.
    Removed,
    /// Tries what it should not be able to, and tells the outcome as its first certificate.
    BreakOut,
}

impl Default for Script {
    fn default() -> Self {
        Self {
            label: "HiCOS PKI Smart Card".to_owned(),
            pin: "123456".to_owned(),
            tries: 3,
            pin_length: (6, 8),
            vendor_codes: false,
            pin_pad: false,
            keys_in_the_open: false,
            begins_without_login: false,
            mischief: None,
            certificates: Vec::new(),
            keys: Vec::new(),
        }
    }
}

impl Script {
    /// Puts a copy of the library with this script into the folder; gives the library's path.
    ///
    /// # Errors
    /// The library was not built beside the running test, or the folder cannot be written.
    pub fn place(&self, folder: &Path) -> Result<PathBuf> {
        let test = std::env::current_exe()?;
        let built = test.with_file_name("libankong_peer_pkcs11.so");
        let library = folder.join("libmock-pkcs11.so");
        fs::copy(&built, &library).with_context(|| format!("{} was not built", built.display()))?;
        fs::write(beside(&library), toml::to_string(self)?)?;
        Ok(library)
    }

    pub(crate) fn beside_library(library: &Path) -> Self {
        toml::from_str(&fs::read_to_string(beside(library)).unwrap()).unwrap()
    }
}

fn beside(library: &Path) -> PathBuf {
    library.with_extension("toml")
}
