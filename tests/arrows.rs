//! The house keeps its arrows: who may know whom, read from the `use` lines and paths of the code.
#![allow(clippy::unwrap_used, clippy::panic, reason = "a failing test may panic")]

use std::collections::{BTreeMap, BTreeSet};
use std::fs;
use std::path::{Path, PathBuf};

/// For every room of `src/`, the rooms it may know. `docs/architecture.md` shows the same.
const ROOMS: [(&str, &[&str]); 35] = [
    (
        "main",
        &[
            "app",
            "autostart_command",
            "cards",
            "cli",
            "doctor",
            "endpoint",
            "module",
            "record_card",
            "running",
            "selftest",
            "sign",
            "start",
            "trust_command",
            "ui",
        ],
    ),
    ("autostart_command", &["autostart", "cli", "paths"]),
    ("autostart", &["paths"]),
    ("start", &["stop"]),
    ("stop", &[]),
    ("crashes", &["paths", "private_file"]),
    ("wake", &[]),
    ("trust_command", &["cli", "endpoint", "instance", "paths", "trust", "ui"]),
    ("trust", &["endpoint", "paths"]),
    (
        "sign",
        &[
            "cli",
            "config",
            "endpoint",
            "hardening",
            "module",
            "paths",
            "random",
            "reader",
            "session",
            "ui",
        ],
    ),
    ("selftest", &["endpoint", "origins", "random", "reader", "running", "session"]),
    ("random", &[]),
    ("as_child", &[]),
    (
        "doctor",
        &["config", "crashes", "diagnostics", "origins", "paths", "reader", "settings", "ui"],
    ),
    ("diagnostics", &["endpoint", "instance", "module", "paths", "reader", "session", "trust"]),
    ("record_card", &["reader", "session", "ui"]),
    ("cards", &["config", "module", "paths", "reader", "session"]),
    (
        "app",
        &[
            "autostart",
            "cli",
            "config",
            "crashes",
            "diagnostics",
            "doctor",
            "endpoint",
            "hardening",
            "instance",
            "logging",
            "module",
            "origins",
            "outside",
            "paths",
            "random",
            "reader",
            "session",
            "settings",
            "stop",
            "trust",
            "ui",
            "wake",
        ],
    ),
    ("running", &["endpoint", "instance", "paths"]),
    ("endpoint", &["origins", "session", "signing"]),
    ("origins", &["private_file", "session"]),
    ("settings", &["private_file"]),
    ("private_file", &[]),
    ("outside", &[]),
    ("module", &["as_child", "hardening", "session"]),
    ("reader", &["session"]),
    ("ui", &["as_child", "hardening", "outside", "session"]),
    ("session", &["signing"]),
    ("config", &["paths", "session"]),
    ("signing", &[]),
    ("cli", &[]),
    ("paths", &[]),
    ("instance", &[]),
    ("logging", &[]),
    ("hardening", &[]),
];

/// For every crate of ours, the crates of ours it may depend on outside its tests.
const CRATES: [(&str, &[&str]); 10] = [
    (
        "ankong",
        &[
            "ankong-card",
            "ankong-dialog",
            "ankong-frame",
            "ankong-module",
            "ankong-platform",
            "ankong-verify",
            "virtual-card",
        ],
    ),
    ("ankong-card", &[]),
    ("ankong-dialog", &["ankong-frame"]),
    ("ankong-frame", &[]),
    ("ankong-module", &["ankong-frame", "ankong-platform"]),
    ("ankong-verify", &[]),
    ("ankong-portal", &["ankong-verify"]),
    ("ankong-platform", &[]),
    ("ankong-window", &["ankong-dialog", "ankong-platform"]),
    ("virtual-card", &["ankong-card"]),
];

#[test]
fn every_room_knows_only_the_rooms_it_may_know() {
    let names: BTreeSet<&str> = ROOMS.iter().map(|(name, _)| *name).collect();
    for file in rust_files(Path::new("src")) {
        let room = room_of(&file);
        if room == "lib" {
            continue;
        }
        let allowed = ROOMS.iter().find(|(name, _)| *name == room);
        let (_, allowed) = allowed.unwrap_or_else(|| panic!("{} is a room nobody knows", room));
        let code = without_tests_and_comments(&fs::read_to_string(&file).unwrap());
        for known in named_after(&code, &["crate::", "ankong::"]) {
            if names.contains(known.as_str()) && known != room {
                assert!(allowed.contains(&known.as_str()), "{}: {room} → {known}", file.display());
            }
        }
    }
}

#[test]
fn only_the_readers_know_pcsc_and_only_the_endpoint_http() {
    for (library, rooms) in [
        ("pcsc::", &["reader"][..]),
        ("axum::", &["endpoint"]),
        ("hyper::", &["endpoint"]),
        ("tao::", &["ui"]),
        ("tray_icon::", &["ui"]),
        ("zbus::", &["ui", "wake"]),
        ("winreg::", &["autostart"]),
        ("fluent_bundle::", &["ui"]),
        (
            "ankong_card::",
            &[
                "session",
                "reader",
                "module",
                "config",
                "cards",
                "diagnostics",
                "doctor",
                "record_card",
                "selftest",
            ],
        ),
        ("ankong_verify::", &["selftest"]),
        ("ankong_dialog", &["ui"]),
        ("ankong_frame::", &["module"]),
        ("ankong_module::", &["module"]),
        ("cryptoki::", &[]),
        (
            "ankong_platform::",
            &[
                "as_child",
                "config",
                "endpoint",
                "hardening",
                "main",
                "module",
                "trust",
                "ui",
                "wake",
            ],
        ),
        ("virtual_card::", &["reader", "app", "selftest"]),
    ] {
        for file in rust_files(Path::new("src")) {
            let code = without_tests_and_comments(&fs::read_to_string(&file).unwrap());
            let uses = code.lines().any(|line| {
                line.contains(&format!(" {library}")) || line.contains(&format!("({library}"))
            });
            let room = room_of(&file);
            assert!(!uses || rooms.contains(&room.as_str()), "{}: {library}", file.display());
        }
    }
}

#[test]
fn every_crate_depends_only_on_the_crates_it_may_know() {
    let ours: BTreeSet<&str> = CRATES.iter().map(|(name, _)| *name).collect();
    let manifests = fs::read_dir("crates").unwrap().map(|entry| entry.unwrap().path());
    let mut seen = BTreeMap::new();
    for folder in manifests.chain([PathBuf::from(".")]) {
        let manifest = fs::read_to_string(folder.join("Cargo.toml")).unwrap();
        let manifest: toml::Table = toml::from_str(&manifest).unwrap();
        let name = manifest["package"]["name"].as_str().unwrap().to_owned();
        let dependencies = manifest.get("dependencies").and_then(|table| table.as_table());
        let known: Vec<String> = dependencies
            .into_iter()
            .flat_map(|table| table.keys())
            .filter(|dependency| ours.contains(dependency.as_str()))
            .cloned()
            .collect();
        seen.insert(name, known);
    }
    let allowed: BTreeMap<String, Vec<String>> = CRATES
        .iter()
        .map(|(name, known)| (name.to_string(), known.iter().map(ToString::to_string).collect()))
        .collect();
    assert_eq!(seen, allowed);
}

fn rust_files(folder: &Path) -> Vec<PathBuf> {
    let mut files = Vec::new();
    for entry in fs::read_dir(folder).unwrap() {
        let path = entry.unwrap().path();
        if path.is_dir() {
            files.extend(rust_files(&path));
        } else if path.extension().is_some_and(|extension| extension == "rs") {
            files.push(path);
        }
    }
    files
}

/// `src/session/run.rs` lies in `session`, `src/app.rs` is `app`.
fn room_of(file: &Path) -> String {
    let below = file.strip_prefix("src").unwrap();
    let first = below.components().next().unwrap().as_os_str().to_str().unwrap();
    first.trim_end_matches(".rs").to_owned()
}

fn without_tests_and_comments(code: &str) -> String {
    let code = code.split("#[cfg(test)]").next().unwrap();
    code.lines().filter(|line| !line.trim_start().starts_with("//")).fold(
        String::new(),
        |mut all, line| {
            all.push_str(line);
            all.push('\n');
            all
        },
    )
}

/// The names right after one of the prefixes, those of a braced list included.
fn named_after(code: &str, prefixes: &[&str]) -> BTreeSet<String> {
    let mut names = BTreeSet::new();
    for prefix in prefixes {
        for (at, _) in code.match_indices(prefix) {
            let rest = code.get(at + prefix.len()..).unwrap();
            match rest.strip_prefix('{') {
                Some(list) => {
                    let list = list.split('}').next().unwrap();
                    names.extend(list.split(',').map(|item| first_name(item.trim())));
                }
                None => {
                    names.insert(first_name(rest));
                }
            }
        }
    }
    names
}

fn first_name(path: &str) -> String {
    path.chars().take_while(|c| c.is_alphanumeric() || *c == '_').collect()
}
