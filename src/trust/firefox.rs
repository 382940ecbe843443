//! Firefox's profiles, and whether one looks into the system's store.

use std::collections::BTreeSet;
use std::fs;
use std::path::{Path, PathBuf};

#[cfg(any(not(target_os = "linux"), test))]
use super::{Standing, Store, Told, Trouble};

/// The profiles below a folder with a `profiles.ini`: those it lists, wherever they are, and every
/// folder beside it that has been used as one.
pub(super) fn profiles(folder: &Path) -> Vec<PathBuf> {
    let listed = fs::read_to_string(folder.join("profiles.ini")).unwrap_or_default();
    let listed = listed_in(&listed).into_iter().map(|path| folder.join(path));
    let below = ["", "Profiles"].map(|name| folder.join(name));
    let beside = below.iter().filter_map(|folder| fs::read_dir(folder).ok()).flatten().flatten();
    let beside = beside.map(|entry| entry.path()).filter(|path| path.join("cert9.db").is_file());
    let found = listed.chain(beside).filter(|path| path.is_dir());
    let found = found.filter_map(|path| path.canonicalize().ok());
    found.collect::<BTreeSet<_>>().into_iter().take(MOST).collect()
}

/// `Path=` below `[Profile…]`; relative ones are joined to the folder, absolute ones replace it.
fn listed_in(ini: &str) -> Vec<&str> {
    let mut is_profile = false;
    let mut paths = Vec::new();
    for line in ini.lines().map(str::trim) {
        if line.starts_with('[') {
            is_profile = line.starts_with("[Profile");
        } else if let Some(path) = line.strip_prefix("Path=").filter(|_| is_profile) {
            paths.push(path);
        }
    }
    paths
}

/// How the profiles below a folder stand where Firefox reads the system's store, as it does by
/// itself on Windows and macOS: as that store does, but for those that have been told not to.
#[cfg(any(not(target_os = "linux"), test))]
pub(super) fn follow_system(folder: &Path, system: &Result<Standing, Trouble>) -> Vec<Told> {
    let told = profiles(folder).into_iter().map(|profile| {
        let outcome = match (ignores_system(&profile), system) {
            (true, _) => Err(Trouble::SystemIgnored),
            (false, Ok(Standing::Trusted)) => Ok(Standing::Trusted),
            (false, Ok(_) | Err(_)) => Ok(Standing::Untrusted),
        };
        Store::new("Firefox", &profile).tells(outcome)
    });
    told.collect()
}

/// Whether a profile has been told not to take over the system's roots. `user.js` counts after `prefs.js`, and the last line after the ones before.
#[cfg(any(not(target_os = "linux"), test))]
fn ignores_system(profile: &Path) -> bool {
    let files = ["prefs.js", "user.js"].map(|name| fs::read_to_string(profile.join(name)));
    let lines = files.iter().flatten().flat_map(|text| text.lines());
    let mut said = lines.filter_map(|line| {
        let value = line.trim().strip_prefix("user_pref(\"security.enterprise_roots.enabled\",")?;
        Some(value.trim_start().starts_with("false"))
    });
    said.next_back().unwrap_or(false)
}

/// More profiles than anybody has.
const MOST: usize = 64;

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn profiles_are_those_that_are_listed_and_those_that_were_used() {
        let (folder, elsewhere) = (tempfile::tempdir().unwrap(), tempfile::tempdir().unwrap());
        for name in ["a.default", "never.used", "Profiles/b.dev", "other"] {
            fs::create_dir_all(folder.path().join(name)).unwrap();
        }
        for used in ["other", "Profiles/b.dev"] {
            fs::write(folder.path().join(used).join("cert9.db"), "").unwrap();
        }
        let ini = format!(
            "[Profile0]\nName=default\nIsRelative=1\nPath=a.default\n\n[Profile1]\nIsRelative=0\r\n\
             Path={}\r\n[Install4F96D1932A9F858E]\nPath=no.profile\n[Profile2]\nPath=gone\n",
            elsewhere.path().display()
        );
        fs::write(folder.path().join("profiles.ini"), ini).unwrap();
        let mut expected = ["a.default", "other", "Profiles/b.dev"]
            .map(|name| folder.path().join(name).canonicalize().unwrap())
            .to_vec();
        expected.push(elsewhere.path().canonicalize().unwrap());
        expected.sort();
        assert_eq!(profiles(folder.path()), expected);
        assert!(profiles(Path::new("/nonexistent")).is_empty());
    }

    #[test]
    fn only_a_profile_that_says_so_ignores_the_systems_roots() {
        let profile = tempfile::tempdir().unwrap();
        assert!(!ignores_system(profile.path()));
        let line = |value| format!("user_pref(\"security.enterprise_roots.enabled\", {value});\n");
        for (prefs, user, ignores) in [
            (line("true"), String::new(), false),
            (line("false"), String::new(), true),
            (line("false"), line("true"), false),
            ("user_pref(\"x\", false);\n".to_owned(), line("false"), true),
        ] {
            fs::write(profile.path().join("prefs.js"), prefs).unwrap();
            fs::write(profile.path().join("user.js"), user).unwrap();
            assert_eq!(ignores_system(profile.path()), ignores);
        }
    }

    #[test]
    fn profiles_follow_the_system_unless_told_not_to() {
        let folder = tempfile::tempdir().unwrap();
        for name in ["a", "b"] {
            fs::create_dir_all(folder.path().join("Profiles").join(name)).unwrap();
            fs::write(folder.path().join("Profiles").join(name).join("cert9.db"), "").unwrap();
        }
        let off = "user_pref(\"security.enterprise_roots.enabled\", false);";
        fs::write(folder.path().join("Profiles/b/prefs.js"), off).unwrap();
        for system in [Ok(Standing::Trusted), Ok(Standing::Untrusted)] {
            let told = follow_system(folder.path(), &system);
            let outcomes: Vec<_> = told.into_iter().map(|told| told.outcome).collect();
            assert_eq!(outcomes, [system, Err(Trouble::SystemIgnored)]);
        }
    }
}
