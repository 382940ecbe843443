//! Pages that want too much: many requests at once, and windows that nobody asked for.

use std::io::Write;
use std::time::Duration;

use crate::support::cards::PIN;
use crate::support::person::{Move, Seen};
use crate::support::{AUTHENTICATE, Door, PORTAL, authentication, challenge};
use crate::{door, eventually, refused};

/// A page that asks and waits, on a connection of its own.
fn ask(door: &Door) -> impl Write + use<> {
    let body = authentication(&challenge(), None);
    let (head, body) = door.caller.post_text(PORTAL, AUTHENTICATE, &body, "en");
    let mut page = door.caller.connect().unwrap();
    page.write_all(format!("{head}\r\n\r\n{body}").as_bytes()).unwrap();
    page
}

fn questions(door: &Door) -> usize {
    door.person.seen().iter().filter(|seen| matches!(seen, Seen::Question { .. })).count()
}

#[test]
fn an_origin_has_one_request_waiting_and_more_of_them_do_not_fill_the_connections() {
    let (door, _) = door(&[Move::Wait]);
    let first = ask(&door);
    door.person.wait_until_asked();
    let more: Vec<_> = (0..64).map(|_| ask(&door)).collect();
    refused(&door.authenticate(&challenge(), None), 409, "busy");
    assert_eq!(door.get("/v1/status", PORTAL).status, 200, "a newcomer is served");
    assert_eq!(questions(&door), 1);
    drop(more);
    drop(first);
    eventually(|| door.person.seen().contains(&Seen::End(Err("cancelled"))));
    // The turn ends a moment after the window does.
    eventually(|| door.desk.state() == ankong::session::Status::CardReady);
    door.person.will(&[Move::Pin(PIN)]);
    assert_eq!(door.authenticate(&challenge(), None).status, 200);
}

#[test]
fn an_origin_refused_twice_within_a_minute_opens_no_window_for_five() {
    let (door, trace) = door(&[Move::Decline, Move::Decline]);
    refused(&door.authenticate(&challenge(), None), 403, "user-declined");
    door.later(Duration::from_secs(40));
    refused(&door.authenticate(&challenge(), None), 403, "user-declined");
    assert_eq!(questions(&door), 2);
    for _ in 0..3 {
        refused(&door.authenticate(&challenge(), None), 429, "muted");
    }
    assert_eq!(door.get("/v1/status", PORTAL).json["state"], "running", "it may still ask that");
    door.later(Duration::from_secs(270));
    refused(&door.authenticate(&challenge(), None), 429, "muted");
    assert_eq!(questions(&door), 0);
    door.later(Duration::from_secs(30));
    door.person.will(&[Move::Pin(PIN)]);
    assert_eq!(door.authenticate(&challenge(), None).status, 200);
    assert_eq!(trace.verifies(), 1);
}

#[test]
fn refusals_a_minute_apart_mute_nobody() {
    let (door, _) = door(&[Move::Decline, Move::Decline, Move::Decline]);
    for _ in 0..3 {
        refused(&door.authenticate(&challenge(), None), 403, "user-declined");
        door.later(Duration::from_secs(60));
    }
}

#[test]
fn a_page_whose_windows_come_and_go_is_muted_and_the_person_can_let_it_ask_again() {
    let (door, _) = door(&[]);
    for _ in 0..4 {
        door.person.will(&[Move::Wait]);
        let page = ask(&door);
        door.person.wait_until_asked();
        drop(page);
        eventually(|| door.person.seen().contains(&Seen::End(Err("cancelled"))));
        // The turn ends a moment after the window does.
        eventually(|| door.desk.state() == ankong::session::Status::CardReady);
    }
    refused(&door.authenticate(&challenge(), None), 429, "muted");
    let muted = door.desk.muted();
    assert_eq!(muted.iter().map(ToString::to_string).collect::<Vec<_>>(), [PORTAL]);
    door.desk.unmute(&muted[0]);
    door.person.will(&[Move::Pin(PIN)]);
    assert_eq!(door.authenticate(&challenge(), None).status, 200);
}
