//! `ankong trust`: whether browsers trust this computer's certificate of localhost, store by store,
//! with a remedy for each that does not.

use std::fmt::Write as _;
use std::path::Path;
use std::time::SystemTime;

use anyhow::{Context, bail};

use crate::cli::Trust;
use crate::endpoint::identity::{self, Root};
use crate::instance::Instance;
use crate::paths::{Paths, UserFolders};
use crate::trust::{Standing, Told, check, install, remove};
use crate::ui::texts::{Language, Texts};

/// What the command prints, and whether all is as asked for.
///
/// # Errors
/// The certificates of localhost cannot be read, made or deleted, or this user has no home folder.
pub fn obey(order: &Trust) -> anyhow::Result<(String, bool)> {
    let (paths, folders) = (Paths::of_user()?, UserFolders::of_user()?);
    let texts = Texts::new(Language::of_environment());
    let told = match order {
        Trust::Status => {
            let root = Root::load(&paths.data).with_context(|| texts.explain("trust-nothing"))?;
            check(&folders, &root)
        }
        Trust::Install => {
            identity::load_or_make(&paths.data, SystemTime::now())?;
            install(&folders, &Root::load(&paths.data)?)
        }
        Trust::Remove { everything: false } => remove(&folders),
        Trust::Remove { everything: true } => {
            // Held until the end, so that it does not start and make a new identity meanwhile.
            let Some(_instance) = Instance::take(&paths.runtime)? else {
                bail!("the program runs; hint: end it first");
            };
            let told = remove(&folders);
            identity::delete(&paths.data)?;
            told
        }
    };
    let well = told.iter().all(|told| match told.outcome {
        Ok(Standing::Trusted | Standing::Removed(_)) => true,
        Ok(Standing::Untrusted) | Err(_) => false,
    });
    Ok((text(&texts, &told, &folders.home)?, well))
}

fn text(texts: &Texts, told: &[Told], home: &Path) -> anyhow::Result<String> {
    let mut text = String::new();
    for Told { store, outcome } in told {
        let name = match outcome {
            Ok(Standing::Trusted) => "trust-trusted",
            Ok(Standing::Untrusted) => "trust-untrusted",
            Ok(Standing::Removed(0)) => "trust-none-there",
            Ok(Standing::Removed(_)) => "trust-removed",
            Err(trouble) => trouble.code(),
        };
        let place = match store.place.strip_prefix(home) {
            Ok(below) => Path::new("~").join(below),
            Err(_) => store.place.clone(),
        };
        writeln!(text, "{}\t{}\t{}", texts.get(name), store.browser, place.display())?;
        if let Err(trouble) = outcome {
            writeln!(text, "\t- {}: {trouble}", trouble.code())?;
        }
        if !matches!(outcome, Ok(Standing::Trusted | Standing::Removed(_))) {
            writeln!(text, "\t→ {}", texts.remedy(name))?;
        }
    }
    Ok(text)
}
