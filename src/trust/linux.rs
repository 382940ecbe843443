//! The stores of a Linux user: NSS databases, one for all browsers of Chromium's family in each
//! home they see, and one in each profile of Firefox.

use std::path::{Path, PathBuf};

use super::firefox::profiles;
use super::{Root, Standing, Store, Told, Trouble, nss};
use crate::paths::UserFolders;

pub(super) fn check(folders: &UserFolders, root: &Root) -> Vec<Told> {
    each(folders, |store| nss::check(store, root))
}

pub(super) fn install(folders: &UserFolders, root: &Root) -> Vec<Told> {
    each(folders, |store| nss::install(store, root))
}

pub(super) fn remove(folders: &UserFolders) -> Vec<Told> {
    each(folders, nss::remove)
}

fn each(folders: &UserFolders, work: impl Fn(&Path) -> Result<Standing, Trouble>) -> Vec<Told> {
    stores(folders)
        .into_iter()
        .map(|store| {
            let outcome = work(&store.place);
            store.tells(outcome)
        })
        .collect()
}

fn stores(UserFolders { home, data, config, .. }: &UserFolders) -> Vec<Store> {
    let mut stores = of_chromium("Chromium, Chrome, Edge, Brave", home, data);
    for (name, snap) in CHROMIUM_SNAPS {
        let home = home.join("snap").join(snap).join("current");
        if home.is_dir() {
            stores.extend(of_chromium(&format!("{name} (snap)"), &home, &home.join(DATA)));
        }
    }
    for (name, id) in CHROMIUM_FLATPAKS {
        let app = home.join(".var/app").join(id);
        if app.is_dir() {
            stores.extend(of_chromium(&format!("{name} (flatpak)"), &app, &app.join("data")));
        }
    }
    let firefox = [
        ("Firefox", home.join(".mozilla/firefox")),
        ("Firefox", config.join("mozilla/firefox")),
        ("Firefox (snap)", home.join("snap/firefox/common/.mozilla/firefox")),
        ("Firefox (snap)", home.join("snap/firefox/common/.config/mozilla/firefox")),
        ("Firefox (flatpak)", home.join(".var/app/org.mozilla.firefox/.mozilla/firefox")),
        ("Firefox (flatpak)", home.join(".var/app/org.mozilla.firefox/config/mozilla/firefox")),
    ];
    for (name, folder) in firefox {
        stores.extend(profiles(&folder).iter().map(|profile| Store::new(name, profile)));
    }
    stores
}

/// Chromium takes `.pki/nssdb` in its home where that is there, else (since version 146)
/// `pki/nssdb` in its data folder; older ones know the first alone. So where both are, both count,
/// and where there is none the first is the one to make: making it beside the other would take
/// from a browser what it has there.
fn of_chromium(browser: &str, home: &Path, data: &Path) -> Vec<Store> {
    let known: [PathBuf; 2] = [home.join(".pki/nssdb"), data.join("pki/nssdb")];
    let mut there: Vec<&PathBuf> = known.iter().filter(|store| store.is_dir()).collect();
    if there.is_empty() {
        there.extend(known.first());
    }
    there.into_iter().map(|store| Store::new(browser, store)).collect()
}

const DATA: &str = ".local/share";
/// A snap's home is `~/snap/NAME/current`.
const CHROMIUM_SNAPS: [(&str, &str); 2] = [("Chromium", "chromium"), ("Brave", "brave")];
/// Each keeps its `.pki` to itself, in `~/.var/app/ID`.
const CHROMIUM_FLATPAKS: [(&str, &str); 5] = [
    ("Chromium", "org.chromium.Chromium"),
    ("Chrome", "com.google.Chrome"),
    ("Edge", "com.microsoft.Edge"),
    ("Brave", "com.brave.Browser"),
    ("Chromium", "io.github.ungoogled_software.ungoogled_chromium"),
];

#[cfg(test)]
mod tests {
    use super::*;
    use std::fs;

    fn folders(home: &Path) -> UserFolders {
        UserFolders {
            home: home.into(),
            data: home.join(DATA),
            config: home.join(".config"),
            documents: home.into(),
        }
    }

    fn found(home: &Path) -> Vec<(String, String)> {
        let below = |store: &Store| store.place.strip_prefix(home).unwrap().display().to_string();
        stores(&folders(home)).iter().map(|store| (store.browser.clone(), below(store))).collect()
    }

    #[test]
    fn a_new_user_gets_the_store_that_every_chromium_reads() {
        let home = tempfile::tempdir().unwrap();
        let only = [("Chromium, Chrome, Edge, Brave".to_owned(), ".pki/nssdb".to_owned())];
        assert_eq!(found(home.path()), only);
    }

    #[test]
    fn a_store_that_a_browser_has_made_is_not_put_aside_by_another() {
        let home = tempfile::tempdir().unwrap();
        fs::create_dir_all(home.path().join(".local/share/pki/nssdb")).unwrap();
        let only = |found: Vec<(String, String)>| {
            found.into_iter().map(|(_, place)| place).collect::<Vec<_>>()
        };
        assert_eq!(only(found(home.path())), [".local/share/pki/nssdb"]);
        fs::create_dir_all(home.path().join(".pki/nssdb")).unwrap();
        assert_eq!(only(found(home.path())), [".pki/nssdb", ".local/share/pki/nssdb"]);
    }

    #[test]
    fn snaps_and_flatpaks_have_stores_of_their_own() {
        let home = tempfile::tempdir().unwrap();
        let home = home.path().canonicalize().unwrap();
        for folder in [
            "snap/chromium/current",
            ".var/app/com.google.Chrome",
            ".var/app/com.microsoft.Edge/data/pki/nssdb",
            "snap/firefox/common/.mozilla/firefox/x.default",
            ".var/app/org.mozilla.firefox/config/mozilla/firefox/y.mine",
            ".mozilla/firefox/z",
        ] {
            fs::create_dir_all(home.join(folder)).unwrap();
            if folder.contains("firefox/") {
                fs::write(home.join(folder).join("cert9.db"), "").unwrap();
            }
        }
        let expected = [
            ("Chromium, Chrome, Edge, Brave", ".pki/nssdb"),
            ("Chromium (snap)", "snap/chromium/current/.pki/nssdb"),
            ("Chrome (flatpak)", ".var/app/com.google.Chrome/.pki/nssdb"),
            ("Edge (flatpak)", ".var/app/com.microsoft.Edge/data/pki/nssdb"),
            ("Firefox", ".mozilla/firefox/z"),
            ("Firefox (snap)", "snap/firefox/common/.mozilla/firefox/x.default"),
            ("Firefox (flatpak)", ".var/app/org.mozilla.firefox/config/mozilla/firefox/y.mine"),
        ];
        let expected = expected.map(|(browser, place)| (browser.to_owned(), place.to_owned()));
        assert_eq!(found(&home), expected);
    }
}
