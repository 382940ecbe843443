//! The current user's root store, which Windows lets nobody change without asking the person.
//! Firefox reads it by itself, unless told not to.

use std::io;
use std::path::Path;

use ankong_platform::root_store;

use super::firefox::follow_system;
use super::{Root, Standing, Store, Told, Trouble};
use crate::endpoint::identity::is_ours;
use crate::paths::UserFolders;

pub(super) fn check(folders: &UserFolders, root: &Root) -> Vec<Told> {
    told(folders, standing(root))
}

pub(super) fn install(folders: &UserFolders, root: &Root) -> Vec<Told> {
    let outcome = standing(root).and_then(|before| match before {
        Standing::Trusted => Ok(Standing::Trusted),
        Standing::Untrusted | Standing::Removed(_) => {
            root_store::add(root.der()).map_err(trouble)?;
            standing(root)
        }
    });
    told(folders, outcome)
}

pub(super) fn remove(_: &UserFolders) -> Vec<Told> {
    let outcome = root_store::remove(is_ours).map(Standing::Removed).map_err(trouble);
    vec![system().tells(outcome)]
}

fn standing(root: &Root) -> Result<Standing, Trouble> {
    let held = root_store::list().map_err(trouble)?;
    let there = held.iter().any(|held| held == root.der());
    Ok(if there { Standing::Trusted } else { Standing::Untrusted })
}

fn told(folders: &UserFolders, outcome: Result<Standing, Trouble>) -> Vec<Told> {
    let firefox = follow_system(&folders.data.join(r"Mozilla\Firefox"), &outcome);
    [vec![system().tells(outcome)], firefox].concat()
}

fn system() -> Store {
    Store::new("Chrome, Edge, Brave", Path::new(r"CurrentUser\Root"))
}

fn trouble(error: io::Error) -> Trouble {
    if root_store::was_declined(&error) { Trouble::Declined } else { Trouble::store(error) }
}
