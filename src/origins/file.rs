//! The person's own list of origins, a small file in TOML that is theirs alone.
//!
//! A file that is not understood as a whole does not count at all, and is never written over.

use std::path::Path;

use serde::{Deserialize, Serialize};

use super::MAX_ORIGINS;
use crate::private_file::{FileError, read, replace};
use crate::session::origin::Origin;

/// Larger than the longest list there can be.
const MAX_FILE: u64 = 128 * 1024;

#[derive(Serialize, Deserialize)]
#[serde(deny_unknown_fields, rename_all = "kebab-case")]
struct Content {
    allowed_origins: Vec<String>,
}

/// Reads the list; a file that is not there is an empty one.
pub(super) fn load(path: &Path) -> Result<Vec<Origin>, FileError> {
    let error = |reason: &dyn ToString| FileError::new(path, reason);
    let Some(text) = read(path, MAX_FILE)? else { return Ok(Vec::new()) };
    let content: Content = toml::from_str(&text).map_err(|found| error(&found))?;
    if content.allowed_origins.len() > MAX_ORIGINS {
        return Err(error(&"too many origins"));
    }
    let parse =
        |text: &String| Origin::parse(text).map_err(|why| error(&format!("{text:?} is {why}")));
    content.allowed_origins.iter().map(parse).collect()
}

/// Writes the list.
pub(super) fn save(path: &Path, list: &[Origin]) -> Result<(), FileError> {
    let allowed_origins = list.iter().map(ToString::to_string).collect();
    let text = toml::to_string(&Content { allowed_origins });
    replace(path, &text.map_err(|error| FileError::new(path, &error))?)
}
