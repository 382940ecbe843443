//! The administrator's file: who else may call, the issuer's keys, and modules to sign with.
//!
//! It grants rights, so it counts only when administrators alone can write it. An unknown key is
//! an error: a misspelt prohibition must not be an invitation.

use std::fs;
use std::io;
use std::path::{Path, PathBuf};

use ankong_card::moica::{Gen1Key, Gen2Key, IssuerKeys};
use ankong_platform::administrators;
use serde::Deserialize;
use zeroize::{Zeroize, Zeroizing};

use crate::session::origin::OriginPattern;

/// What the administrator decided.
pub struct Administration {
    /// Origins that may call, beside the built-in ones.
    pub allowed_origins: Vec<OriginPattern>,
    /// Whether users may allow origins of their own.
    pub user_origins: bool,
    /// Keys of card issuers.
    pub issuer_keys: IssuerKeys,
    /// Libraries of PKCS#11 modules, beside those at the known places.
    pub modules: Vec<PathBuf>,
    /// Whether a PIN is typed on the reader where that has keys.
    pub pin_pads: bool,
}

/// What holds where there is no file.
impl Default for Administration {
    fn default() -> Self {
        Self {
            allowed_origins: Vec::new(),
            user_origins: true,
            issuer_keys: IssuerKeys::default(),
            modules: Vec::new(),
            pin_pads: true,
        }
    }
}

/// Why a file does not count. The program does not start then.
#[derive(Debug, thiserror::Error)]
pub enum ConfigError {
    /// It cannot be read.
    #[error("{path} cannot be read")]
    Read {
        /// Which file.
        path: PathBuf,
        /// Why.
        source: io::Error,
    },
    /// Others than administrators could have written it.
    #[error(
        "{path} can be written by others than administrators; hint: {remedy}",
        remedy = administrators::REMEDY
    )]
    Writable {
        /// Which file or folder.
        path: PathBuf,
    },
    /// It is not what such a file looks like.
    #[error("{path}: {reason}")]
    Content {
        /// Which file.
        path: PathBuf,
        /// Where and why; never quotes a file that holds keys.
        reason: String,
    },
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields, rename_all = "kebab-case")]
struct AdministratorsFile {
    #[serde(default)]
    allowed_origins: Vec<String>,
    user_origins: Option<bool>,
    issuer_keys: Option<PathBuf>,
    #[serde(default)]
    modules: Vec<PathBuf>,
    pin_pads: Option<bool>,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields, rename_all = "kebab-case")]
struct IssuerKeysFile {
    moica_gen1: Option<Gen1Section>,
    moica_gen2: Option<Gen2Section>,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields, rename_all = "kebab-case")]
struct Gen1Section {
    secure_messaging: String,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields, rename_all = "kebab-case")]
struct Gen2Section {
    master: String,
}

impl Administration {
    /// Reads the file at `path`; `required` makes its absence an error.
    ///
    /// # Errors
    /// See [`ConfigError`].
    pub fn load(path: &Path, required: bool) -> Result<Self, ConfigError> {
        let text = match read(path) {
            Err(ConfigError::Read { source, .. })
                if source.kind() == io::ErrorKind::NotFound && !required =>
            {
                return Ok(Self::default());
            }
            other => other?,
        };
        let file: AdministratorsFile =
            toml::from_str(&text).map_err(|error| content(path, error.to_string().trim_end()))?;
        let allowed_origins = file
            .allowed_origins
            .iter()
            .map(|origin| {
                OriginPattern::parse(origin).map_err(|error| {
                    content(path, &format!("allowed-origins: {origin:?} is {error}"))
                })
            })
            .collect::<Result<_, _>>()?;
        let issuer_keys = match file.issuer_keys {
            Some(path) => issuer_keys(&path)?,
            None => IssuerKeys::default(),
        };
        let modules = file.modules;
        // Relative to nothing: the program is started from anywhere.
        if let Some(named) = modules.iter().find(|named| !named.is_absolute()) {
            return Err(content(
                path,
                &format!("modules: {} is no absolute path", named.display()),
            ));
        }
        let pin_pads = file.pin_pads.unwrap_or(true);
        let user_origins = file.user_origins.unwrap_or(true);
        Ok(Self { allowed_origins, user_origins, issuer_keys, modules, pin_pads })
    }
}

fn issuer_keys(path: &Path) -> Result<IssuerKeys, ConfigError> {
    let text = read(path)?;
    // The TOML error quotes the line, which is the key; its message does not.
    let file: IssuerKeysFile =
        toml::from_str(&text).map_err(|error| content(path, error.message()))?;
    let gen1 = file.moica_gen1.map(|section| section.secure_messaging);
    let gen2 = file.moica_gen2.map(|section| section.master);
    let gen1 = gen1.map(|digits| key(path, "moica-gen1.secure-messaging", digits)).transpose()?;
    let gen2 = gen2.map(|digits| key(path, "moica-gen2.master", digits)).transpose()?;
    Ok(IssuerKeys {
        gen1: gen1.map(|key| Gen1Key::new(*key)),
        gen2: gen2.map(|key| Gen2Key::new(*key)),
    })
}

/// A key of 16 bytes from the entry of that name; its text is wiped.
fn key(path: &Path, entry: &str, mut digits: String) -> Result<Zeroizing<[u8; 16]>, ConfigError> {
    let mut key = Zeroizing::new([0; 16]);
    let decoded = hex::decode_to_slice(&digits, key.as_mut_slice());
    digits.zeroize();
    decoded.map_err(|_| content(path, &format!("{entry} is not 32 hexadecimal digits")))?;
    Ok(key)
}

/// Looks first who could have written the file, then reads the very file that was looked at: a
/// link could lead elsewhere in between.
fn read(path: &Path) -> Result<Zeroizing<String>, ConfigError> {
    let failed = |source| ConfigError::Read { path: path.to_owned(), source };
    let real = fs::canonicalize(path).map_err(failed)?;
    let doubtful = |place: &&Path| !administrators::alone_write(place).is_ok_and(|alone| alone);
    match real.ancestors().find(doubtful) {
        Some(place) => Err(ConfigError::Writable { path: place.to_owned() }),
        None => fs::read_to_string(&real).map(Zeroizing::new).map_err(failed),
    }
}

fn content(path: &Path, reason: &str) -> ConfigError {
    ConfigError::Content { path: path.to_owned(), reason: reason.to_owned() }
}

#[cfg(test)]
#[cfg(unix)]
mod tests {
    use super::*;
    use std::os::unix::fs::PermissionsExt;

    /// Tests run as root in containers and as a user elsewhere: only root can make a file that
    /// counts, so as a user the refusal itself is what is seen.
    fn load(text: &str) -> Result<Administration, ConfigError> {
        let folder = tempfile::tempdir().unwrap();
        let short = folder.path().join("short.toml");
        fs::write(&short, "[moica-gen1]\nsecure-messaging = \"00\"\n").unwrap();
        let both = folder.path().join("both.toml");
        let digits = "00112233445566778899AABBCCDDEEFF";
        let sections = format!(
            "[moica-gen1]\nsecure-messaging = \"{digits}\"\n[moica-gen2]\nmaster = \"{digits}\"\n"
        );
        fs::write(&both, sections).unwrap();
        let path = folder.path().join("ankong.toml");
        let text = text.replace("SHORT", &short.to_string_lossy());
        fs::write(&path, text.replace("BOTH", &both.to_string_lossy())).unwrap();
        Administration::load(&path, true)
    }

    fn reason(text: &str) -> String {
        load(text).err().map(|error| error.to_string()).unwrap_or_default()
    }

    /// Whoever runs the tests owns what they make.
    fn is_root() -> bool {
        let folder = tempfile::tempdir().unwrap();
        std::os::unix::fs::MetadataExt::uid(&fs::metadata(folder.path()).unwrap()) == 0
    }

    #[test]
    fn a_file_that_others_can_write_does_not_count() {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("ankong.toml");
        fs::write(&path, "").unwrap();
        fs::set_permissions(&path, fs::Permissions::from_mode(0o666)).unwrap();
        let error = Administration::load(&path, true).err().unwrap();
        assert!(matches!(error, ConfigError::Writable { .. }), "{error}");
    }

    #[test]
    fn a_missing_file_is_no_error_unless_it_was_named() {
        let path = Path::new("/nonexistent/ankong.toml");
        assert!(Administration::load(path, false).is_ok_and(|a| a.allowed_origins.is_empty()));
        assert!(matches!(Administration::load(path, true), Err(ConfigError::Read { .. })));
    }

    #[test]
    fn faults_are_named_and_keys_are_not_quoted() {
        let origins = r#"allowed-origins = ["https://localhost:8443"]"#;
        if !is_root() {
            assert!(reason(origins).contains("can be written by others"));
            return;
        }
        assert_eq!(load(origins).ok().unwrap().allowed_origins.len(), 1);
        assert!(reason("allowed-origin = []").contains("unknown field"));
        assert!(load("").ok().unwrap().user_origins);
        assert!(!load("user-origins = false").ok().unwrap().user_origins);
        assert!(reason(r#"allowed-origins = ["http://a"]"#).contains("https origin"));
        let modules = load(r#"modules = ["/a/b.so"]"#).ok().unwrap().modules;
        assert_eq!(modules, [PathBuf::from("/a/b.so")]);
        assert!(reason(r#"modules = ["b.so"]"#).contains("no absolute path"));
        let keys = load(r#"issuer-keys = "BOTH""#).ok().unwrap().issuer_keys;
        assert!(keys.gen1.is_some() && keys.gen2.is_some());
        let keys = reason(r#"issuer-keys = "SHORT""#);
        assert!(keys.contains("32 hexadecimal digits") && !keys.contains("= \"00\""), "{keys}");
    }
}
