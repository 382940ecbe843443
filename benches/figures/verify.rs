//! The verification library on one core: tokens a second with a list as long as MOICA's longest, how long that
//! list takes to read, and the memory of a process that does nothing else.

use std::fs;
use std::path::Path;
use std::process::Command;
use std::sync::Arc;
use std::time::{Duration, Instant};

use ankong_stage::figures;
use ankong_verify::{CrlSource, Fingerprint, HttpFetch, Origin, Trust, Verifier};
use serde_json::{Value, json};

use crate::pki::{Authority, Card, Crl, Entry, NOW, ORIGIN, rsa};
use crate::tenths;

/// Where the process that is measured finds its files; set for that one only.
const FOLDER: &str = "ANKONG_FIGURES_VERIFY";
const CHALLENGE: &str = "jZ0CzXVYpvj6SMnKMkOUbYYRmXgPCWnFOfQ7jAyHDTM=";
/// As many as the list of MOICA's second generation has.
const ENTRIES: u32 = 412_000;
const LONG_ENOUGH: Duration = Duration::from_secs(5);

/// Measures, in a process of its own, what begins with `only`.
pub(crate) fn measure(only: &str, note: &mut dyn FnMut(&str, Value, &str)) {
    if !["verify_per_s", "verify_list_ms", "verify_list_mib", "verify_peak_mib"]
        .iter()
        .any(|name| name.starts_with(only))
    {
        return;
    }
    let folder = tempfile::tempdir().unwrap();
    prepare(folder.path());
    let own = std::env::current_exe().unwrap();
    let output = Command::new(own).env(FOLDER, folder.path()).output().unwrap();
    assert!(output.status.success(), "{}", String::from_utf8_lossy(&output.stderr));
    let figures: Value = serde_json::from_slice(&output.stdout).unwrap();
    for (name, unit) in [
        ("verify_per_s", "tokens"),
        ("verify_list_ms", "ms"),
        ("verify_list_mib", "MiB"),
        ("verify_peak_mib", "MiB"),
    ] {
        note(name, figures[name].clone(), unit);
    }
}

/// Whether this process is the one that is measured; then it has been.
pub(crate) fn is_measured() -> bool {
    let Some(folder) = std::env::var_os(FOLDER) else { return false };
    println!("{}", run(Path::new(&folder)));
    true
}

/// Authorities with keys as long as the real ones of the third generation, a card, and a list.
fn prepare(folder: &Path) {
    let root = Authority::with_key("測試根憑證管理中心", rsa(4096), None, None);
    let authority = Authority::with_key("測試憑證管理中心", rsa(4096), Some(&root), Some(0));
    let card = Card { issuer: &authority, signer: &authority.key, ..Card::default() };
    let entries = (0..ENTRIES).map(|number| {
        // Numbers of sixteen octets without an order.
        let serial = u128::from(number).wrapping_mul(0x9E37_79B9_7F4A_7C15_F39C_C060_5CED_C835);
        let serial_number = (serial >> 1 | 1 << 126).to_be_bytes().to_vec();
        Entry { serial_number, since: NOW, reason: Some(1), extra: Vec::new() }
    });
    let list = Crl { entries: entries.collect(), ..Crl::of(&authority) }.der();
    for (name, bytes) in [
        ("root.cer", root.der()),
        ("ca.cer", authority.der()),
        ("ca.crl", list),
        ("token.json", card.token(ORIGIN, CHALLENGE).to_string().into_bytes()),
    ] {
        fs::write(folder.join(name), bytes).unwrap();
    }
}

fn run(folder: &Path) -> Value {
    let read = |name: &str| fs::read(folder.join(name)).unwrap();
    let (root, authority, token) = (read("root.cer"), read("ca.cer"), read("token.json"));
    let source = Arc::new(CrlSource::file(&authority, &folder.join("ca.crl")).unwrap());
    let begun = seconds_of_work();
    source.refresh(&HttpFetch::new()).unwrap();
    let reading = seconds_of_work() - begun;
    assert_eq!(source.list().unwrap().len(), ENTRIES as usize);
    let trust = Trust::builder().anchor(&root, Fingerprint::of(&root)).intermediate(&authority);
    let trust = Arc::new(trust.crl(source).build().unwrap());
    let verifier = Verifier::new(Origin::parse(ORIGIN).unwrap(), trust);

    let (begun, mut count) = (seconds_of_work(), 0);
    let end = Instant::now() + LONG_ENOUGH;
    while Instant::now() < end {
        verifier.verify(&token, CHALLENGE, NOW).unwrap();
        count += 1;
    }
    json!({
        "verify_per_s": (f64::from(count) / (seconds_of_work() - begun)).round(),
        "verify_list_ms": (reading * 1e3).round(),
        "verify_list_mib": tenths(fs::metadata(folder.join("ca.crl")).unwrap().len() as f64 / 1048576.0),
        "verify_peak_mib": tenths(peak_kib() as f64 / 1024.0),
    })
}

/// What a processor has done for this process, in steps of 10 ms: others on the machine do not count.
fn seconds_of_work() -> f64 {
    figures::cpu_ticks(std::process::id()).unwrap() as f64 / 100.0
}

/// The most memory this process has had (VmHWM, proc(5)).
fn peak_kib() -> u64 {
    let status = fs::read_to_string("/proc/self/status").unwrap();
    let line = status.lines().find_map(|line| line.strip_prefix("VmHWM:")).unwrap();
    line.trim().trim_end_matches(" kB").parse().unwrap()
}
