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
mod process;
#[cfg(target_os = "linux")]
#[path = "../../../verify/tests/verify/support/mod.rs"]
mod support;
#[cfg(target_os = "linux")]
mod visitor;

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
        all.insert(name.into(), serde_json::json!({ "value": value, "unit": unit }));
    }
    std::fs::write(file, serde_json::to_string_pretty(&all).unwrap() + "\n").unwrap();
}

#[cfg(not(target_os = "linux"))]
fn main() {}

#[cfg(target_os = "linux")]
type Figure = (&'static str, f64, &'static str);

/// One portal with a long revocation list: started, looked at, and made gold by.
#[cfg(target_os = "linux")]
fn measure() -> Vec<Figure> {
    let ground = ground::Ground::lay(crowd::MEMBERS);
    let portal = process::Running::start(&ground);
    let idle = portal.pss_mib();
    let members = crowd::sign_in(&portal);
    let home = crowd::look_at_home(&portal, &members);
    let gold = crowd::become_gold(&portal, &members);
    vec![
        ("portal_list_mib", ground.list_mib, "MiB"),
        ("portal_start_ms", portal.start_ms, "ms, the list read"),
        ("portal_pss_mib", idle, "MiB, nobody there"),
        ("portal_peak_mib", portal.peak_mib(), "MiB, after everything"),
        ("portal_home_p99_ms", home.p99_ms(), "ms"),
        ("portal_home_per_s", home.per_second(), "pages/s"),
        ("portal_home_cpu_ms", home.cpu_ms(), "ms of a processor, for each"),
        ("portal_gold_p99_ms", gold.p99_ms(), "ms"),
        ("portal_gold_per_s", gold.per_second(), "verifications/s"),
        ("portal_gold_cpu_ms", gold.cpu_ms(), "ms of a processor, for each"),
        // As many as the computer has: processors are the limit. Fewer: the visitors, or the data base's one writer.
        ("portal_gold_processors", gold.processors(), "in work for the portal"),
    ]
}
