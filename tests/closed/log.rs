//! What pages do does not write the log.

use std::io::{Read, Write};

use crate::helper::{FOREIGN, Helper, SITE};

/// Sends `request` so often on one connection, and reads as many answers.
fn repeat(helper: &Helper, request: &str, times: usize) {
    let mut stream = helper.caller.connect().unwrap();
    let mut answer = vec![0; 16 * 1024];
    for time in 0..times {
        stream.write_all(request.as_bytes()).unwrap();
        let length = stream.read(&mut answer).unwrap();
        assert!(answer[..length].starts_with(b"HTTP/1.1 "), "answer {time}");
    }
}

#[test]
fn neither_ten_thousand_status_calls_nor_a_thousand_refusals_leave_a_byte() {
    let helper = Helper::start();
    helper.assert_serves();
    let logged = helper.logged();
    repeat(&helper, &(helper.head("GET /v1/status", SITE) + "\r\n"), 10_000);
    for request in [
        helper.head("GET /v1/status", FOREIGN) + "\r\n",
        helper.head("OPTIONS /v1/authenticate", FOREIGN)
            + "Access-Control-Request-Method: POST\r\n\r\n",
        helper.head("GET /nothing", SITE) + "\r\n",
        "GET / HTTP/1.1\r\nHost: evil.example\r\n\r\n".into(),
        helper.head("POST /v1/authenticate", SITE)
            + "Content-Type: application/json\r\nContent-Length: 2\r\n\r\n{}",
    ] {
        repeat(&helper, &request, 200);
    }
    for _ in 0..200 {
        drop(helper.tcp());
        helper.exchange(b"nonsense\r\n\r\n");
    }
    assert_eq!(helper.logged(), logged, "{:?}", std::fs::read_to_string(helper.process.log()));
}
