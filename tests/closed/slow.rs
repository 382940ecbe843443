//! A thousand connections of somebody who never finishes: each is ended within 15 s, and others
//! are served meanwhile.

use std::io::{Read, Write};
use std::sync::{Mutex, PoisonError};
use std::time::{Duration, Instant};

use openssl::ssl::SslStream;
use std::net::TcpStream;

use crate::descriptors::allow_many;
use crate::helper::{Helper, SITE};

const CONNECTIONS: usize = 1000;
/// From the last one's beginning to the end of all.
const CLOSED: Duration = Duration::from_secs(15);
/// `make bench` measures the wait strictly; here other tests may run beside it.
const WAIT: Duration = Duration::from_millis(250);

/// Opens them, looks how long others wait, and how long all of them last.
fn hold<S: Read>(helper: &Helper, open: impl Fn() -> S, tcp: impl Fn(&S) -> &TcpStream) {
    /// A thousand handshakes are enough for one machine at a time.
    static ONE_THOUSAND: Mutex<()> = Mutex::new(());
    let _alone = ONE_THOUSAND.lock().unwrap_or_else(PoisonError::into_inner);
    allow_many();
    let logged = helper.logged();
    let held: Vec<S> = (0..CONNECTIONS).map(|_| open()).collect();
    let begun = Instant::now();
    let wait = helper.median_wait();
    assert!(wait < WAIT, "{wait:?} for the status beside {CONNECTIONS} slow callers");
    for mut stream in held {
        let left = CLOSED.saturating_sub(begun.elapsed()).max(Duration::from_millis(1));
        tcp(&stream).set_read_timeout(Some(left)).unwrap();
        let mut answer = [0; 4096];
        loop {
            match stream.read(&mut answer) {
                Ok(0) => break,
                Ok(_) => {} // what it is told on the way out
                Err(error) => {
                    use std::io::ErrorKind::{TimedOut, WouldBlock};
                    let open = matches!(error.kind(), WouldBlock | TimedOut);
                    assert!(!open, "open after {CLOSED:?}");
                    break;
                }
            }
        }
    }
    println!(
        "{CONNECTIONS} closed {:?} after the last began; {wait:?} for the status",
        begun.elapsed()
    );
    helper.assert_serves();
    assert_eq!(helper.logged(), logged, "they wrote the log");
}

fn beginning(helper: &Helper, text: &str) -> SslStream<TcpStream> {
    let mut stream = helper.caller.connect().unwrap();
    let _ = stream.write_all(text.as_bytes()); // may be ended already, by those that came after
    stream
}

#[test]
fn a_thousand_slow_headers() {
    let helper = Helper::start();
    let text = helper.head("GET /v1/status", SITE) + "X-Slow: a";
    hold(&helper, || beginning(&helper, &text), SslStream::get_ref);
}

#[test]
fn a_thousand_slow_bodies() {
    let helper = Helper::start();
    let head = helper.head("POST /v1/authenticate", SITE);
    let text = head + "Content-Type: application/json\r\nContent-Length: 100\r\n\r\n{";
    hold(&helper, || beginning(&helper, &text), SslStream::get_ref);
}

#[test]
fn a_thousand_that_say_nothing_after_the_handshake() {
    let helper = Helper::start();
    hold(&helper, || beginning(&helper, ""), SslStream::get_ref);
}

#[test]
fn a_thousand_that_never_begin_the_handshake() {
    let helper = Helper::start();
    hold(&helper, || helper.tcp(), |stream| stream);
}

#[test]
fn a_thousand_that_stop_within_the_handshake() {
    let helper = Helper::start();
    // A record of the type handshake, RFC 8446 section 5.1, which says 512 bytes and has two.
    let part = [0x16, 0x03, 0x01, 0x02, 0x00, 0x01, 0x00];
    let open = || {
        let mut stream = helper.tcp();
        let _ = stream.write_all(&part);
        stream
    };
    hold(&helper, open, |stream| stream);
}

#[test]
fn one_byte_now_and_then_does_not_make_it_longer() {
    let helper = Helper::start();
    let head = helper.head("GET /v1/status", SITE);
    let body = helper.head("POST /v1/authenticate", SITE)
        + "Content-Type: application/json\r\nContent-Length: 1000\r\n\r\n";
    for text in [head, body] {
        let mut stream = beginning(&helper, &text);
        let begun = Instant::now();
        while stream.write_all(b"a").is_ok() {
            assert!(begun.elapsed() < CLOSED, "still taken after {CLOSED:?}");
            std::thread::sleep(Duration::from_millis(500));
        }
    }
}
