//! The lists behind the door: what a person allows or takes back counts with the next call.

use ankong::session::origin::Origin;

use crate::support::cards::PIN;
use crate::support::person::Move;
use crate::support::{authentication, challenge};
use crate::{door, refused};

const ELSEWHERE: &str = "https://portal.example";

#[test]
fn an_origin_that_is_allowed_may_call_from_then_on_until_that_is_taken_back() {
    let (door, _) = door(&[Move::Pin(PIN)]);
    let origin = Origin::parse(ELSEWHERE).unwrap();
    let body = authentication(&challenge(), None);
    refused(&door.post(ELSEWHERE, &body, "en"), 403, "origin-not-allowed");
    assert_eq!(door.origins.listing().asked, std::slice::from_ref(&origin));
    assert_eq!(door.person.seen(), [], "asking opens no window");

    door.origins.allow(&origin).unwrap();
    let answer = door.post(ELSEWHERE, &body, "en");
    assert_eq!(answer.status, 200, "{answer:?}");
    assert!(answer.header.contains(&format!("access-control-allow-origin: {ELSEWHERE}")));
    for near in
        ["https://www.portal.example", "https://portal.example:8443", "http://portal.example"]
    {
        refused(&door.post(near, &body, "en"), 403, "origin-not-allowed");
    }

    door.origins.revoke(&origin).unwrap();
    refused(&door.get("/v1/status", ELSEWHERE), 403, "origin-not-allowed");
}

#[test]
fn what_is_no_fetch_of_an_https_page_is_not_said_to_have_asked() {
    let (door, _) = door(&[]);
    let port = door.caller.port();
    for lines in [
        "Host: localhost:PORT\r\nOrigin: null",
        "Host: localhost:PORT\r\nOrigin: http://portal.example",
        "Host: localhost:PORT",
        "Host: localhost:PORT\r\nOrigin: https://a.example\r\nOrigin: https://b.example",
        "Host: portal.example:PORT\r\nOrigin: https://portal.example",
        "Host: localhost:PORT\r\nOrigin: https://portal.example\r\nSec-Fetch-Mode: navigate",
    ] {
        let head = format!("GET /v1/status HTTP/1.1\r\n{lines}").replace("PORT", &port.to_string());
        assert!(matches!(door.caller.raw(&head, "").unwrap().status, 403 | 421), "{lines}");
    }
    assert_eq!(door.origins.listing().asked, []);
}

#[test]
fn the_programs_own_call_is_no_sites() {
    let (door, _) = door(&[]);
    let port = door.caller.port();
    let call = |origin: &str| {
        let head = format!(
            "POST /own/sites HTTP/1.1\r\nHost: localhost:{port}\r\nOrigin: {origin}\r\n\
             Content-Length: 0"
        );
        door.caller.raw(&head, "").unwrap().status
    };
    assert_eq!(call(&format!("https://localhost:{port}")), 204);
    assert_eq!(call(crate::support::PORTAL), 404);
    assert_eq!(call(ELSEWHERE), 403);
}
