use std::fs;

use super::*;

fn origin(text: &str) -> Origin {
    Origin::parse(text).unwrap()
}

fn allows(origins: &Origins, text: &str) -> bool {
    origins.allows(&origin(text))
}

/// A person's list in a folder of its own.
fn own() -> (Origins, PathBuf, tempfile::TempDir) {
    let folder = tempfile::tempdir().unwrap();
    let file = folder.path().join("ankong/origins.toml");
    (Origins::new(Vec::new(), Some(file.clone())), file, folder)
}

#[test]
fn the_built_in_list_covers_names_below_and_nothing_that_looks_alike() {
    let origins = Origins::new(Vec::new(), None);
    for yes in ["https://id.taipei", "https://www.gov.tw", "https://a.b.gov.taipei"] {
        assert!(allows(&origins, yes), "{yes}");
    }
    for no in [
        "https://gov.tw",
        "https://www.id.taipei",
        "https://evilgov.tw",
        "https://gov.tw.evil.example",
        "https://id.taipei:8443",
        "https://www.gov.tw:8443",
        "https://localhost:8443",
    ] {
        assert!(!allows(&origins, no), "{no}");
    }
    assert_eq!(origins.listing().built_in, BUILT_IN);
}

#[test]
fn the_administrators_list_is_added_exactly() {
    let pattern = OriginPattern::parse("https://localhost:8443").unwrap();
    let origins = Origins::new(vec![pattern], None);
    assert!(allows(&origins, "https://localhost:8443"));
    assert!(!allows(&origins, "https://localhost:8444"));
    assert_eq!(origins.listing().administrator, ["https://localhost:8443"]);
}

#[test]
fn what_a_person_allows_counts_at_once_and_at_the_next_start_until_it_is_taken_back() {
    let (origins, file, _folder) = own();
    let portal = origin("https://localhost:8443");
    assert!(origins.asked(&portal));
    origins.allow(&portal).unwrap();
    origins.allow(&portal).unwrap();
    assert!(origins.allows(&portal) && !allows(&origins, "https://localhost:8444"));
    let listing = origins.listing();
    assert_eq!((listing.user, listing.asked), (vec![portal.clone()], Vec::new()));

    let next = Origins::new(Vec::new(), Some(file.clone()));
    assert!(next.allows(&portal));
    next.revoke(&portal).unwrap();
    assert!(!next.allows(&portal));
    assert!(!Origins::new(Vec::new(), Some(file)).allows(&portal));
}

#[test]
#[cfg(unix)]
fn the_file_is_the_persons_alone_and_others_may_not_have_written_it() {
    use std::os::unix::fs::PermissionsExt;
    let (origins, file, _folder) = own();
    let portal = origin("https://portal.example");
    origins.allow(&portal).unwrap();
    let mode = |path: &std::path::Path| fs::metadata(path).unwrap().permissions().mode() & 0o777;
    assert_eq!((mode(&file), mode(file.parent().unwrap())), (0o600, 0o700));
    fs::set_permissions(&file, fs::Permissions::from_mode(0o622)).unwrap();
    let next = Origins::new(Vec::new(), Some(file));
    assert!(!next.allows(&portal));
    assert!(next.listing().damage.unwrap().contains("written by others"));
}

#[test]
fn a_damaged_file_counts_for_nothing_and_is_not_written_over() {
    let good = "allowed-origins = [\"https://portal.example\"]\n";
    for (text, fault) in [
        ("allowed-origins = [", "TOML"),
        ("allowed-origin = []", "unknown field"),
        ("", "missing field"),
        ("allowed-origins = [\"https://*.example.tw\"]", "https://*.example.tw"),
        ("allowed-origins = [\"https://portal.example\", \"http://a\"]", "http://a"),
        (&format!("{good}more = true\n"), "unknown field"),
    ] {
        let (_, file, _folder) = own();
        fs::create_dir_all(file.parent().unwrap()).unwrap();
        fs::write(&file, text).unwrap();
        let origins = Origins::new(Vec::new(), Some(file.clone()));
        assert!(!allows(&origins, "https://portal.example"), "{text}");
        assert!(allows(&origins, "https://id.taipei"), "the other lists count");
        let damage = origins.listing().damage.unwrap();
        assert!(damage.contains(fault) && damage.contains("origins.toml"), "{damage}");
        let error = origins.allow(&origin("https://other.example")).unwrap_err();
        assert!(matches!(error, NotChanged::File(_)));
        assert_eq!(fs::read_to_string(&file).unwrap(), text);
    }
}

#[test]
fn where_the_administrator_forbids_it_a_persons_list_does_not_count() {
    let (origins, file, _folder) = own();
    let portal = origin("https://portal.example");
    origins.allow(&portal).unwrap();
    let forbidden = Origins::new(Vec::new(), None);
    assert!(!forbidden.allows(&portal));
    assert!(matches!(forbidden.allow(&portal), Err(NotChanged::Forbidden)));
    assert!(!forbidden.listing().user_may_allow);
    assert!(file.exists());
}

#[test]
fn a_list_that_cannot_be_written_does_not_change_but_what_is_taken_back_is() {
    let (origins, file, _folder) = own();
    let portal = origin("https://portal.example");
    origins.allow(&portal).unwrap();
    // A folder in the place of the file that is written first.
    fs::create_dir(file.with_extension("new")).unwrap();
    assert!(origins.allow(&origin("https://other.example")).is_err());
    assert!(!allows(&origins, "https://other.example"));
    assert!(origins.revoke(&portal).is_err());
    assert!(!origins.allows(&portal));
}

#[test]
fn the_list_has_an_end() {
    let (origins, _, _folder) = own();
    let text = (0..MAX_ORIGINS).map(|n| format!("\"https://s{n}.example\"")).collect::<Vec<_>>();
    let folder = tempfile::tempdir().unwrap();
    let file = folder.path().join("origins.toml");
    fs::write(&file, format!("allowed-origins = [{}]\n", text.join(","))).unwrap();
    let full = Origins::new(Vec::new(), Some(file));
    assert!(allows(&full, "https://s0.example"));
    assert!(matches!(full.allow(&origin("https://one-more.example")), Err(NotChanged::Full)));
    assert!(full.allow(&origin("https://s0.example")).is_ok(), "it is there already");
    assert!(origins.listing().user.is_empty());
}
