//! Signing modules of card issuers: each is loaded once in a child, as for a card.

use std::path::{Path, PathBuf};

use super::outcome::Modules as Outcome;
use crate::module::{Examined, Modules, ShutIn};

/// Whether there is any that works, and what became of each.
pub(super) fn look(home: &Path, named: &[PathBuf]) -> (Outcome, Vec<String>) {
    let examined = match Modules::of_computer(named) {
        Ok(modules) => modules.examine(),
        Err(_) => Vec::new(),
    };
    let shown =
        examined.iter().map(|examined| format!("{}: {}", place(home, examined), what(examined)));
    (outcome(&examined), shown.collect())
}

fn outcome(examined: &[Examined]) -> Outcome {
    let mut ours = examined.iter().filter(|one| !one.module.to_string_lossy().contains(FOR_OTHERS));
    match (ours.clone().next(), ours.any(|examined| examined.shown.is_ok())) {
        (None, _) => Outcome::None,
        (Some(_), true) => Outcome::Work,
        (Some(_), false) => Outcome::Faulty,
    }
}

/// Without the user's name.
fn place(home: &Path, examined: &Examined) -> String {
    match examined.module.strip_prefix(home) {
        Ok(rest) => Path::new("~").join(rest).display().to_string(),
        Err(_) => examined.module.display().to_string(),
    }
}

fn what(examined: &Examined) -> String {
    match &examined.shown {
        Ok(shown) if shown.shut_in == ShutIn::WHOLLY => format!("cards: {}", shown.tokens.len()),
        Ok(shown) => {
            let ShutIn { files, network, processes } = shown.shut_in;
            let open = [("files", files), ("network", network), ("processes", processes)];
            let open: Vec<&str> =
                open.iter().filter(|(_, denied)| !denied).map(|(name, _)| *name).collect();
            format!("cards: {}; not denied: {}", shown.tokens.len(), open.join(", "))
        }
        Err(error) => error.to_string(),
    }
}

/// OpenSC's module signs with cards that this program signs with itself, and not with MOICA's.
const FOR_OTHERS: &str = "opensc-pkcs11";

#[cfg(test)]
mod tests {
    use super::*;
    use crate::module::{ModuleError, Shown};

    fn module(path: &str, works: bool) -> Examined {
        let shown = Shown { shut_in: ShutIn::WHOLLY, tokens: Vec::new() };
        let shown = if works { Ok(shown) } else { Err(ModuleError::Crashed) };
        Examined { module: path.into(), shown }
    }

    #[test]
    fn a_module_that_works_counts_unless_it_is_for_other_cards() {
        let (opensc, hicos) = ("/usr/lib/opensc-pkcs11.so", "/usr/local/lib/libHicos_p11v1.so");
        assert_eq!(outcome(&[]), Outcome::None);
        assert_eq!(outcome(&[module(opensc, true)]), Outcome::None);
        assert_eq!(outcome(&[module(opensc, true), module(hicos, false)]), Outcome::Faulty);
        assert_eq!(outcome(&[module(hicos, false), module(hicos, true)]), Outcome::Work);
    }

    #[test]
    fn the_home_folder_is_not_shown() {
        let module = module("/home/wang/hicos/libHicos_p11v1.so", true);
        assert_eq!(place(Path::new("/home/wang"), &module), "~/hicos/libHicos_p11v1.so");
    }
}
