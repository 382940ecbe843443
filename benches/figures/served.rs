//! What a local server costs its callers and its computer, asked in the same way of ours and of
//! others: by wrk, and by callers of our own.

use std::io::{Read, Write};
use std::net::{Ipv4Addr, TcpStream};
use std::process::Command;
use std::time::{Duration, Instant};

use ankong_stage::figures::cpu_ticks;
use openssl::ssl::{SslConnector, SslMethod, SslStream, SslVerifyMode};
use serde_json::{Value, json};

/// Who is asked, and for what.
pub(crate) struct Served {
    pub(crate) process: u32,
    pub(crate) port: u16,
    pub(crate) path: &'static str,
    /// Over TLS.
    pub(crate) secure: bool,
}

/// The site the calls name.
const ORIGIN: &str = "Origin: https://id.taipei";

/// What wrk said.
struct Load {
    per_second: f64,
    p99_ms: f64,
    /// Of the server, for each call.
    cpu_us: f64,
}

impl Served {
    /// The figures of calls on kept connections; `name` is what stands before theirs.
    pub(crate) fn calls(&self, name: &str, note: &mut dyn FnMut(&str, Value, &str)) {
        self.load(1, 1); // warms up
        let (one, eight) = (self.load(1, SECONDS), self.load(8, SECONDS));
        note(&format!("{name}status_per_s"), json!(eight.per_second.round()), "calls/s");
        note(&format!("{name}status_per_s_at_one"), json!(one.per_second.round()), "calls/s");
        note(&format!("{name}status_p99_ms"), json!(hundredths(one.p99_ms)), "ms");
        note(&format!("{name}status_cpu_us"), json!(hundredths(eight.cpu_us)), "us");
    }

    fn load(&self, connections: u32, seconds: u32) -> Load {
        let scheme = if self.secure { "https" } else { "http" };
        let url = format!("{scheme}://localhost:{}{}", self.port, self.path);
        let before = cpu_ticks(self.process).unwrap();
        let output = Command::new("wrk")
            .args(["--threads", "1", "--latency", "--header", ORIGIN])
            .args(["--connections", &connections.to_string()])
            .args(["--duration", &format!("{seconds}s"), &url])
            .output()
            .expect("wrk: run `installer/dev/setup.sh bench`");
        let ticks = cpu_ticks(self.process).unwrap() - before;
        let said = String::from_utf8(output.stdout).unwrap();
        assert!(output.status.success() && !said.contains("Non-2xx"), "{said}");
        let word = |line: &str, nth: usize| {
            let line = said.lines().find(|text| text.contains(line)).expect(&said);
            line.split_whitespace().nth(nth).unwrap().to_owned()
        };
        let calls: f64 = word(" requests in ", 0).parse().unwrap();
        Load {
            per_second: word("Requests/sec:", 1).parse().unwrap(),
            p99_ms: milliseconds(&word(" 99% ", 1)),
            cpu_us: ticks as f64 * TICK_US / calls,
        }
    }

    /// Connecting, a whole handshake, the call, its answer.
    fn first_call(&self, connector: &SslConnector) -> Duration {
        let begun = Instant::now();
        self.call(&mut self.connect(connector));
        begun.elapsed()
    }

    fn connect(&self, connector: &SslConnector) -> SslStream<TcpStream> {
        let stream = TcpStream::connect((Ipv4Addr::LOCALHOST, self.port)).unwrap();
        stream.set_nodelay(true).unwrap();
        connector.connect("localhost", stream).unwrap()
    }

    /// One call; the answer comes in one piece.
    fn call(&self, stream: &mut SslStream<TcpStream>) {
        let head = format!(
            "GET {} HTTP/1.1\r\nHost: localhost:{}\r\n{ORIGIN}\r\n\r\n",
            self.path, self.port
        );
        stream.write_all(head.as_bytes()).unwrap();
        let mut answer = [0; 4096];
        let length = stream.read(&mut answer).unwrap();
        assert!(answer[..length].starts_with(b"HTTP/1.1 200 "), "no answer");
    }

    /// With a thousand connections on which nothing is said: until the last of them is closed, and
    /// the middle one of the times a new caller waits meanwhile.
    pub(crate) fn beside_half_open(&self) -> (Duration, f64) {
        allow_many();
        let open = || TcpStream::connect((Ipv4Addr::LOCALHOST, self.port)).unwrap();
        let silent: Vec<TcpStream> = (0..HALF_OPEN).map(|_| open()).collect();
        let begun = Instant::now();
        let wait = new_connection_ms(&[self])[0];
        for mut stream in silent {
            stream.set_read_timeout(Some(PATIENCE)).unwrap();
            let end = stream.read(&mut [0]);
            let closed = match &end {
                Ok(length) => *length == 0,
                Err(error) => error.kind() == std::io::ErrorKind::ConnectionReset,
            };
            assert!(closed, "open after {PATIENCE:?}: {end:?}");
        }
        (begun.elapsed(), wait)
    }
}

/// For each server the middle one of many first calls. They take turns, so that whatever else the
/// computer does meets all of them alike.
pub(crate) fn new_connection_ms(servers: &[&Served]) -> Vec<f64> {
    let connector = believes_anyone();
    let mut times = vec![Vec::new(); servers.len()];
    for _ in 0..CONNECTIONS {
        for (served, times) in servers.iter().zip(&mut times) {
            times.push(served.first_call(&connector));
        }
    }
    let middle = |mut times: Vec<Duration>| {
        times.sort();
        hundredths(times[times.len() / 2].as_secs_f64() * 1e3)
    };
    times.into_iter().map(middle).collect()
}

/// Every certificate is as good as another where time is measured.
fn believes_anyone() -> SslConnector {
    let mut connector = SslConnector::builder(SslMethod::tls_client()).unwrap();
    connector.set_verify(SslVerifyMode::NONE);
    connector.build()
}

fn allow_many() {
    use rustix::process::{Resource, Rlimit, getrlimit, setrlimit};
    let Rlimit { maximum, .. } = getrlimit(Resource::Nofile);
    setrlimit(Resource::Nofile, Rlimit { current: maximum, maximum }).unwrap();
}

/// wrk's way to write times.
fn milliseconds(text: &str) -> f64 {
    let number = |unit: &str| text.strip_suffix(unit).and_then(|text| text.parse::<f64>().ok());
    number("us")
        .map(|us| us / 1e3)
        .or_else(|| number("ms"))
        .or_else(|| number("s").map(|s| s * 1e3))
        .unwrap()
}

pub(crate) fn hundredths(number: f64) -> f64 {
    (number * 100.0).round() / 100.0
}

/// sysconf(3), _SC_CLK_TCK: a hundred in a second on every Linux.
const TICK_US: f64 = 10_000.0;
const SECONDS: u32 = 5;
const CONNECTIONS: usize = 301;
const HALF_OPEN: usize = 1000;
const PATIENCE: Duration = Duration::from_secs(30);
