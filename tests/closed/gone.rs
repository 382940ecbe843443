//! A page that goes away takes its window with it, whatever it left on the line before.

use std::io::{Read, Write};
use std::net::{Shutdown, TcpStream};
use std::time::{Duration, Instant};

use ankong::session::Status;
use ankong_stage::eventually;
use openssl::ssl::SslStream;

use crate::support::cards::{PIN, image, reader_with};
use crate::support::person::{Move, ScriptedPerson, Seen};
use crate::support::{AUTHENTICATE, Door, PORTAL, authentication, challenge};

/// As soon as the system tells; the window would stay for two minutes otherwise.
const SOON: Duration = Duration::from_secs(3);

/// A page's request with `behind` following it in the same breath, and the window it opened.
fn asked(door: &Door, behind: &[u8]) -> SslStream<TcpStream> {
    let (head, body) =
        door.caller.post_text(PORTAL, AUTHENTICATE, &authentication(&challenge(), None), "en");
    let mut page = door.caller.connect().unwrap();
    let request = format!("{head}\r\n\r\n{body}");
    // Some of it may come when the line has been ended for it.
    let _ = page.write_all(&[request.as_bytes(), behind].concat());
    door.person.wait_until_asked();
    page
}

fn assert_called_off(door: &Door, what: &str) {
    let begun = Instant::now();
    eventually(what, SOON, || {
        let gone = door.person.seen().contains(&Seen::End(Err("cancelled")));
        Ok(gone.then_some(()))
    })
    .unwrap();
    println!("{what}: noticed after {:?}", begun.elapsed());
    // The turn ends a moment after the window does.
    eventually("its turn to end", SOON, || {
        Ok((door.desk.state() == Status::CardReady).then_some(()))
    })
    .unwrap();
    // And the next page is served at once.
    door.person.will(&[Move::Pin(PIN)]);
    assert_eq!(door.authenticate(&challenge(), None).status, 200, "{what}");
    door.person.wait_until_asked();
    door.person.seen();
}

#[test]
fn a_page_that_goes_away_is_noticed_behind_anything_it_sent() {
    let (reader, trace) = reader_with(&image(), &[]);
    let door = Door::open(reader, ScriptedPerson::new(&[]));
    let port = door.caller.port();
    let second =
        format!("GET /v1/status HTTP/1.1\r\nHost: localhost:{port}\r\nOrigin: {PORTAL}\r\n\r\n");
    let junk = [b'x'; 40_000];
    for (what, behind) in [
        ("nothing", &b""[..]),
        ("an empty line", b"\r\n"),
        ("a byte", b"x"),
        ("another request", second.as_bytes()),
        ("more than a buffer", &junk),
    ] {
        door.person.will(&[Move::Wait]);
        let page = asked(&door, behind);
        drop(page);
        assert_called_off(&door, &format!("gone, with {what} behind the request"));
    }
    for (what, how) in [("a half-closed line", Shutdown::Write), ("a closed line", Shutdown::Both)]
    {
        door.person.will(&[Move::Wait]);
        let page = asked(&door, b"x");
        page.get_ref().shutdown(how).unwrap();
        assert_called_off(&door, what);
    }
    door.person.will(&[Move::Wait]);
    let mut page = asked(&door, b"");
    page.shutdown().unwrap(); // TLS's own word for it, and the line stays
    assert_called_off(&door, "close_notify");
    assert_eq!(trace.verifies(), 8, "one for each page that stayed");
}

#[test]
fn a_page_that_sends_more_while_a_person_is_asked_is_gone() {
    let (reader, _) = reader_with(&image(), &[]);
    let door = Door::open(reader, ScriptedPerson::new(&[Move::Wait]));
    let mut page = asked(&door, b"");
    page.write_all(b"G").unwrap();
    assert_called_off(&door, "a byte after the request");
    page.get_ref().set_read_timeout(Some(SOON)).unwrap();
    assert!(matches!(page.read(&mut [0; 16]), Ok(0) | Err(_)), "an answer");
}
