//! One NSS database, by NSS's own program `certutil`.

use std::ffi::{OsStr, OsString};
use std::fs::DirBuilder;
use std::os::unix::ffi::OsStrExt;
use std::os::unix::fs::DirBuilderExt;
use std::path::Path;
use std::process::Command;

use openssl::x509::X509;

use super::tool::{NoAnswer, output};
use super::{Root, Standing, Trouble};
use crate::endpoint::identity::is_ours;

pub(super) fn check(store: &Path, root: &Root) -> Result<Standing, Trouble> {
    if !is_made(store) {
        return Ok(Standing::Untrusted);
    }
    for entry in entries(store)? {
        if (entry.is_authority || entry.seems_ours()) && holds(store, &entry, root.der())? {
            return Ok(match entry.is_authority {
                true => Standing::Trusted,
                false => Standing::Untrusted,
            });
        }
    }
    Ok(Standing::Untrusted)
}

pub(super) fn install(store: &Path, root: &Root) -> Result<Standing, Trouble> {
    if !is_made(store) {
        DirBuilder::new().recursive(true).mode(0o700).create(store).map_err(Trouble::store)?;
        certutil(store, &["-N", "--empty-password"])?;
    }
    if check(store, root)? == Standing::Trusted {
        return Ok(Standing::Trusted);
    }
    // Without the password certutil would leave the certificate there, untrusted.
    if is_locked(store)? {
        return Err(Trouble::Password);
    }
    let name = root.name();
    let file = root.file().as_os_str();
    let add = ["-A", "-t", "C,,", "-n", &name, "-i"].map(OsStr::new);
    certutil(store, &[add.as_slice(), &[file]].concat())?;
    match check(store, root)? {
        Standing::Trusted => Ok(Standing::Trusted),
        Standing::Untrusted | Standing::Removed(_) => Err(Trouble::store("it was not taken")),
    }
}

pub(super) fn remove(store: &Path) -> Result<Standing, Trouble> {
    if !is_made(store) {
        return Ok(Standing::Removed(0));
    }
    let mut removed = 0;
    for entry in entries(store)? {
        let held = certificates(store, &entry)?;
        if !held.iter().any(|der| is_ours(der)) {
            continue;
        }
        // A store goes by names: one that is shared could take somebody else's certificate away.
        if !held.iter().all(|der| is_ours(der)) {
            return Err(Trouble::store("another certificate has the same name"));
        }
        certutil(store, &[OsStr::new("-D"), OsStr::new("-n"), &entry.name])?;
        removed += 1;
    }
    Ok(Standing::Removed(removed))
}

/// A line of a list.
#[derive(Debug, PartialEq, Eq)]
struct Entry {
    name: OsString,
    /// It is trusted to vouch for web sites.
    is_authority: bool,
}

impl Entry {
    /// `certutil -L` lists a nickname and, after blanks, three sets of flags; a C in the first one
    /// is trust for web sites.
    fn parse(line: &[u8]) -> Option<Self> {
        let line = line.trim_ascii();
        let blank = line.iter().rposition(|byte| *byte == b' ')?;
        let (name, flags) = line.split_at_checked(blank)?;
        let flags = flags.trim_ascii();
        let mut sets = flags.split(|byte| *byte == b',');
        let web = sets.next()?;
        let known = |byte: &u8| b"pPcCTuw,".contains(byte);
        let is_list = sets.count() == 2 && flags.iter().all(known);
        let name = name.trim_ascii_end();
        (is_list && !name.is_empty()).then(|| Self {
            name: OsStr::from_bytes(name).to_owned(),
            is_authority: web.contains(&b'C'),
        })
    }

    /// Somebody may have imported it without trust: then it bears its own name.
    fn seems_ours(&self) -> bool {
        self.name.to_string_lossy().contains("Ankong")
    }
}

fn is_made(store: &Path) -> bool {
    store.join("cert9.db").is_file()
}

fn entries(store: &Path) -> Result<Vec<Entry>, Trouble> {
    let list = certutil(store, &["-L"])?;
    let entries: Vec<Entry> = list.split(|byte| *byte == b'\n').filter_map(Entry::parse).collect();
    if entries.len() > MOST { Err(Trouble::store("it is too long")) } else { Ok(entries) }
}

fn holds(store: &Path, entry: &Entry, der: &[u8]) -> Result<bool, Trouble> {
    Ok(certificates(store, entry)?.iter().any(|held| held == der))
}

/// The certificates of one name, DER: several ones of the same subject share it.
fn certificates(store: &Path, entry: &Entry) -> Result<Vec<Vec<u8>>, Trouble> {
    let pem =
        certutil(store, &[OsStr::new("-L"), OsStr::new("-a"), OsStr::new("-n"), &entry.name])?;
    let held = X509::stack_from_pem(&pem).map_err(Trouble::store)?;
    held.iter().map(|held| held.to_der().map_err(Trouble::store)).collect()
}

/// Whether the database has a password: an empty file is none, so certutil gives up.
fn is_locked(store: &Path) -> Result<bool, Trouble> {
    match certutil(store, &["-K", "-f", "/dev/null"]) {
        Ok(_) => Ok(false),
        Err(Trouble::Password) => Ok(true),
        // "no keys found" is an error to it.
        Err(Trouble::Store { said }) if said.contains("no keys found") => Ok(false),
        Err(other) => Err(other),
    }
}

fn certutil(store: &Path, arguments: &[impl AsRef<OsStr>]) -> Result<Vec<u8>, Trouble> {
    let mut folder = OsString::from("sql:");
    folder.push(store);
    let answer = output(Command::new("certutil").args(arguments).arg("-d").arg(folder));
    answer.map_err(|error| match error {
        NoAnswer::Missing => Trouble::NoCertutil,
        NoAnswer::Failed(said) if said.contains("SEC_ERROR_BAD_PASSWORD") => Trouble::Password,
        NoAnswer::Failed(said) => Trouble::Store { said },
    })
}

/// Entries of a store; each costs a start of certutil.
const MOST: usize = 2000;

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_line_of_the_list_has_a_name_and_three_sets_of_flags() {
        let entry = |name: &str, is_authority| Some(Entry { name: name.into(), is_authority });
        for (line, expected) in [
            ("My root, 2026    C,,  ", entry("My root, 2026", true)),
            ("Mine      CT,C,C", entry("Mine", true)),
            ("A mail CA    ,C,", entry("A mail CA", false)),
            ("Ankong localhost 0A1B2C3D       ,,   ", entry("Ankong localhost 0A1B2C3D", false)),
            ("A server   P,,", entry("A server", false)),
            ("Certificate Nickname         Trust Attributes", None),
            ("                             SSL,S/MIME,JAR/XPI", None),
            ("", None),
            ("C,,", None),
        ] {
            assert_eq!(Entry::parse(line.as_bytes()), expected, "{line}");
        }
    }
}
