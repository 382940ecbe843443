//! Requests that two readers could read differently. There is no proxy before this door, so nobody
//! is there to be deceived; all the same, what is hidden in one is never answered as a request.

use crate::helper::{FOREIGN, Helper, SITE};
use crate::reply::Reply;

/// The request inside: if it were seen, the answer to it would be a 200.
fn hidden(helper: &Helper) -> String {
    helper.head("GET /v1/status", SITE) + "\r\n"
}

#[test]
fn a_request_inside_a_body_with_two_lengths_is_not_answered() {
    let helper = Helper::start();
    let hidden = hidden(&helper);
    let length = hidden.len();
    let post = |site, lines: &str, body: &str| {
        let head = helper.head("POST /v1/authenticate", site);
        format!("{head}Content-Type: application/json\r\n{lines}\r\n{body}")
    };
    for site in [SITE, FOREIGN] {
        for (what, request) in [
            (
                "CL.TE",
                post(
                    site,
                    &format!("Content-Length: {}\r\nTransfer-Encoding: chunked\r\n", length + 5),
                    &format!("0\r\n\r\n{hidden}"),
                ),
            ),
            (
                "TE.CL",
                post(
                    site,
                    "Transfer-Encoding: chunked\r\nContent-Length: 4\r\n",
                    &format!("{length:x}\r\n{hidden}\r\n0\r\n\r\n"),
                ),
            ),
            (
                "TE.TE",
                post(
                    site,
                    "Transfer-Encoding: chunked\r\nTransfer-Encoding: x\r\n",
                    &format!("0\r\n\r\n{hidden}"),
                ),
            ),
            (
                "TE with a tab",
                post(
                    site,
                    &format!("Content-Length: {length}\r\nTransfer-Encoding:\tchunked\r\n"),
                    &hidden,
                ),
            ),
            (
                "CL.CL",
                post(site, &format!("Content-Length: {length}\r\nContent-Length: 0\r\n"), &hidden),
            ),
            (
                "a folded TE",
                post(
                    site,
                    &format!("Content-Length: {length}\r\nX: y\r\n Transfer-Encoding: chunked\r\n"),
                    &hidden,
                ),
            ),
            (
                "a folded coding",
                post(
                    site,
                    &format!("Content-Length: {length}\r\nTransfer-Encoding:\r\n chunked\r\n"),
                    &hidden,
                ),
            ),
            (
                "a space before the colon",
                post(
                    site,
                    &format!("Content-Length: {length}\r\nTransfer-Encoding : chunked\r\n"),
                    &hidden,
                ),
            ),
            (
                "a bare LF before TE",
                post(
                    site,
                    &format!("Content-Length: {length}\r\nX: y\nTransfer-Encoding: chunked\r\n"),
                    &hidden,
                ),
            ),
            (
                "a bare CR before TE",
                post(
                    site,
                    &format!("Content-Length: {length}\r\nX: y\rTransfer-Encoding: chunked\r\n"),
                    &hidden,
                ),
            ),
            (
                "a NUL in a name",
                post(site, &format!("Content-Length: {length}\r\nX\0: y\r\n"), &hidden),
            ),
            (
                "a NUL in a value",
                post(site, &format!("Content-Length: {length}\r\nX: \0\r\n"), &hidden),
            ),
            (
                "a NUL in the length",
                post(site, &format!("Content-Length: {length}\0\r\n"), &hidden),
            ),
            (
                "a body with HTTP/1.0 in chunks",
                post(site, "Transfer-Encoding: chunked\r\n", "0\r\n\r\n")
                    .replacen("HTTP/1.1", "HTTP/1.0", 1),
            ),
        ] {
            let replies = Reply::all(&helper.exchange_and_hang_up(request.as_bytes()));
            assert!(!replies.is_empty(), "{what}");
            for reply in replies {
                assert!(matches!(reply.status, 400 | 403 | 411), "{what} of {site}: {reply:?}");
                assert!(!reply.body.contains("state"), "{what} of {site}: {reply:?}");
            }
        }
    }
    helper.assert_serves();
}

#[test]
fn a_line_that_ends_with_a_bare_lf_is_a_line_and_cannot_hide_an_origin() {
    let helper = Helper::start();
    let port = helper.port();
    for (lines, status) in [
        (format!("Origin: {FOREIGN}\nOrigin: {SITE}\r\n"), 403),
        (format!("X: y\nOrigin: {FOREIGN}\r\nOrigin: {SITE}\r\n"), 403),
        (format!("Origin: {SITE}\r\nX: y\nHost: evil.example\r\n"), 421),
        (format!("Origin: {SITE}\r\n\tx\r\n"), 400),
        (format!("Origin: {FOREIGN}\r\n {SITE}\r\n"), 400),
        (format!("Origin : {SITE}\r\n"), 400),
        (format!("Origin: {SITE}\0\r\n"), 400),
        (format!("Origin: {SITE}\r{FOREIGN}\r\n"), 400),
    ] {
        let request = format!("GET /v1/status HTTP/1.1\r\nHost: localhost:{port}\r\n{lines}\r\n");
        let replies = Reply::all(&helper.exchange_and_hang_up(request.as_bytes()));
        assert_eq!(replies.len(), 1, "{lines:?}: {replies:?}");
        replies[0].assert_refused(status, &lines);
    }
}

#[test]
fn requests_in_a_row_are_answered_in_their_order_and_each_is_looked_at() {
    let helper = Helper::start();
    let get = |site| helper.head("GET /v1/status", site) + "\r\n";
    let row: String = (0..1000).map(|n| get(if n % 2 == 0 { SITE } else { FOREIGN })).collect();
    let last = helper.head("GET /nothing", SITE) + "Connection: close\r\n\r\n";
    let replies = Reply::all(&helper.exchange((row + &last).as_bytes()));
    let statuses: Vec<u16> = replies.iter().map(|reply| reply.status).collect();
    let expected: Vec<u16> =
        (0..1000).map(|n| if n % 2 == 0 { 200 } else { 403 }).chain([404]).collect();
    assert_eq!(statuses, expected);
    // HTTP/2 by prior knowledge, and what is no HTTP: a bare refusal, or none.
    for request in [
        "PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n",
        "GET / HTTP/3.0\r\n\r\n",
        "GET /\r\n\r\n",
        "\0\0\0\r\n\r\n",
    ] {
        for reply in Reply::all(&helper.exchange(request.as_bytes())) {
            reply.assert_refused(400, request);
        }
    }
    helper.assert_serves();
}
