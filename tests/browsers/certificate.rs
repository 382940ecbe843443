//! A browser that has been told by `ankong trust install` opens the door without a word, and none
//! that has not been told, or no longer. Names that are not this computer's are in
//! `src/endpoint/identity/other_names.rs`.

use ankong_stage::{DrivenBrowser, Driving, Kind, TemporaryHome};

use crate::helper::{Resident, trust};

/// What the browser says to each of the door's addresses.
fn visit(kind: Kind, home: &TemporaryHome, port: u16) -> Vec<Result<String, String>> {
    let mut browser = DrivenBrowser::start(kind, home, &Driving::default()).unwrap();
    let hosts = ["localhost", "127.0.0.1", "[::1]"];
    let visit = |host| {
        browser.goto(&format!("https://{host}:{port}/v1/status")).map_err(|error| error.to_string())
    };
    hosts.map(visit).into()
}

/// Whether the door itself answered: it turns away what is no page's request, and Firefox shows an
/// error of its own in place of the answer's text.
fn is_the_doors(answer: &Result<String, String>) -> bool {
    match answer {
        Ok(text) => text.contains("origin-not-allowed"),
        Err(error) => error.contains("NS_ERROR_NET_ERROR_RESPONSE"),
    }
}

fn trusts_while_installed(kind: Kind, unknown: &str) {
    let home = TemporaryHome::create().unwrap();
    // A user whose browser will make its store, or finds it made.
    std::fs::remove_dir_all(home.path().join(".pki")).unwrap();
    let resident = Resident::start(&home, &["--port", "0"]);
    let refused = |visits: Vec<Result<String, String>>| {
        for visit in visits {
            assert!(visit.as_ref().is_err_and(|error| error.contains(unknown)), "{visit:?}");
        }
    };
    refused(visit(kind, &home, resident.port));
    trust(&home, "install");
    for visit in visit(kind, &home, resident.port) {
        assert!(is_the_doors(&visit), "{visit:?}");
    }
    trust(&home, "remove");
    refused(visit(kind, &home, resident.port));
}

#[test]
fn chromium_trusts_the_door_from_install_to_remove() {
    trusts_while_installed(Kind::Chromium, "net::ERR_CERT_AUTHORITY_INVALID");
}

#[test]
fn firefox_trusts_the_door_from_install_to_remove() {
    trusts_while_installed(Kind::Firefox, "SEC_ERROR_UNKNOWN_ISSUER");
}
