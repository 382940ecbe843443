//! The resident program as a process: how soon it answers, how much memory it keeps, whether it
//! rests. A reader is there, and no card.

use std::net::TcpListener;
use std::process::Command;
use std::thread::sleep;
use std::time::{Duration, Instant};

use ankong_stage::{Caller, PrivatePcscd, Process, TemporaryHome, VirtualDisplay, figures};
use serde_json::{Value, json};

use crate::peers::Nginx;
use crate::served::{Served, new_connection_ms};
use crate::tenths;

/// Measures what begins with `only`, for who runs it without and with the tray.
pub(crate) fn measure(only: &str, note: &mut dyn FnMut(&str, Value, &str)) {
    for headless in [true, false] {
        let kind = if headless { "headless" } else { "tray" };
        let (start, idle) = (format!("start_{kind}_ms"), format!("idle_{kind}_pss_mib"));
        let ticks = format!("idle_{kind}_ticks_60s");
        if [&start, &idle, &ticks].iter().any(|name| name.starts_with(only)) {
            let program = Resident::start(headless);
            note(&start, json!(tenths(program.started.as_secs_f64() * 1e3)), "ms");
            sleep(SETTLED);
            let pss = figures::pss_kib(program.process.id()).unwrap();
            note(&idle, json!(tenths(pss as f64 / 1024.0)), "MiB");
            if ticks.starts_with(only) {
                let before = figures::cpu_ticks(program.process.id()).unwrap();
                sleep(Duration::from_secs(60));
                let after = figures::cpu_ticks(program.process.id()).unwrap();
                note(&ticks, (after - before).into(), "ticks");
            }
        }
    }
}

/// What its door costs its callers, and what nginx's does with a certificate like ours.
pub(crate) fn serve(only: &str, note: &mut dyn FnMut(&str, Value, &str)) {
    let wanted = |name: &str| name.starts_with(only) || only.starts_with(name);
    if !["status_", "tls_", "half_open_", "peer_nginx_"].iter().any(|name| wanted(name)) {
        return;
    }
    let program = Resident::start(true);
    let (process, port) = (program.process.id(), program.port);
    let ours = Served { process, port, path: "/v1/status", secure: true };
    let nginx = Nginx::start();
    let theirs = nginx.as_ref().map(Nginx::served);
    let both: Vec<(&str, &Served)> =
        [("", &ours)].into_iter().chain(theirs.iter().map(|s| ("peer_nginx_", s))).collect();
    if wanted("status_") || wanted("peer_nginx_status_") {
        both.iter().for_each(|(name, served)| served.calls(name, note));
    }
    if wanted("tls_") || wanted("peer_nginx_tls_") {
        let servers: Vec<&Served> = both.iter().map(|(_, served)| *served).collect();
        for ((name, _), time) in both.iter().zip(new_connection_ms(&servers)) {
            note(&format!("{name}tls_new_connection_ms"), json!(time), "ms");
        }
    }
    if wanted("half_open_") || wanted("status_") {
        let (closed, wait) = ours.beside_half_open();
        note("half_open_closed_s", json!(tenths(closed.as_secs_f64())), "s");
        note("status_beside_half_open_ms", json!(wait), "ms");
    }
}

/// The resident program beside a reader with no card in it.
struct Resident {
    process: Process,
    port: u16,
    /// From its start to its first answer over HTTPS.
    started: Duration,
    _parts: (Option<Process>, PrivatePcscd, TemporaryHome, Option<VirtualDisplay>),
}

impl Resident {
    fn start(headless: bool) -> Self {
        let (pcscd, home) = (PrivatePcscd::start().unwrap(), TemporaryHome::create().unwrap());
        let display = (!headless).then(|| VirtualDisplay::start(&home.environment()).unwrap());
        let desktop = display.iter().map(|display| display.start_panel(&home.environment()));
        let desktop = desktop.map(Result::unwrap).next();
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
        Self { process, port, started: begun.elapsed(), _parts: (desktop, pcscd, home, display) }
    }
}

const PATIENCE: Duration = Duration::from_secs(20);
/// Until memory of the start has been given back.
const SETTLED: Duration = Duration::from_secs(3);
