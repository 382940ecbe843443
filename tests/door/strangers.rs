//! Who is really calling: another user of the computer, and programs that are no browser.

use std::process::{Command, Output};

use ankong::session::caller::Caller;
use ankong_platform::peer::{Peers, Whose};

use crate::door;
use crate::support::cards::PIN;
use crate::support::person::Move;
use crate::support::{AUTHENTICATE, PORTAL, authentication, challenge};

/// A call as `curl` makes it, with an origin that it made up.
fn call(before: &[&str], port: u16) -> Output {
    let words = [before, &["curl", "--silent", "--insecure", "--max-time", "20"]].concat();
    let mut command = Command::new(words[0]);
    command.args(&words[1..]).args(["-H", &format!("Origin: {PORTAL}")]);
    command.arg(format!("https://localhost:{port}/v1/status")).output().unwrap()
}

/// What makes a command another user's: root may, others perhaps by sudo.
fn as_another_user() -> Option<&'static [&'static str]> {
    const SETPRIV: &[&str] = &["setpriv", "--reuid=65534", "--regid=65534", "--clear-groups"];
    const SUDO: &[&str] = &["sudo", "-n", "-u", "nobody"];
    [SETPRIV, SUDO].into_iter().find(|words| {
        let mut command = Command::new(words[0]);
        let output = command.args(&words[1..]).args(["id", "-u"]).output();
        output.is_ok_and(|output| output.stdout == b"65534\n")
    })
}

#[test]
fn another_user_of_the_computer_is_turned_away_whatever_origin_it_claims() {
    let (door, _) = door(&[]);
    let port = door.caller.port();
    let mine = call(&[], port);
    assert!(mine.status.success() && !mine.stdout.is_empty(), "{mine:?}");

    let Some(words) = as_another_user() else {
        eprintln!(
            "neither root nor sudo here: seen was only that this user's own call is told apart"
        );
        let other = std::net::TcpListener::bind("127.0.0.1:0").unwrap();
        let listening = other.local_addr().unwrap();
        let found = Peers::new().whose(listening, "127.0.0.1:1".parse().unwrap()).unwrap();
        assert!(matches!(found, Whose::Nobodys));
        return;
    };
    for _ in 0..3 {
        let theirs = call(words, port);
        assert!(!theirs.status.success() && theirs.stdout.is_empty(), "{theirs:?}");
    }
    assert!(call(&[], port).status.success(), "and this user is served as before");
    assert_eq!(door.person.seen(), []);
}

#[test]
fn a_program_that_is_no_browser_is_named_whatever_headers_it_sends() {
    let (door, _) = door(&[Move::Pin(PIN), Move::Pin(PIN)]);
    assert_eq!(door.authenticate(&challenge(), None).status, 200);
    let me = std::env::current_exe().unwrap();
    assert_eq!(door.person.callers(), [Caller::Program(me)]);

    let body = authentication(&challenge(), None);
    let (_, body) = door.caller.post_text(PORTAL, AUTHENTICATE, &body, "en");
    let port = door.caller.port();
    let output = Command::new("curl")
        .args(["--silent", "--insecure", "-A", "Mozilla/5.0 Firefox/153.0", "--data", &body])
        .args(["-H", &format!("Origin: {PORTAL}"), "-H", "Content-Type: application/json"])
        .args(["-H", "Sec-Fetch-Mode: cors", "-H", "Sec-Fetch-Dest: empty"])
        .arg(format!("https://localhost:{port}{AUTHENTICATE}"))
        .output()
        .unwrap();
    assert!(String::from_utf8_lossy(&output.stdout).contains("token"), "{output:?}");
    let callers = door.person.callers();
    assert!(
        matches!(&callers[..], [Caller::Program(file)] if file.ends_with("curl")),
        "{callers:?}"
    );
}
