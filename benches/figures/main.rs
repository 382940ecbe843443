//! The figures that hold on any machine, or are worth watching on one: a table on the screen, and
//! `target/bench.json` for whoever compares. `ONLY=apdus` measures those whose name begins so.
#![allow(
    missing_docs,
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::panic,
    clippy::indexing_slicing,
    reason = "a measurement that fails may panic"
)]

#[cfg(target_os = "linux")]
mod callers;
#[cfg(target_os = "linux")]
mod peers;
#[cfg(target_os = "linux")]
#[path = "../../crates/verify/tests/verify/support/mod.rs"]
mod pki;
#[cfg(target_os = "linux")]
mod proof;
#[cfg(target_os = "linux")]
mod resident;
#[cfg(target_os = "linux")]
mod served;
#[cfg(target_os = "linux")]
#[path = "../../tests/support/mod.rs"]
mod support;
#[cfg(target_os = "linux")]
mod tray;
#[cfg(target_os = "linux")]
mod verify;
#[cfg(target_os = "linux")]
mod window;

use std::path::PathBuf;
use std::process::Command;

use ankong_card::algorithm::Digest;
use ankong_card::card::{self, Card};
use ankong_card::{Channel, LastTry, Pin, Transport};
use ankong_hostile::{PIN, Subject, Tampered, issuer_keys};
use serde_json::{Value, json};

fn main() {
    #[cfg(target_os = "linux")]
    if verify::is_measured() {
        return;
    }
    let only = std::env::var("ONLY").unwrap_or_default();
    let mut measured = serde_json::Map::new();
    let mut note = |name: &str, value: Value, unit: &str| {
        // A part is shown with what others have for it.
        let ours = name.strip_prefix("peer_").and_then(|name| name.split_once('_'));
        if name.starts_with(&only) || ours.is_some_and(|(_, name)| name.starts_with(&only)) {
            println!("{name:32} {value} {unit}");
            measured.insert(name.to_owned(), json!({ "value": value, "unit": unit }));
        }
    };
    for (name, subject) in CARDS {
        let [cold, warm] = ["cold", "warm"].map(|state| format!("apdus_{name}_{state}"));
        if cold.starts_with(&only) || warm.starts_with(&only) {
            let (cold_count, warm_count) = commands(subject);
            note(&cold, cold_count.into(), "commands");
            note(&warm, warm_count.into(), "commands");
        }
    }
    if CLIENT.starts_with(&only) {
        note(CLIENT, gzipped("client/ankong.js").into(), "bytes");
    }
    #[cfg(target_os = "linux")]
    {
        verify::measure(&only, &mut note);
        callers::measure(&only, &mut note);
        resident::measure(&only, &mut note);
        tray::measure(&only, &mut note);
        window::measure(&only, &mut note);
        resident::serve(&only, &mut note);
        peers::ausweisapp(&only, &mut note);
        if "pin_to_token_ms".starts_with(&only) {
            note("pin_to_token_ms", json!(proof::pin_to_token_ms()), "ms");
        }
    }
    let text = serde_json::to_string_pretty(&Value::Object(measured)).unwrap();
    let target = std::env::var_os("CARGO_TARGET_DIR").map_or("target".into(), PathBuf::from);
    std::fs::write(target.join("bench.json"), text + "\n").unwrap();
}

/// What a page loads; client/tests/package.test.js holds it.
const CLIENT: &str = "client_gzip_bytes";

fn gzipped(file: &str) -> usize {
    let output = Command::new("gzip").args(["-9nc", file]).output().unwrap();
    assert!(output.status.success(), "{file}");
    output.stdout.len()
}

const CARDS: [(&str, Subject); 5] = [
    ("moica_gen1", Subject::MoicaGen1),
    ("moica_gen2", Subject::MoicaGen2),
    ("iso7816_15", Subject::Iso7816Part15),
    ("piv_rsa", Subject::Piv),
    ("piv_p256", Subject::PivOnP256),
];

/// From insertion to the first signature, and from there to the second.
fn commands(subject: Subject) -> (u32, u32) {
    let card = subject.card();
    let atr = card.atr().to_vec();
    let mut carrier = Tampered::new(card, &[]); // no choices: an honest card
    let mut channel = Channel::new(&mut carrier);
    let opened = card::open(&mut channel, &atr, &issuer_keys()).unwrap();
    let reading = channel.commands();
    let cold = reading + authenticate(opened.card.as_ref(), &mut carrier);
    let mut reset = Tampered::new(carrier.into_card(), &[]);
    (cold, authenticate(opened.card.as_ref(), &mut reset))
}

fn authenticate(card: &dyn Card, carrier: &mut dyn Transport) -> u32 {
    let mut channel = Channel::new(carrier);
    let pin = Pin::from_bytes(PIN.as_bytes()).unwrap();
    card.verify(&mut channel, &pin, LastTry::Keep, &mut |bytes| bytes.fill(7)).unwrap();
    card.sign(&mut channel, &Digest::Sha256([7; 32])).unwrap();
    channel.commands()
}

#[cfg(target_os = "linux")]
fn tenths(number: f64) -> f64 {
    (number * 10.0).round() / 10.0
}
