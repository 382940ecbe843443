//! The portal as it is shipped, under 200 visitors at once: what it prints is also added to
//! `target/bench.json`. Nothing is measured where `ONLY` names another part.
#![allow(
    missing_docs,
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::panic,
    clippy::indexing_slicing,
    reason = "a measurement that fails may panic"
)]

#[cfg(target_os = "linux")]
mod crowd;
#[cfg(target_os = "linux")]
mod ground;
#[cfg(target_os = "linux")]
mod load;
#[cfg(target_os = "linux")]
mod process;
#[cfg(target_os = "linux")]
#[path = "../../../verify/tests/verify/support/mod.rs"]
mod support;
#[cfg(target_os = "linux")]
mod visitor;
#[cfg(target_os = "linux")]
mod writer;

#[cfg(target_os = "linux")]
fn main() {
    let only = std::env::var("ONLY").unwrap_or_default();
    if !"portal".starts_with(&only) && !only.starts_with("portal") {
        return;
    }
    let figures = measure();
    let target: std::path::PathBuf = std::env::var_os("CARGO_TARGET_DIR")
        .map_or_else(|| concat!(env!("CARGO_MANIFEST_DIR"), "/../../target").into(), Into::into);
    let file = target.join("bench.json");
    let older = std::fs::read(&file).unwrap_or_else(|_| b"{}".to_vec());
    let mut all: serde_json::Map<String, serde_json::Value> =
        serde_json::from_slice(&older).unwrap();
    for (name, value, unit) in figures.into_iter().filter(|(name, ..)| name.starts_with(&only)) {
        let value = (value * 10.0).round() / 10.0;
        println!("{name:32} {value} {unit}");
        all.insert(name, serde_json::json!({ "value": value, "unit": unit }));
    }
    std::fs::write(file, serde_json::to_string_pretty(&all).unwrap() + "\n").unwrap();
}

#[cfg(not(target_os = "linux"))]
fn main() {}

#[cfg(target_os = "linux")]
type Figure = (String, f64, &'static str);

/// On the disk.
#[cfg(target_os = "linux")]
const DISK: &str = env!("CARGO_TARGET_TMPDIR");
/// In memory (tmpfs(5)): what is written there waits for no disk.
#[cfg(target_os = "linux")]
const RAM: &str = "/dev/shm";

/// One portal with a long revocation list: started, looked at, and made gold by; and another whose data base is in
/// memory, made gold by.
#[cfg(target_os = "linux")]
fn measure() -> Vec<Figure> {
    let ground = ground::Ground::lay(DISK, crowd::MEMBERS);
    let portal = process::Running::start(&ground);
    let idle = portal.pss_mib();
    let members = crowd::sign_in(&portal);
    let home = crowd::look_at_home(&portal, &members);
    let in_memory = ground.copy(RAM);
    let gold = crowd::become_gold(&portal, &members);
    let mut figures = vec![
        ("portal_list_mib".into(), ground.list_mib, "MiB"),
        ("portal_start_ms".into(), portal.start_ms, "ms, the list read"),
        ("portal_pss_mib".into(), idle, "MiB, nobody there"),
        ("portal_peak_mib".into(), portal.peak_mib(), "MiB, after everything"),
    ];
    figures.extend(of("portal_home", "pages/s", &home));
    figures.extend(of("portal_gold", "verifications/s", &gold));
    drop(portal);
    let portal = process::Running::start(&in_memory);
    figures.extend(of(
        "portal_gold_ram",
        "verifications/s",
        &crowd::become_gold(&portal, &members),
    ));
    figures
}

/// Processors that sum up to as many as there are: they are the limit. Somebody who writes all the time: the
/// data base's one writer.
#[cfg(target_os = "linux")]
fn of(what: &str, unit: &'static str, load: &load::Load) -> Vec<Figure> {
    let [portal, visitors, others] = load.processors();
    let figures = [
        ("p99_ms", load.p99_ms(), "ms"),
        ("per_s", load.per_second(), unit),
        ("cpu_ms", load.cpu_ms(), "ms of a processor, for each"),
        ("processors", portal, "in work for the portal"),
        ("visitors", visitors, "processors in work for the visitors"),
        ("others", others, "processors in work for others on this computer"),
        ("writing", load.writing(), "% of the time somebody wrote"),
    ];
    figures.map(|(name, value, unit)| (format!("{what}_{name}"), value, unit)).into()
}
