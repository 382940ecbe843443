//! `virtual-card run` in a reader of the real PC/SC service: its lines, and its control page over
//! real HTTP.

#![cfg(target_os = "linux")]
#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::panic,
    clippy::indexing_slicing,
    reason = "a test stops at the first surprise, in its shared functions too"
)]

use std::io::{Read, Write};
use std::net::TcpStream;
use std::path::{Path, PathBuf};
use std::process::Command;
use std::time::Duration;

use ankong_stage::{PrivatePcscd, Process, eventually};
use serde_json::Value;
use tempfile::TempDir;

#[test]
fn the_page_moves_swaps_and_spoils_the_card() {
    let bench = Bench::start(&[]);
    bench.wait_for_card(true);
    let status = bench.get("/status").json();
    assert_eq!(status["card"], "first");
    assert_eq!(status["profile"], "moica-gen1");
    assert_eq!((&status["in_reader"], &status["tries"]), (&true.into(), &3.into()));
    assert_eq!(status["cards"], serde_json::json!(["first", "second"]));

    assert_eq!(bench.order("pull")["in_reader"], false);
    bench.wait_for_card(false);
    assert_eq!(bench.refused("pull", 409), "no card is in the reader");
    assert_eq!(bench.order("insert")["in_reader"], true);
    bench.wait_for_card(true);
    assert_eq!(bench.refused("insert", 409), "the card is in the reader already");

    assert_eq!(bench.order("swap second")["card"], "second");
    bench.wait_for_card(true);
    assert!(bench.refused("swap ../first", 409).contains("no card \"../first\""));
    assert!(bench.refused("swap third", 409).contains("no card \"third\""));

    let status = bench.order("flaw truncated-certificate");
    assert_eq!(status["truncated_certificate"], true);
    assert_eq!(bench.order("flaw blocked-pin")["tries"], 0);
    assert_eq!(bench.order("unblock")["tries"], 3);
    assert_eq!(bench.order("swap second")["truncated_certificate"], false);
}

#[test]
fn a_fault_from_the_page_is_met_by_the_next_program() {
    let bench = Bench::start(&[]);
    bench.wait_for_card(true);
    assert_eq!(bench.send("80:A4:00:00:02:3F:00"), "SW1=0x90, SW2=0x00");
    let status = bench.order("fault answer:6F00=A4:every");
    assert_eq!(status["faults"], serde_json::json!(["answer:6F00=A4:every"]));
    assert_eq!(bench.send("80:A4:00:00:02:3F:00"), "SW1=0x6F, SW2=0x00");
    assert_eq!(bench.order("clear")["faults"], serde_json::json!([]));
    assert_eq!(bench.send("80:A4:00:00:02:3F:00"), "SW1=0x90, SW2=0x00");
    assert!(bench.refused("fault answer=20", 400).contains("is no fault"));
}

#[test]
fn a_pin_is_counted_over_restarts_and_shown_nowhere() {
    let mut bench = Bench::start(&[]);
    bench.wait_for_card(true);
    assert_eq!(bench.send("80:20:00:01:06:31:32:33:34:35:36"), "SW1=0x69, SW2=0x87");
    let status = bench.get("/status").json();
    assert_eq!(status["tries"], 2);
    let log = status["log"].to_string();
    assert!(log.contains("> 80 20 00 01 Lc=6 Le=0"), "{log}");
    for secret in ["313233", "31 32 33", "123456"] {
        assert!(!log.contains(secret), "{log}");
    }
    bench.restart();
    bench.wait_for_card(true);
    assert_eq!(bench.get("/status").json()["tries"], 2);
}

#[test]
fn web_pages_and_overlong_orders_are_kept_out() {
    let bench = Bench::start(&[]);
    let host = format!("127.0.0.1:{}", bench.page);
    let order = |host: &str, header: &str, body: &str| {
        bench.http(&format!(
            "POST /orders HTTP/1.1\r\nHost: {host}\r\n{header}Content-Length: {}\r\nConnection: close\r\n\r\n{body}",
            body.len()
        ))
    };
    let mark = "Virtual-Card: order\r\n";
    for (host, header, status) in [
        ("evil.test", mark, 421),
        (&host, "", 403),
        (&host, "Virtual-Card: order\r\nOrigin: https://evil.test\r\n", 403),
        (&host, "Virtual-Card: order\r\nOrigin: null\r\n", 403),
        (&host, "Virtual-Card: order\r\nSec-Fetch-Site: cross-site\r\n", 403),
    ] {
        assert_eq!(order(host, header, "pull").status, status, "{host} {header}");
    }
    assert_eq!(order(&host, mark, &"x".repeat(1025)).status, 413);
    assert_eq!(order(&host, mark, "burn").status, 400);
    // What a browser asks before a page of another origin may send such a header.
    let preflight = bench.http(&format!(
        "OPTIONS /orders HTTP/1.1\r\nHost: {host}\r\nOrigin: https://evil.test\r\n\
         Access-Control-Request-Method: POST\r\nAccess-Control-Request-Headers: virtual-card\r\nConnection: close\r\n\r\n"
    ));
    assert_eq!(preflight.status, 403);
    assert!(!preflight.head.contains("access-control-"), "{}", preflight.head);
    assert_eq!(bench.get("/status").json()["in_reader"], true, "nobody has pulled the card");

    let page = bench.get("/");
    assert!(page.head.contains("frame-ancestors 'none'") && page.body.contains("虛擬卡"));
    assert_eq!(bench.get("/page.js").status, 200);
    assert_eq!(bench.get("/page.css").status, 200);
    assert_eq!(bench.get("/cards").status, 404);
    // A connection that says nothing keeps nobody waiting.
    let silent = TcpStream::connect(("127.0.0.1", bench.page)).unwrap();
    assert_eq!(bench.get("/status").status, 200);
    drop(silent);
}

#[test]
fn lines_on_stdin_do_the_same_and_the_card_stays_after_their_end() {
    let mut bench = Bench::start(&["--fault", "answer:6F00=A4"]);
    bench.wait_for_card(true);
    assert_eq!(bench.send("80:A4:00:00:02:3F:00"), "SW1=0x6F, SW2=0x00");
    let mut lines = bench.program.take_input().unwrap();
    writeln!(lines, "pull").unwrap();
    bench.wait_for_card(false);
    writeln!(lines, "what").unwrap();
    writeln!(lines, "swap second").unwrap();
    bench.wait_for_card(true);
    drop(lines);
    assert_eq!(bench.get("/status").json()["card"], "second");
    let log = std::fs::read_to_string(bench.program.log()).unwrap();
    assert!(log.contains("the lines are pull, insert"), "{log}");
}

/// The program with a card in a reader of its own, and its page.
struct Bench {
    program: Process,
    page: u16,
    pcscd: PrivatePcscd,
    arguments: Vec<String>,
    folder: TempDir,
}

struct Reply {
    status: u16,
    /// In lower case.
    head: String,
    body: String,
}

impl Reply {
    fn json(&self) -> Value {
        serde_json::from_str(&self.body).unwrap_or_else(|_| panic!("no JSON: {}", self.body))
    }
}

impl Bench {
    fn start(arguments: &[&str]) -> Self {
        let folder = tempfile::tempdir().unwrap();
        let image = include_str!("data/card.toml");
        std::fs::write(image_in(folder.path(), "first"), image).unwrap();
        let other = image.replace("card-number = \"TP", "card-number = \"TQ");
        assert_ne!(image, other);
        std::fs::write(image_in(folder.path(), "second"), other).unwrap();
        let pcscd = PrivatePcscd::start().unwrap();
        let arguments = arguments.iter().map(ToString::to_string).collect::<Vec<_>>();
        let (program, page) = run(folder.path(), pcscd.vpcd_port(), &arguments);
        Self { program, page, pcscd, arguments, folder }
    }

    fn restart(&mut self) {
        self.program.kill();
        self.wait_for_card(false);
        std::fs::remove_file(self.program.log()).unwrap();
        let (program, page) = run(self.folder.path(), self.pcscd.vpcd_port(), &self.arguments);
        (self.program, self.page) = (program, page);
    }

    /// Until the PC/SC service says so.
    fn wait_for_card(&self, present: bool) {
        eventually("the reader shows what was done", Duration::from_secs(20), || {
            let output = self.opensc(&["--list-readers"]);
            let line = output.lines().find(|line| line.starts_with('0')).unwrap_or_default();
            Ok((line.contains("Yes") == present).then_some(()))
        })
        .unwrap();
    }

    /// Status of a command that another program sends through PC/SC.
    fn send(&self, apdu: &str) -> String {
        let output = self.opensc(&["--card-driver", "default", "--send-apdu", apdu]);
        let status = output.lines().find_map(|line| line.split_once("(SW1"));
        let (_, status) = status.unwrap_or_else(|| panic!("{output}"));
        format!("SW1{}", status.split(')').next().unwrap())
    }

    fn opensc(&self, arguments: &[&str]) -> String {
        let mut command = Command::new("opensc-tool");
        command.args(arguments).args(["--reader", "0"]).envs(self.pcscd.environment());
        let output = command.env("HOME", self.folder.path()).output().unwrap();
        let complaints = String::from_utf8_lossy(&output.stderr);
        format!("{}{complaints}", String::from_utf8_lossy(&output.stdout))
    }

    fn order(&self, line: &str) -> Value {
        let reply = self.post(line);
        assert_eq!(reply.status, 200, "{line}: {}", reply.body);
        reply.json()
    }

    fn refused(&self, line: &str, status: u16) -> String {
        let reply = self.post(line);
        assert_eq!(reply.status, status, "{line}: {}", reply.body);
        reply.json()["error"].as_str().unwrap().to_owned()
    }

    fn post(&self, body: &str) -> Reply {
        self.http(&format!(
            "POST /orders HTTP/1.1\r\nHost: 127.0.0.1:{}\r\nVirtual-Card: order\r\nContent-Length: {}\r\n\
             Connection: close\r\n\r\n{body}",
            self.page,
            body.len()
        ))
    }

    fn get(&self, path: &str) -> Reply {
        let page = self.page;
        self.http(&format!(
            "GET {path} HTTP/1.1\r\nHost: 127.0.0.1:{page}\r\nConnection: close\r\n\r\n"
        ))
    }

    fn http(&self, request: &str) -> Reply {
        let mut stream = TcpStream::connect(("127.0.0.1", self.page)).unwrap();
        stream.set_read_timeout(Some(Duration::from_secs(20))).unwrap();
        stream.write_all(request.as_bytes()).unwrap();
        let mut text = String::new();
        stream.read_to_string(&mut text).unwrap();
        let (head, body) = text.split_once("\r\n\r\n").unwrap();
        let status = head.split(' ').nth(1).unwrap().parse().unwrap();
        Reply { status, head: head.to_lowercase(), body: body.to_owned() }
    }
}

fn run(folder: &Path, port: u16, arguments: &[String]) -> (Process, u16) {
    let mut command = Command::new(env!("CARGO_BIN_EXE_virtual-card"));
    command.arg("run").arg(image_in(folder, "first")).args(["--control", "0"]);
    command.args(["--port", &port.to_string()]).args(arguments);
    let program = Process::start(command, &folder.join("program.log")).unwrap();
    program.wait_for_line("has taken the card", Duration::from_secs(20)).unwrap();
    let line = program.wait_for_line("control page", Duration::from_secs(20)).unwrap();
    let port = line.trim_end_matches('/').rsplit(':').next().unwrap().parse().unwrap();
    (program, port)
}

fn image_in(folder: &Path, name: &str) -> PathBuf {
    folder.join(name).with_extension("toml")
}
