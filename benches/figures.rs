//! The figures that hold on any machine, or are worth watching on one: a table on the screen, and
//! `target/bench.json` for whoever compares. `ONLY=apdus` measures those whose name begins so.
#![allow(
    missing_docs,
    clippy::unwrap_used,
    clippy::panic,
    reason = "a measurement that fails may panic"
)]

use std::net::TcpListener;
use std::path::PathBuf;
use std::process::Command;
use std::thread::sleep;
use std::time::{Duration, Instant};

use ankong_card::algorithm::Digest;
use ankong_card::card::{self, Card};
use ankong_card::{Channel, Pin, Transport};
use ankong_hostile::{PIN, Subject, Tampered, issuer_keys};
use ankong_stage::{Caller, PrivatePcscd, Process, TemporaryHome, VirtualDisplay, figures};
use serde_json::{Value, json};

fn main() {
    let only = std::env::var("ONLY").unwrap_or_default();
    let mut measured = serde_json::Map::new();
    let mut note = |name: &str, value: Value, unit: &str| {
        if name.starts_with(&only) {
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
    for headless in [true, false] {
        let kind = if headless { "headless" } else { "tray" };
        let (start, idle) = (format!("start_{kind}_ms"), format!("idle_{kind}_pss_mib"));
        let ticks = headless && "idle_ticks_60s".starts_with(&only);
        if start.starts_with(&only) || idle.starts_with(&only) || ticks {
            let program = Resident::start(headless);
            note(&start, json!(tenths(program.started.as_secs_f64() * 1e3)), "ms");
            sleep(SETTLED);
            let pss = figures::pss_kib(program.process.id()).unwrap();
            note(&idle, json!(tenths(pss as f64 / 1024.0)), "MiB");
            if ticks {
                let before = figures::cpu_ticks(program.process.id()).unwrap();
                sleep(Duration::from_secs(60));
                let after = figures::cpu_ticks(program.process.id()).unwrap();
                note("idle_ticks_60s", (after - before).into(), "ticks");
            }
        }
    }
    let text = serde_json::to_string_pretty(&Value::Object(measured)).unwrap();
    let target = std::env::var_os("CARGO_TARGET_DIR").map_or("target".into(), PathBuf::from);
    std::fs::write(target.join("bench.json"), text + "\n").unwrap();
}

fn tenths(number: f64) -> f64 {
    (number * 10.0).round() / 10.0
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
    card.verify(&mut channel, &pin, &mut |bytes| bytes.fill(7)).unwrap();
    card.sign(&mut channel, &Digest::Sha256([7; 32])).unwrap();
    channel.commands()
}

/// The resident program beside a reader with no card in it.
struct Resident {
    process: Process,
    /// From its start to its first answer over HTTPS.
    started: Duration,
    _parts: (PrivatePcscd, TemporaryHome, Option<VirtualDisplay>),
}

impl Resident {
    fn start(headless: bool) -> Self {
        let (pcscd, home) = (PrivatePcscd::start().unwrap(), TemporaryHome::create().unwrap());
        let display = (!headless).then(|| VirtualDisplay::start(&home.environment()).unwrap());
        let port = TcpListener::bind("127.0.0.1:0").unwrap().local_addr().unwrap().port();
        let start = || {
            let mut command = Command::new(env!("CARGO_BIN_EXE_ankong"));
            command.args(["serve", "--port", &port.to_string()]);
            command.args(headless.then_some("--headless"));
            command.envs(home.environment()).envs(pcscd.environment());
            command.envs(display.iter().flat_map(VirtualDisplay::environment));
            Process::start(command, &home.path().join("ankong.log")).unwrap()
        };
        // The first start makes the identity of localhost; people start it once.
        let mut first = start();
        first.wait_for_line("https://localhost:", PATIENCE).unwrap();
        let root = home.path().join(".local/share/ankong/localhost/root.pem");
        let caller = Caller::new(port, &std::fs::read(root).unwrap()).unwrap();
        first.terminate(PATIENCE).unwrap();

        let begun = Instant::now();
        let process = start();
        while caller.get("/v1/status", &format!("https://localhost:{port}")).is_err() {
            assert!(begun.elapsed() < PATIENCE, "no answer");
            sleep(Duration::from_millis(1));
        }
        Self { process, started: begun.elapsed(), _parts: (pcscd, home, display) }
    }
}

const PATIENCE: Duration = Duration::from_secs(20);
/// Until memory of the start has been given back.
const SETTLED: Duration = Duration::from_secs(3);
