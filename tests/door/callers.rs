//! Who calls, and what they send.

use std::sync::Arc;

use ankong::reader::InProcess;
use serde_json::json;

use crate::support::cards::{PIN, keys};
use crate::support::person::{Move, ScriptedPerson, Seen};
use crate::support::{AUTHENTICATE, Door, PORTAL, authentication, challenge};
use crate::{door, eventually, refused};

#[test]
fn slow_senders_do_not_keep_others_out() {
    let (door, _) = door(&[]);
    let body = authentication(&challenge(), None);
    let (head, _) = door.caller.post_text(PORTAL, AUTHENTICATE, &body, "en");
    let slow: Vec<_> = (0..70)
        .map(|_| {
            let mut stream = door.caller.connect().unwrap();
            let part = format!("{head}\r\n\r\n{{");
            std::io::Write::write_all(&mut stream, part.as_bytes()).unwrap();
            stream
        })
        .collect();
    assert_eq!(door.get("/v1/status", PORTAL).status, 200);
    drop(slow);
}

#[test]
fn a_second_request_is_told_busy_and_the_first_ends_when_its_page_goes_away() {
    let (door, trace) = door(&[Move::Wait]);
    let body = authentication(&challenge(), None);
    let (head, body) = door.caller.post_text(PORTAL, AUTHENTICATE, &body, "en");
    let mut page = door.caller.connect().unwrap();
    std::io::Write::write_all(&mut page, format!("{head}\r\n\r\n{body}").as_bytes()).unwrap();
    door.person.wait_until_asked();
    refused(&door.authenticate(&challenge(), None), 409, "busy");
    drop(page);
    eventually(|| door.person.seen().contains(&Seen::End(Err("cancelled"))));
    assert_eq!(trace.verifies(), 0);
    // The turn ends a moment after the window does.
    eventually(|| door.desk.state() == ankong::session::Status::CardReady);
    door.person.will(&[Move::Pin(PIN)]);
    assert_eq!(door.authenticate(&challenge(), None).status, 200);
}

#[test]
fn the_status_tells_an_unapproved_origin_that_the_program_runs_and_no_more() {
    let (door, _) = door(&[Move::Pin(PIN)]);
    let state = || door.get("/v1/status", PORTAL).json["state"].clone();
    assert_eq!(state(), "running");
    assert_eq!(door.authenticate(&challenge(), None).status, 200);
    assert_eq!(state(), "card-ready");
    let own = format!("https://localhost:{}", door.caller.port());
    let status = door.get("/v1/status", &own).json;
    assert_eq!((&status["service"], &status["protocol"]), (&json!("ankong"), &json!(1)));
    let body = authentication(&challenge(), None);
    let answer = door.post(&own, &body, "en");
    refused(&answer, 403, "origin-not-allowed");
}

#[test]
fn an_unlisted_origin_learns_nothing_and_opens_no_window() {
    let (door, trace) = door(&[]);
    let body = authentication(&challenge(), None);
    for origin in ["https://evil.example", "null", "http://localhost:8443", "https://localhost"] {
        for answer in [
            door.get("/v1/status", origin),
            door.get("/nothing", origin),
            door.post(origin, &body, "en"),
        ] {
            refused(&answer, 403, "origin-not-allowed");
            assert!(!answer.header.contains("access-control"), "{answer:?}");
        }
    }
    assert_eq!((door.person.seen().len(), trace.verifies()), (0, 0));
}

#[test]
fn a_forged_host_is_misdirected() {
    let (door, _) = door(&[]);
    for host in ["evil.example", "localhost", "localhost:1", "127.0.0.2"] {
        let head = format!("GET /v1/status HTTP/1.1\r\nHost: {host}\r\nOrigin: {PORTAL}");
        let answer = door.caller.raw(&head, "").unwrap();
        refused(&answer, 421, "bad-request");
        assert!(!answer.header.contains("access-control"), "{answer:?}");
    }
}

#[test]
fn a_preflight_is_answered_for_an_allowed_origin_only() {
    let (door, _) = door(&[]);
    let port = door.caller.port();
    let preflight = |origin: &str| {
        let head = format!(
            "OPTIONS /v1/authenticate HTTP/1.1\r\nHost: localhost:{port}\r\nOrigin: {origin}\r\n\
             Access-Control-Request-Method: POST\r\nAccess-Control-Request-Headers: content-type"
        );
        door.caller.raw(&head, "").unwrap()
    };
    let answer = preflight(PORTAL);
    assert_eq!(answer.status, 204);
    assert!(answer.header.contains("access-control-allow-methods: get, post"), "{answer:?}");
    let answer = preflight("https://evil.example");
    assert_eq!(answer.status, 403);
    assert!(!answer.header.contains("access-control"), "{answer:?}");
}

#[test]
fn a_faulty_body_names_its_fault_and_opens_no_window() {
    let (door, _) = door(&[]);
    let good = authentication(&challenge(), None);
    let with = |field: &str, value: serde_json::Value| {
        let mut body = good.clone();
        body[field] = value;
        body
    };
    for (body, fault) in [
        (with("challenge", json!("short")), "challenge"),
        (with("challenge", json!(7)), "JSON"),
        (with("purpose", json!("")), "purpose"),
        (with("idTail", json!("12")), "idTail"),
        (with("pin", json!("123456")), "JSON"),
        (json!({}), "JSON"),
        (json!([1]), "JSON"),
    ] {
        let answer = door.post(PORTAL, &body, "en");
        refused(&answer, 400, "bad-request");
        let title = answer.json["title"].as_str().unwrap();
        assert!(title.contains(fault), "{title} does not name {fault}");
    }
    let (head, body) = door.caller.post_text(PORTAL, AUTHENTICATE, &good, "en");
    let form = head.replace("application/json", "text/plain");
    refused(&door.caller.raw(&form, &body).unwrap(), 400, "bad-request");
    let answer = door.get(AUTHENTICATE, PORTAL);
    refused(&answer, 405, "bad-request");
    assert!(answer.header.contains("allow: post"), "{answer:?}");
    assert_eq!(door.person.seen(), []);
}

#[test]
fn a_large_body_is_refused_and_nothing_reflects_what_was_sent() {
    let (door, _) = door(&[]);
    let body = json!({ "challenge": "x".repeat(2 << 20) });
    let answer = door.post(PORTAL, &body, "en");
    refused(&answer, 413, "too-large");
    let answer = door.get("/v1/%3Cscript%3Ealert(1)%3C/script%3E", PORTAL);
    assert_eq!(answer.status, 404);
    assert!(!format!("{answer:?}").contains("script"));
}

#[test]
fn people_are_told_in_the_browsers_language() {
    let reader = Arc::new(InProcess::new(keys()));
    let door = Door::open(reader, ScriptedPerson::new(&[]));
    let body = authentication(&challenge(), None);
    let detail = |language| {
        let answer = door.post(PORTAL, &body, language);
        answer.json["detail"].as_str().unwrap().to_owned()
    };
    assert_eq!(
        detail("zh-TW,zh;q=0.9"),
        "讀卡機裡沒有卡片。請插入自然人憑證，晶片朝讀卡機的方向。"
    );
    assert_eq!(
        detail("en-US,en;q=0.9"),
        "There is no card in the reader. Insert your Citizen Digital Certificate with the chip towards the reader."
    );
}
