//! The login keychain and this user's trust settings, by the system's program `security`, which
//! asks the person for their password. Firefox reads them by itself, unless told not to.

use std::ffi::OsStr;
use std::path::{Path, PathBuf};
use std::process::Command;

use openssl::hash::MessageDigest;
use openssl::x509::X509;

use super::firefox::follow_system;
use super::tool::{NoAnswer, output};
use super::{Root, Standing, Store, Told, Trouble};
use crate::endpoint::identity::is_ours;
use crate::paths::UserFolders;

pub(super) fn check(folders: &UserFolders, root: &Root) -> Vec<Told> {
    told(folders, standing(root))
}

pub(super) fn install(folders: &UserFolders, root: &Root) -> Vec<Told> {
    let keychain = keychain(folders);
    let outcome = standing(root).and_then(|before| match before {
        Standing::Trusted => Ok(Standing::Trusted),
        Standing::Untrusted | Standing::Removed(_) => {
            let order = ["add-trusted-cert", "-r", "trustRoot", "-p", "ssl", "-k"].map(OsStr::new);
            let files = [keychain.as_os_str(), root.file().as_os_str()];
            asked(&[order.as_slice(), &files].concat())?;
            standing(root)
        }
    });
    told(folders, outcome)
}

pub(super) fn remove(folders: &UserFolders) -> Vec<Told> {
    let keychain = keychain(folders);
    let outcome = ours(&keychain).and_then(|roots| {
        for root in &roots {
            // SHA-1 is the name `security` knows certificates by; `-t` takes the trust with it.
            let print = root.digest(MessageDigest::sha1()).map_err(Trouble::store)?;
            let print = hex::encode_upper(print);
            let order = ["delete-certificate", "-t", "-Z", &print].map(OsStr::new);
            asked(&[order.as_slice(), &[keychain.as_os_str()]].concat())?;
        }
        Ok(Standing::Removed(roots.len()))
    });
    vec![system(folders).tells(outcome)]
}

fn told(folders: &UserFolders, outcome: Result<Standing, Trouble>) -> Vec<Told> {
    let firefox = follow_system(&folders.data.join("Firefox"), &outcome);
    [vec![system(folders).tells(outcome)], firefox].concat()
}

fn system(folders: &UserFolders) -> Store {
    Store::new("Safari, Chrome, Edge, Brave", &keychain(folders))
}

fn keychain(folders: &UserFolders) -> PathBuf {
    folders.home.join("Library/Keychains/login.keychain-db")
}

/// `-l` lets an authority stand where a server's certificate is looked for, `-L` keeps off the
/// network. A certificate that is not trusted is an error to it.
fn standing(root: &Root) -> Result<Standing, Trouble> {
    let order = ["verify-cert", "-q", "-l", "-L", "-p", "ssl", "-c"].map(OsStr::new);
    match security(&[order.as_slice(), &[root.file().as_os_str()]].concat()) {
        Ok(_) => Ok(Standing::Trusted),
        Err(NoAnswer::Failed(_)) => Ok(Standing::Untrusted),
        Err(NoAnswer::Missing) => Err(Trouble::store("there is no /usr/bin/security")),
    }
}

fn ours(keychain: &Path) -> Result<Vec<X509>, Trouble> {
    let order = ["find-certificate", "-a", "-p"].map(OsStr::new);
    let pem = asked(&[order.as_slice(), &[keychain.as_os_str()]].concat())?;
    let mut held = X509::stack_from_pem(&pem).map_err(Trouble::store)?;
    held.retain(|held| held.to_der().is_ok_and(|der| is_ours(&der)));
    Ok(held)
}

fn asked(arguments: &[&OsStr]) -> Result<Vec<u8>, Trouble> {
    security(arguments).map_err(|error| match error {
        NoAnswer::Missing => Trouble::store("there is no /usr/bin/security"),
        // errAuthorizationCanceled, errAuthorizationDenied, errSecUserCanceled
        NoAnswer::Failed(said) if said.contains("cancel") || said.contains("denied") => {
            Trouble::Declined
        }
        NoAnswer::Failed(said) => Trouble::Store { said },
    })
}

fn security(arguments: &[&OsStr]) -> Result<Vec<u8>, NoAnswer> {
    output(Command::new("/usr/bin/security").args(arguments))
}
