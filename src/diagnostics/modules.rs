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
    if examined.is_empty() {
        Outcome::None
    } else if examined.iter().any(|examined| examined.shown.is_ok()) {
        Outcome::Work
    } else {
        Outcome::Faulty
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
