//! Signing modules of card issuers: each is loaded once in a child, as for a card.

use std::path::{Path, PathBuf};

use super::outcome::Modules as Outcome;
use crate::module::{Examined, ModuleError, Modules, ShutIn, architectures};

/// The modules of this computer and what each shows.
pub(super) struct Look {
    /// `None` where no child can be started.
    modules: Option<Modules>,
    examined: Vec<Examined>,
}

impl Look {
    /// Loads those that the administrator `named` and those at the known places.
    pub(super) fn at(named: &[PathBuf]) -> Self {
        let modules = Modules::of_computer(named).ok();
        let examined = modules.as_ref().map_or_else(Vec::new, Modules::examine);
        Self { modules, examined }
    }

    /// A computer without any.
    #[cfg(test)]
    pub(super) fn at_none() -> Self {
        Self { modules: None, examined: Vec::new() }
    }

    /// Whether there is any that works with the cards that need one.
    pub(super) fn outcome(&self) -> Outcome {
        let mut needed = self.examined.iter().filter(|examined| !is_for_other_cards(examined));
        match needed.next() {
            None => Outcome::None,
            Some(first) if first.shown.is_ok() || needed.any(|next| next.shown.is_ok()) => {
                Outcome::Work
            }
            Some(_) => Outcome::Faulty,
        }
    }

    /// What became of each; nothing in it names the user.
    pub(super) fn told(&self, home: &Path) -> Vec<String> {
        let home = home.to_string_lossy();
        let held = self.modules.as_ref().map_or_else(Vec::new, Modules::held);
        let line = |examined: &Examined| {
            let text = format!("{}: {}", examined.module.display(), what(examined, &held));
            if home.len() > 1 { text.replace(&*home, "~") } else { text }
        };
        self.examined.iter().map(line).collect()
    }

    /// Whether a module shows the card with this certificate, and so can sign with it.
    pub(super) fn know(&self, certificate: &[u8]) -> bool {
        let shown = self.examined.iter().filter_map(|examined| examined.shown.as_ref().ok());
        shown
            .flat_map(|shown| &shown.tokens)
            .flat_map(|token| &token.unverified_certificates)
            .any(|shown| shown == certificate)
    }

    /// Whether a module can sign with whatever card is there.
    pub(super) fn know_some_card(&self) -> bool {
        self.modules.as_ref().is_some_and(|modules| modules.find(None).is_ok())
    }
}

/// OpenSC's module signs with cards that this program signs with itself, and not with MOICA's.
fn is_for_other_cards(examined: &Examined) -> bool {
    let name = examined.module.file_name().unwrap_or_default();
    name.to_string_lossy().starts_with("opensc-pkcs11")
}

fn what(examined: &Examined, held: &[&str]) -> String {
    match &examined.shown {
        Ok(shown) if shown.shut_in == ShutIn::WHOLLY => format!("cards: {}", shown.tokens.len()),
        Ok(shown) => {
            let ShutIn { files, network, processes, sockets } = shown.shut_in;
            let open = [
                ("files", files),
                ("network", network),
                ("processes", processes),
                ("sockets", sockets),
            ];
            let open: Vec<&str> =
                open.iter().filter(|(_, denied)| !denied).map(|(name, _)| *name).collect();
            format!("cards: {}; not denied: {}", shown.tokens.len(), open.join(", "))
        }
        // Its own words could name anybody, and a report is sent to others.
        Err(ModuleError::NotLoaded(_)) => {
            not_loaded(&architectures(&examined.module).unwrap_or_default(), held)
        }
        Err(ModuleError::Refused { .. }) => "it refused a call".to_owned(),
        Err(ModuleError::Unprotected(_)) => "other users can write it".to_owned(),
        Err(error) => error.to_string(),
    }
}

/// A module for another processor is the commonest of those that cannot be loaded.
fn not_loaded(made_for: &[&str], held: &[&str]) -> String {
    if made_for.is_empty() || made_for.iter().any(|kind| held.contains(kind)) {
        return "it cannot be loaded".to_owned();
    }
    format!(
        "it is made for {}, and this program for {}",
        made_for.join(" and "),
        held.join(" and ")
    )
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::module::Shown;

    fn look(modules: &[(&str, bool)]) -> Look {
        let examined = |(path, works): &(&str, bool)| Examined {
            module: PathBuf::from(path),
            shown: if *works {
                Ok(Shown { shut_in: ShutIn::WHOLLY, tokens: Vec::new() })
            } else {
                Err(ModuleError::Unprotected(PathBuf::from("/home/wang/hicos")))
            },
        };
        Look { modules: None, examined: modules.iter().map(examined).collect() }
    }

    #[test]
    fn a_module_for_other_cards_does_not_count() {
        let opensc = ("/usr/lib/opensc-pkcs11.so", true);
        assert_eq!(look(&[]).outcome(), Outcome::None);
        assert_eq!(look(&[opensc]).outcome(), Outcome::None);
        assert_eq!(look(&[opensc, ("/a/libHicos_p11v1.so", false)]).outcome(), Outcome::Faulty);
        assert_eq!(look(&[("/a.so", false), ("/b.so", true)]).outcome(), Outcome::Work);
    }

    #[test]
    fn a_module_for_another_processor_is_said_to_be_one() {
        let said = "it is made for x86, and this program for x86_64";
        assert_eq!(not_loaded(&["x86"], &["x86_64"]), said);
        let said = "it is made for aarch64, and this program for x86_64 and x86";
        assert_eq!(not_loaded(&["aarch64"], &["x86_64", "x86"]), said);
        assert_eq!(not_loaded(&["x86"], &["x86_64", "x86"]), "it cannot be loaded");
        assert_eq!(not_loaded(&["x86", "x86_64"], &["x86_64"]), "it cannot be loaded");
        assert_eq!(not_loaded(&[], &["x86_64"]), "it cannot be loaded");
    }

    #[test]
    fn neither_place_nor_error_names_the_user() {
        let told = look(&[("/home/wang/hicos/libHicos.so", false)]).told(Path::new("/home/wang"));
        assert!(told[0].starts_with("~/hicos/libHicos.so: "), "{told:?}");
        assert!(!told[0].contains("wang") && told[0].contains("~/hicos"), "{told:?}");
    }
}
