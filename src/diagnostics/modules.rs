//! Signing modules of card issuers: each is loaded once in a child, as for a card.

use std::path::{Path, PathBuf};

use super::Detail;
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
    pub(super) fn told(&self, home: &Path) -> Vec<Detail> {
        let home = home.to_string_lossy();
        let held = self.modules.as_ref().map_or_else(Vec::new, Modules::held);
        let detail = |examined: &Examined| {
            let place = examined.module.to_string_lossy();
            let place = if home.len() > 1 { place.replace(&*home, "~") } else { place.into() };
            what(examined, Detail::of(place), &held)
        };
        self.examined.iter().map(detail).collect()
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

/// Its own words could name anybody, and a report is sent to others: none of them is in it.
fn what(examined: &Examined, detail: Detail, held: &[&str]) -> Detail {
    let shown = match &examined.shown {
        Ok(shown) => shown,
        Err(ModuleError::NotLoaded(_)) => {
            return not_loaded(detail, &architectures(&examined.module).unwrap_or_default(), held);
        }
        Err(error) => return detail.and(failed(error)),
    };
    let ShutIn { files, network, processes, sockets } = shown.shut_in;
    let open = [
        (files, "doctor-module-files"),
        (network, "doctor-module-network"),
        (processes, "doctor-module-processes"),
        (sockets, "doctor-module-sockets"),
    ];
    let detail = detail.with("doctor-module-cards", &[("count", &shown.tokens.len().to_string())]);
    open.iter()
        .filter(|(denied, _)| !denied)
        .fold(detail, |detail, (_, sentence)| detail.and(sentence))
}

/// The sentence on a module that was loaded and did not do.
fn failed(error: &ModuleError) -> &'static str {
    match error {
        ModuleError::Unprotected(_) => "doctor-module-unprotected",
        ModuleError::Start(_) => "doctor-module-not-started",
        ModuleError::TimedOut => "doctor-module-timed-out",
        ModuleError::Crashed => "doctor-module-crashed",
        ModuleError::Refused { .. } => "doctor-module-refused",
        ModuleError::Garbled
        | ModuleError::NoModule
        | ModuleError::NoneKnowsTheCard(_)
        | ModuleError::NotLoaded(_)
        | ModuleError::AnotherCard
        | ModuleError::NoKey
        | ModuleError::WrongPin { .. }
        | ModuleError::PinBlocked
        | ModuleError::PinLength { .. }
        | ModuleError::Cancelled
        | ModuleError::Removed
        | ModuleError::OutOfTurn => "doctor-module-garbled",
    }
}

/// A module for another processor is the commonest of those that cannot be loaded.
fn not_loaded(detail: Detail, made_for: &[&str], held: &[&str]) -> Detail {
    if made_for.is_empty() || made_for.iter().any(|kind| held.contains(kind)) {
        return detail.and("doctor-module-not-loaded");
    }
    let values = [("made", &*made_for.join(" / ")), ("held", &*held.join(" / "))];
    detail.with("doctor-module-other-processor", &values)
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
        let said = |made_for: &[&str], held: &[&str]| not_loaded(Detail::of(""), made_for, held);
        let other = |values: &[(&'static str, &str)]| {
            Detail::of("").with("doctor-module-other-processor", values)
        };
        assert_eq!(said(&["x86"], &["x86_64"]), other(&[("made", "x86"), ("held", "x86_64")]));
        let values = [("made", "aarch64"), ("held", "x86_64 / x86")];
        assert_eq!(said(&["aarch64"], &["x86_64", "x86"]), other(&values));
        for (made_for, held) in [
            (&["x86"][..], &["x86_64", "x86"][..]),
            (&["x86", "x86_64"], &["x86_64"]),
            (&[], &["x86_64"]),
        ] {
            assert_eq!(said(made_for, held), Detail::of("").and("doctor-module-not-loaded"));
        }
    }

    #[test]
    fn what_is_not_denied_to_a_module_is_said() {
        let shut_in = ShutIn { network: false, sockets: false, ..ShutIn::WHOLLY };
        let shown = Ok(Shown { shut_in, tokens: Vec::new() });
        let examined = Examined { module: PathBuf::from("/a.so"), shown };
        let sentences: Vec<_> = what(&examined, Detail::of("/a.so"), &[])
            .said
            .into_iter()
            .map(|said| said.sentence)
            .collect();
        assert_eq!(
            sentences,
            ["doctor-module-cards", "doctor-module-network", "doctor-module-sockets"]
        );
    }

    #[test]
    fn neither_place_nor_error_names_the_user() {
        let told = look(&[("/home/wang/hicos/libHicos.so", false)]).told(Path::new("/home/wang"));
        assert_eq!(told, [Detail::of("~/hicos/libHicos.so").and("doctor-module-unprotected")]);
    }
}
