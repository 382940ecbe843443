//! Headers and bodies that are too large, or lie about how large they are.

use std::io::Write;
use std::time::{Duration, Instant};

use crate::helper::{Helper, SITE, until_closed};
use crate::reply::Reply;

/// More memory than this for a request of any size would be one that is kept, KiB.
const KEPT: u64 = 8 * 1024;

fn authenticate(helper: &Helper) -> String {
    helper.head("POST /v1/authenticate", SITE) + "Content-Type: application/json\r\n"
}

#[test]
fn a_header_beyond_the_bounds_is_refused_and_not_kept() {
    let helper = Helper::start();
    let before = helper.most_memory();
    let megabyte = "a".repeat(1 << 20);
    let status = helper.head("GET /v1/status", SITE);
    let start = |line: String| status.replacen("Origin:", &line, 1);
    for (what, request) in [
        ("a value of 1 MiB", format!("{status}X-Long: {megabyte}\r\n\r\n")),
        ("a name of 1 MiB", format!("{status}{megabyte}: x\r\n\r\n")),
        ("a path of 1 MiB", format!("GET /{megabyte} HTTP/1.1\r\n\r\n")),
        ("a method of 1 MiB", format!("{megabyte} / HTTP/1.1\r\n\r\n")),
        ("an origin of 1 MiB", start(format!("Origin: https://{megabyte}.tw\r\nX:")) + "\r\n"),
        ("10,000 lines", status.clone() + &"X-Line: x\r\n".repeat(10_000) + "\r\n"),
        ("65 lines", status.clone() + &"X: y\r\n".repeat(63) + "\r\n"),
        ("1 MiB without an end", format!("{status}X-Long: {megabyte}")),
    ] {
        let said = helper.exchange(request.as_bytes());
        let replies = Reply::all(&said);
        // What comes with a reset may be lost on the way; what arrives is a refusal.
        assert!(replies.len() <= 1, "{what}: {replies:?}");
        for reply in replies {
            assert!(matches!(reply.status, 400 | 414 | 431), "{what}: {reply:?}");
            reply.assert_refused(reply.status, what);
        }
    }
    let grown = helper.most_memory() - before;
    assert!(grown < KEPT, "{grown} KiB");
    helper.assert_serves();
}

#[test]
fn a_body_of_a_gibibyte_is_refused_before_it_is_sent() {
    let helper = Helper::start();
    let before = helper.most_memory();
    for call in ["POST /v1/authenticate", "GET /v1/status", "POST /nothing"] {
        let mut stream = helper.caller.connect().unwrap();
        let head = helper.head(call, SITE) + "Content-Type: application/json\r\n";
        let begun = Instant::now();
        stream.write_all(format!("{head}Content-Length: 1073741824\r\n\r\n").as_bytes()).unwrap();
        let mut sent = 0_u64;
        let part = [b' '; 1 << 16];
        while sent < 1 << 30 && stream.write_all(&part).is_ok() {
            sent += part.len() as u64;
        }
        assert!(sent < 16 << 20, "{call}: {sent} bytes were taken");
        assert!(begun.elapsed() < Duration::from_secs(5), "{call}: {:?}", begun.elapsed());
    }
    // The refusal, where the page waits for it before it sends.
    let head = authenticate(&helper) + "Content-Length: 1073741824\r\nExpect: 100-continue\r\n\r\n";
    let reply = Reply::only(&helper.exchange(head.as_bytes()));
    assert_eq!(reply.status, 413, "{reply:?}");
    assert!(reply.body.contains("too-large"), "{reply:?}");
    let grown = helper.most_memory() - before;
    assert!(grown < KEPT, "{grown} KiB");
    helper.assert_serves();
}

#[test]
fn a_content_length_that_is_no_number_or_two_is_no_request() {
    let helper = Helper::start();
    for lie in ["-1", "+2", "0x2", "2, 3", "2 2", "1e1", "", "99999999999999999999999", "２"] {
        let request = authenticate(&helper) + &format!("Content-Length: {lie}\r\n\r\n{{}}");
        let reply = Reply::only(&helper.exchange(request.as_bytes()));
        reply.assert_refused(400, lie);
        assert_eq!(reply.body, "", "{lie}");
    }
    let two = authenticate(&helper) + "Content-Length: 2\r\nContent-Length: 3\r\n\r\n{}";
    Reply::only(&helper.exchange(two.as_bytes())).assert_refused(400, "two lengths");
    helper.assert_serves();
}

#[test]
fn a_length_too_short_cuts_the_body_and_one_too_long_is_waited_for_ten_seconds() {
    let helper = Helper::start();
    let body = "{\"challenge\":\"\"}";
    let short = authenticate(&helper) + &format!("Content-Length: 3\r\n\r\n{body}");
    let replies = Reply::all(&helper.exchange(short.as_bytes()));
    // What is left over is read as a request and is none.
    let statuses: Vec<u16> = replies.iter().map(|reply| reply.status).collect();
    assert_eq!(statuses, [400, 400], "{replies:?}");

    let long = authenticate(&helper) + &format!("Content-Length: 1000\r\n\r\n{body}");
    let begun = Instant::now();
    let reply = Reply::only(&helper.exchange(long.as_bytes()));
    assert_eq!(reply.status, 400, "{reply:?}");
    assert!(reply.body.contains("longer than 10 seconds"), "{reply:?}");
    assert!((9..15).contains(&begun.elapsed().as_secs()), "{:?}", begun.elapsed());
}

#[test]
fn a_body_in_chunks_is_refused_whatever_its_chunks_are() {
    let helper = Helper::start();
    let bomb = "FFFF;ext=".to_owned() + &"e".repeat(1 << 20);
    for chunks in [
        "2\r\n{}\r\n0\r\n\r\n",
        "FFFFFFFFFFFFFFFF\r\n",
        "FFFFFFFFFFFFFFFFF\r\nx",
        "-1\r\nx\r\n0\r\n\r\n",
        "0x2\r\n{}\r\n0\r\n\r\n",
        "2\n{}\n0\n\n",
        "2\r\n{}}}\r\n0\r\n\r\n",
        "zz\r\n",
        bomb.as_str(),
        "",
    ] {
        let request = authenticate(&helper) + "Transfer-Encoding: chunked\r\n\r\n" + chunks;
        let replies = Reply::all(&helper.exchange_and_hang_up(request.as_bytes()));
        assert!(replies.iter().all(|reply| matches!(reply.status, 411 | 400)), "{replies:?}");
    }
    for coding in [
        "gzip, chunked",
        "chunked, gzip",
        "identity",
        "xchunked",
        "chunked\r\nTransfer-Encoding: chunked",
    ] {
        let request =
            authenticate(&helper) + &format!("Transfer-Encoding: {coding}\r\n\r\n0\r\n\r\n");
        let replies = Reply::all(&helper.exchange_and_hang_up(request.as_bytes()));
        assert!(
            replies.iter().all(|reply| matches!(reply.status, 411 | 400)),
            "{coding}: {replies:?}"
        );
        assert!(!replies.is_empty(), "{coding}");
    }
    // Without an end: what is sent after the refusal is not read.
    let mut stream = helper.caller.connect().unwrap();
    let head = authenticate(&helper) + "Transfer-Encoding: chunked\r\n\r\n";
    stream.write_all(head.as_bytes()).unwrap();
    let chunk = format!("10000\r\n{}\r\n", "x".repeat(0x10000));
    let sent = (0..16_384).take_while(|_| stream.write_all(chunk.as_bytes()).is_ok()).count();
    assert!(sent < 256, "{sent} chunks of 64 KiB were taken");
    until_closed(&mut stream);
    helper.assert_serves();
}
