//! Other programs, measured in the same run by the same questions. Who is not installed is left out
//! (`installer/dev/setup.sh bench` brings them).

use std::fs;
use std::net::{Ipv4Addr, TcpStream};
use std::path::{Path, PathBuf};
use std::process::Command;
use std::time::{Duration, Instant};

use ankong_stage::{DemoAuthority, Process, TemporaryHome, figures, free_port};
use serde_json::{Value, json};

use crate::served::{Served, hundredths};

/// nginx with a certificate like ours: P-256, and its root sent along.
pub(crate) struct Nginx {
    process: Process,
    port: u16,
    _home: TemporaryHome,
}

impl Nginx {
    pub(crate) fn start() -> Option<Self> {
        let program = unpacked("nginx/usr/sbin/nginx")?;
        let home = TemporaryHome::create().unwrap();
        let site = DemoAuthority::create(home.path()).unwrap();
        let chain = home.path().join("chain.pem");
        let pem = [site.certificate(), site.root()].map(|file| fs::read_to_string(file).unwrap());
        fs::write(&chain, pem.concat()).unwrap();
        let port = free_port().unwrap();
        let folder = home.path().display();
        let places: String = ["client_body", "proxy", "fastcgi", "uwsgi", "scgi"]
            .map(|what| format!("{what}_temp_path {folder}/{what};\n"))
            .concat();
        let config = format!(
            "daemon off; master_process off; pid {folder}/nginx.pid; error_log stderr;\n\
             events {{}}\nhttp {{\naccess_log off;\n{places}\
             server {{ listen 127.0.0.1:{port} ssl; keepalive_requests 100000000;\n\
             ssl_protocols TLSv1.2 TLSv1.3; ssl_certificate {};\nssl_certificate_key {};\n\
             location / {{ default_type application/json;\n\
             return 200 '{{\"service\":\"nginx\",\"version\":\"1.22.1\",\"protocol\":1,\"state\":\"running\"}}'; }}\n}}\n}}\n",
            chain.display(),
            site.key().display(),
        );
        let file = home.path().join("nginx.conf");
        fs::write(&file, config).unwrap();
        let mut command = Command::new(program);
        command.arg("-c").arg(&file).arg("-p").arg(home.path());
        let process = Process::start(command, &home.path().join("nginx.log")).unwrap();
        wait_until_listening(port);
        Some(Self { process, port, _home: home })
    }

    pub(crate) fn served(&self) -> Served {
        Served { process: self.process.id(), port: self.port, path: "/", secure: true }
    }
}

/// AusweisApp without a screen, over plain HTTP as it always is.
pub(crate) fn ausweisapp(only: &str, note: &mut dyn FnMut(&str, Value, &str)) {
    let names = ["start_headless_ms", "idle_headless_pss_mib", "status_"];
    let wanted = |name: &&str| {
        let whole = format!("peer_ausweisapp_{name}");
        [*name, &whole].iter().any(|name| name.starts_with(only) || only.starts_with(name))
    };
    if !names.iter().any(wanted) || !Path::new(AUSWEISAPP).exists() {
        return;
    }
    let home = TemporaryHome::create().unwrap();
    let port = free_port().unwrap();
    let mut command = Command::new(AUSWEISAPP);
    command.args([
        "--no-proxy",
        "--ui",
        "webservice",
        "--ui",
        "websocket",
        "--port",
        &port.to_string(),
    ]);
    command.envs(home.environment()).env("QT_QPA_PLATFORM", "offscreen");
    let begun = Instant::now();
    let process = Process::start(command, &home.path().join("ausweisapp.log")).unwrap();
    wait_until_listening(port);
    let started = begun.elapsed().as_secs_f64() * 1e3;
    note("peer_ausweisapp_start_headless_ms", json!(hundredths(started)), "ms");
    std::thread::sleep(Duration::from_secs(3));
    let pss = figures::pss_kib(process.id()).unwrap() as f64 / 1024.0;
    note("peer_ausweisapp_idle_headless_pss_mib", json!(hundredths(pss)), "MiB");
    let path = "/eID-Client?Status";
    let served = Served { process: process.id(), port, path, secure: false };
    served.calls("peer_ausweisapp_", note);
}

fn unpacked(path: &str) -> Option<PathBuf> {
    let cache = std::env::var_os("XDG_CACHE_HOME").map(PathBuf::from);
    let home = || std::env::var_os("HOME").map(|home| PathBuf::from(home).join(".cache"));
    Some(cache.or_else(home)?.join("ankong").join(path)).filter(|path| path.exists())
}

fn wait_until_listening(port: u16) {
    let until = Instant::now() + Duration::from_secs(20);
    while TcpStream::connect((Ipv4Addr::LOCALHOST, port)).is_err() {
        assert!(Instant::now() < until, "nobody listens on {port}");
        std::thread::sleep(Duration::from_millis(1));
    }
}

const AUSWEISAPP: &str = "/usr/bin/AusweisApp2";
