//! Signing modules of card issuers, at the places where their installers put them.

use std::fs;
use std::path::{Path, PathBuf};

use super::outcome::Modules;

/// Whether there is any, and where.
pub(super) fn look(home: &Path) -> (Modules, Vec<String>) {
    let found = modules(home);
    let shown = |path: &PathBuf| match path.strip_prefix(home) {
        Ok(rest) => Path::new("~").join(rest).display().to_string(),
        Err(_) => path.display().to_string(),
    };
    let outcome = if found.is_empty() { Modules::None } else { Modules::Found };
    (outcome, found.iter().map(shown).collect())
}

/// The known places that exist.
fn modules(home: &Path) -> Vec<PathBuf> {
    let mut places: Vec<PathBuf> = PLACES.iter().map(PathBuf::from).collect();
    places.extend(IN_HOME.iter().map(|place| home.join(place)));
    for folder in FOLDERS {
        let entries = fs::read_dir(folder).into_iter().flatten().flatten().take(MOST_FILES);
        let names = entries.map(|entry| entry.path());
        places.extend(names.filter(|path| path.to_str().is_some_and(is_hicos)));
    }
    places.retain(|place| place.is_file());
    places
}

fn is_hicos(path: &str) -> bool {
    path.contains("libHicos") && path.contains("p11") && path.contains(".so")
}

const PLACES: &[&str] = if cfg!(windows) {
    &[r"C:\Windows\System32\HiCOSPKCS11.dll", r"C:\Windows\System32\HiCOSPKCS11v32.dll"]
} else if cfg!(target_os = "macos") {
    &["/Library/FBTokenLib/libHicos_p11v1.dylib"]
} else {
    &["/usr/local/lib/HiCOS/libHicos_p11v1.so"]
};
const IN_HOME: &[&str] = if cfg!(target_os = "macos") {
    &["Library/HiPKILocalSignServer/libHicos_p11v1.dylib"]
} else {
    &[]
};
const FOLDERS: &[&str] =
    if cfg!(target_os = "linux") { &["/usr/local/HiPKILocalSignServerApp"] } else { &[] };
const MOST_FILES: usize = 1_000;
