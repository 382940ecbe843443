//! The running program, and what can be said to it.

use std::fs;
use std::io::{ErrorKind, Read, Write};
use std::net::{Ipv4Addr, TcpStream};
use std::process::Command;
use std::time::{Duration, Instant};

use ankong_stage::{Caller, Process, TemporaryHome, eventually};

use crate::reply::Reply;
use crate::support::cards;

/// A site that may call, of the built-in list.
pub(crate) const SITE: &str = "https://id.taipei";
/// One that may not.
pub(crate) const FOREIGN: &str = "https://evil.example";
/// For an answer, or for the end of a connection that has to end.
pub(crate) const PATIENCE: Duration = Duration::from_secs(20);

/// `ankong serve` with a card in a reader of its own and no display.
pub(crate) struct Helper {
    pub(crate) process: Process,
    pub(crate) caller: Caller,
    pub(crate) home: TemporaryHome,
}

impl Helper {
    pub(crate) fn start() -> Self {
        Self::start_by(Command::new(env!("CARGO_BIN_EXE_ankong")))
    }

    /// With no more than so many file descriptors.
    pub(crate) fn start_with_descriptors(count: u32) -> Self {
        let mut shell = Command::new("sh");
        shell.args(["-c", &format!("ulimit -n {count}; exec \"$0\" \"$@\"")]);
        shell.arg(env!("CARGO_BIN_EXE_ankong"));
        Self::start_by(shell)
    }

    fn start_by(mut command: Command) -> Self {
        let home = TemporaryHome::create().unwrap();
        let card = home.path().join("card.toml");
        cards::image().save(&card).unwrap();
        command.args(["serve", "--headless", "--port", "0", "--virtual-card"]).arg(card);
        command.envs(home.environment()).env("LC_ALL", "C.UTF-8");
        command.env_remove("DISPLAY").env_remove("WAYLAND_DISPLAY");
        command.env_remove("DBUS_SESSION_BUS_ADDRESS");
        command.env("DBUS_SYSTEM_BUS_ADDRESS", "unix:path=/nonexistent/bus");
        let process = Process::start(command, &home.path().join("ankong.log")).unwrap();
        let line = process.wait_for_line("https://localhost:", PATIENCE).unwrap();
        // The last it has to say by itself: what is in its log from here on, a caller brought about.
        eventually("an end of its words", PATIENCE, || {
            Ok(fs::read_to_string(process.log())?.contains("nobody tells when").then_some(()))
        })
        .unwrap();
        let port = line.rsplit(':').next().unwrap().parse().unwrap();
        let root = home.path().join(".local/share/ankong/localhost/root.pem");
        let caller = Caller::new(port, &fs::read(root).unwrap()).unwrap();
        Self { process, caller, home }
    }

    pub(crate) fn port(&self) -> u16 {
        self.caller.port()
    }

    /// A connection without TLS.
    pub(crate) fn tcp(&self) -> TcpStream {
        let stream = TcpStream::connect((Ipv4Addr::LOCALHOST, self.port())).unwrap();
        stream.set_read_timeout(Some(PATIENCE)).unwrap();
        stream
    }

    /// Everything that comes back for `bytes` until the program closes the connection, which it
    /// has to.
    pub(crate) fn exchange(&self, bytes: &[u8]) -> Vec<u8> {
        let mut stream = self.caller.connect().unwrap();
        stream.get_ref().set_read_timeout(Some(PATIENCE)).unwrap();
        let _ = stream.write_all(bytes); // it may close before it has read all
        until_closed(&mut stream)
    }

    /// The same from somebody who waits for an answer and a moment for another, and then hangs up.
    pub(crate) fn exchange_and_hang_up(&self, bytes: &[u8]) -> Vec<u8> {
        let mut stream = self.caller.connect().unwrap();
        let _ = stream.write_all(bytes);
        stream.get_ref().set_read_timeout(Some(PATIENCE)).unwrap();
        let mut first = [0; 1024];
        let count = stream.read(&mut first).unwrap_or(0);
        let mut all = first[..count].to_vec();
        stream.get_ref().set_read_timeout(Some(Duration::from_millis(300))).unwrap();
        let _ = stream.read_to_end(&mut all);
        stream.get_ref().set_read_timeout(Some(PATIENCE)).unwrap();
        let _ = stream.shutdown();
        all.extend(until_closed(&mut stream));
        all
    }

    /// The only answer to a request with this header, sent with a line that asks for the end.
    pub(crate) fn ask(&self, head: &str, body: &str) -> Reply {
        Reply::only(&self.exchange(format!("{head}Connection: close\r\n\r\n{body}").as_bytes()))
    }

    /// The header of a request of `site`, without its empty line.
    pub(crate) fn head(&self, call: &str, site: &str) -> String {
        format!("{call} HTTP/1.1\r\nHost: localhost:{}\r\nOrigin: {site}\r\n", self.port())
    }

    /// What a page that may call gets now: the program is alive and serves others.
    pub(crate) fn assert_serves(&self) {
        let reply = self.ask(&self.head("GET /v1/status", SITE), "");
        assert_eq!(reply.status, 200, "{reply:?}");
        assert!(reply.body.contains("\"state\":\"running\""), "{reply:?}");
    }

    /// The median of the times a new caller waits for the status, handshake included.
    pub(crate) fn median_wait(&self) -> Duration {
        let mut waits: Vec<Duration> = (0..31)
            .map(|_| {
                let begun = Instant::now();
                self.assert_serves();
                begun.elapsed()
            })
            .collect();
        waits.sort();
        waits[waits.len() / 2]
    }

    /// How much has been logged, bytes.
    pub(crate) fn logged(&self) -> u64 {
        fs::metadata(self.process.log()).unwrap().len()
    }

    /// The most memory it ever had, KiB (proc(5), VmHWM).
    pub(crate) fn most_memory(&self) -> u64 {
        let status = fs::read_to_string(format!("/proc/{}/status", self.process.id())).unwrap();
        let line = status.lines().find_map(|line| line.strip_prefix("VmHWM:")).unwrap();
        line.trim().trim_end_matches("kB").trim().parse().unwrap()
    }
}

/// Reads to the end. A reset is an end too.
pub(crate) fn until_closed(stream: &mut impl Read) -> Vec<u8> {
    let mut all = Vec::new();
    let mut part = [0; 4096];
    loop {
        match stream.read(&mut part) {
            Ok(0) => return all,
            Ok(length) => all.extend_from_slice(&part[..length]),
            Err(error) => {
                let silent = matches!(error.kind(), ErrorKind::WouldBlock | ErrorKind::TimedOut);
                assert!(!silent, "open after {PATIENCE:?}: {}", String::from_utf8_lossy(&all));
                return all;
            }
        }
    }
}
