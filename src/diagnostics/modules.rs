//! Signing modules of card issuers: those at the known places and those the administrator names.

use std::path::{Path, PathBuf};

use super::outcome::Modules;
use crate::module::known_places;

/// Whether there is any for the cards this program is for, and what there is.
pub(super) fn look(home: &Path, named: &[PathBuf]) -> (Modules, Vec<String>) {
    judge(home, named.iter().filter(|path| path.is_file()).cloned().chain(known_places()))
}

fn judge(home: &Path, found: impl Iterator<Item = PathBuf>) -> (Modules, Vec<String>) {
    let mut outcome = Modules::None;
    let mut shown = Vec::new();
    for path in found {
        if !path.to_string_lossy().contains(FOR_OTHER_CARDS) {
            outcome = Modules::Found;
        }
        shown.push(match path.strip_prefix(home) {
            Ok(rest) => Path::new("~").join(rest).display().to_string(),
            Err(_) => path.display().to_string(),
        });
    }
    (outcome, shown)
}

/// OpenSC's module signs with cards that this program signs with itself, and not with MOICA's.
const FOR_OTHER_CARDS: &str = "opensc-pkcs11";

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn openscs_module_is_shown_and_does_not_count_and_the_home_folder_is_not_shown() {
        let of = |paths: &[&str]| {
            judge(
                Path::new("/home/wang"),
                paths.iter().map(PathBuf::from).collect::<Vec<_>>().into_iter(),
            )
        };
        assert_eq!(of(&[]), (Modules::None, Vec::new()));
        let opensc = "/usr/lib/opensc-pkcs11.so";
        assert_eq!(of(&[opensc]), (Modules::None, vec![opensc.to_owned()]));
        let (outcome, shown) = of(&[opensc, "/home/wang/hicos/libHicos_p11v1.so"]);
        assert_eq!((outcome, shown[1].as_str()), (Modules::Found, "~/hicos/libHicos_p11v1.so"));
    }
}
