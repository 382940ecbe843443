//! What CreateProcess wants to be told in UTF-16.

use std::ffi::{OsStr, OsString};
use std::io;
use std::iter::once;
use std::os::windows::ffi::OsStrExt;
use std::path::Path;

/// What is started.
pub struct Program<'a> {
    /// The executable.
    pub path: &'a Path,
    /// Its arguments: words without blanks and quotes, or it is not started.
    pub arguments: &'a [&'a str],
    /// All of its environment.
    pub environment: &'a [(OsString, OsString)],
}

impl Program<'_> {
    pub(super) fn wide_path(&self) -> io::Result<Vec<u16>> {
        Ok(wide(self.path.as_os_str())?.chain(once(0)).collect())
    }

    pub(super) fn command_line(&self) -> io::Result<Vec<u16>> {
        let mut line = vec![QUOTE];
        line.extend(wide(self.path.as_os_str())?);
        line.push(QUOTE);
        for argument in self.arguments {
            if argument.is_empty() || argument.contains([' ', '\t', '"', '\\', '\0']) {
                return Err(io::ErrorKind::InvalidInput.into());
            }
            line.extend(once(u16::from(b' ')).chain(argument.encode_utf16()));
        }
        line.push(0);
        Ok(line)
    }

    /// `NAME=VALUE`, each with a zero at its end, and one more.
    pub(super) fn environment_block(&self) -> io::Result<Vec<u16>> {
        let mut block = Vec::new();
        for (name, value) in self.environment {
            block.extend(wide(name)?);
            block.push(u16::from(b'='));
            block.extend(wide(value)?);
            block.push(0);
        }
        // An empty one has two zeros too.
        let end = if block.is_empty() { 2 } else { 1 };
        block.extend(vec![0; end]);
        Ok(block)
    }
}

const QUOTE: u16 = 0x22;

/// Without zeros, which would end it. Quotes it has none where it is a path.
fn wide(text: &OsStr) -> io::Result<impl Iterator<Item = u16>> {
    if text.encode_wide().any(|unit| unit == 0) {
        return Err(io::ErrorKind::InvalidInput.into());
    }
    Ok(text.encode_wide())
}
