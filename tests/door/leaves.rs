//! The certificate of the day, by a clock that moves: what a TLS client of that day is shown.

use std::io::{Read, Write};
use std::net::TcpStream;
use std::sync::{Arc, Mutex};
use std::time::{Duration, SystemTime, UNIX_EPOCH};

use openssl::ssl::{SslConnector, SslMethod, SslStream};

use crate::support::cards::{image, reader_with};
use crate::support::person::ScriptedPerson;
use crate::support::{Door, PORTAL};

const YEAR: Duration = Duration::from_secs(365 * 86_400);

/// A door and the clock it goes by.
struct Dated {
    door: Door,
    clock: Arc<Mutex<SystemTime>>,
}

impl Dated {
    fn open(now: SystemTime) -> Self {
        let clock = Arc::new(Mutex::new(now));
        let reading = Arc::clone(&clock);
        let now = move || *reading.lock().unwrap();
        let (cards, _) = reader_with(&image(), &[]);
        let door = Door::open_by(now, 0, cards, ScriptedPerson::new(&[]), PORTAL);
        Self { door, clock }
    }

    fn set(&self, now: SystemTime) {
        *self.clock.lock().unwrap() = now;
    }

    /// A connection by a client that has the same date.
    fn connect(&self) -> Option<SslStream<TcpStream>> {
        let mut connector = SslConnector::builder(SslMethod::tls_client()).unwrap();
        connector.set_ca_file(self.door.root()).unwrap();
        let mut configured = connector.build().configure().unwrap();
        let now = self.clock.lock().unwrap().duration_since(UNIX_EPOCH).unwrap().as_secs();
        configured.param_mut().set_time(now.try_into().unwrap());
        let stream = TcpStream::connect(("127.0.0.1", self.door.caller.port())).unwrap();
        stream.set_read_timeout(Some(Duration::from_secs(20))).unwrap();
        configured.connect("localhost", stream).ok()
    }

    /// The number of the certificate shown today.
    fn serial(&self) -> Option<String> {
        Some(serial(&self.connect()?))
    }
}

fn serial(stream: &SslStream<TcpStream>) -> String {
    let certificate = stream.ssl().peer_certificate().unwrap();
    certificate.serial_number().to_bn().unwrap().to_hex_str().unwrap().to_string()
}

fn asks_status(stream: &mut SslStream<TcpStream>, port: u16) {
    let head = format!("GET /v1/status HTTP/1.1\r\nHost: localhost:{port}\r\nOrigin: {PORTAL}");
    stream.write_all(format!("{head}\r\n\r\n").as_bytes()).unwrap();
    let mut answer = [0; 4096];
    let length = stream.read(&mut answer).unwrap();
    let answer = String::from_utf8_lossy(&answer[..length]);
    assert!(answer.starts_with("HTTP/1.1 200 OK\r\n"), "{answer}");
}

#[test]
fn a_client_is_shown_the_leaf_of_its_day_without_a_restart_and_open_connections_go_on() {
    let today = SystemTime::now();
    let dated = Dated::open(today);
    let port = dated.door.caller.port();
    let mut early = dated.connect().unwrap();
    asks_status(&mut early, port);

    let mut seen = vec![serial(&early)];
    for year in 1..10 {
        dated.set(today + year * YEAR);
        let shown = dated.serial().unwrap();
        assert!(!seen.contains(&shown), "the leaf of another year in year {year}");
        seen.push(shown);
    }
    asks_status(&mut early, port);

    dated.set(today);
    assert_eq!(dated.serial().as_ref(), seen.first(), "after a jump back");
    asks_status(&mut early, port);
}

#[test]
fn on_a_day_without_a_leaf_the_handshake_fails_and_the_log_says_so_once() {
    let log = Log::default();
    let writer = log.clone();
    let subscriber = tracing_subscriber::fmt().with_writer(move || writer.clone()).finish();
    // The door serves on a thread of its own.
    tracing::subscriber::set_global_default(subscriber).unwrap();
    let today = SystemTime::now();
    let dated = Dated::open(today);
    let said = || {
        let text = String::from_utf8(log.0.lock().unwrap().clone()).unwrap();
        text.matches("no certificate of this computer is valid now; is the clock right?").count()
    };
    for (turn, day) in [today + 11 * YEAR, today - YEAR].into_iter().enumerate() {
        dated.set(day);
        for _ in 0..5 {
            assert_eq!(dated.serial(), None);
        }
        assert_eq!(said(), turn + 1);
        dated.set(today);
        assert!(dated.serial().is_some());
    }
}

#[derive(Clone, Default)]
struct Log(Arc<Mutex<Vec<u8>>>);

impl Write for Log {
    fn write(&mut self, bytes: &[u8]) -> std::io::Result<usize> {
        self.0.lock().unwrap().extend_from_slice(bytes);
        Ok(bytes.len())
    }

    fn flush(&mut self) -> std::io::Result<()> {
        Ok(())
    }
}
