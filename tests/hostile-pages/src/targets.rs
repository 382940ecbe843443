//! What a fuzzer calls, each with any bytes.

use ankong::session::origin::{Origin, OriginPattern};

use crate::conversation::{PORT, SITE, answers_to, origins};
use crate::judge::{may_call, replies};

/// The bytes as all that comes on one connection.
pub fn http(bytes: &[u8]) {
    let lines = bytes.iter().filter(|byte| **byte == b'\n').count();
    let answers = replies(&answers_to(bytes));
    assert!(answers.len() <= lines + 1, "{} answers to {lines} lines", answers.len());
}

/// The bytes as the body of a call by a site that may call; the first one chooses which. Gives the
/// status of the answer.
pub fn json(bytes: &[u8]) -> u16 {
    let (which, body) = bytes.split_first().unwrap_or((&0, &[]));
    let call = CALLS[usize::from(*which) % CALLS.len()];
    let head = format!(
        "POST {call} HTTP/1.1\r\nHost: localhost:{PORT}\r\nOrigin: {SITE}\r\nContent-Type: \
         application/json\r\nContent-Length: {}\r\n\r\n",
        body.len()
    );
    let answers = replies(&answers_to(&[head.as_bytes(), body].concat()));
    assert_eq!(answers.len(), 1);
    let code = answers[0].json["code"].as_str().expect("a refusal: nobody is there to agree");
    assert_ne!(code, "internal");
    answers[0].status
}

/// The bytes as an origin, as a line of an administrator's list, and as a host.
pub fn names(bytes: &[u8]) {
    let Ok(text) = std::str::from_utf8(bytes) else { return };
    if let Ok(origin) = Origin::parse(text) {
        assert_eq!(origin.as_str(), text);
        assert!(text.is_ascii() && text.starts_with("https://") && text.len() < 300, "{text}");
        let allowed = origins().allows(&origin);
        let own = text == format!("https://localhost:{PORT}");
        assert_eq!(allowed || own, may_call(text), "{text}");
    }
    if let Ok(pattern) = OriginPattern::parse(text) {
        for other in ["https://evil.example", "https://tw", "https://gov.tw.evil.example"] {
            let allows = pattern.allows(&Origin::parse(other).unwrap());
            let domain = text.strip_prefix("https://*").unwrap_or("nothing");
            assert_eq!(allows, other == text || other.ends_with(domain), "{text} and {other}");
        }
    }
    if !text.contains(['\r', '\n']) {
        let head = format!("GET /v1/status HTTP/1.1\r\nHost: {text}\r\nOrigin: {SITE}\r\n\r\n");
        let answers = replies(&answers_to(head.as_bytes()));
        assert_eq!(answers.len(), 1);
        let host = text.trim_matches([' ', '\t']); // RFC 9110 section 5.5: not part of the value
        let ours = ["localhost", "127.0.0.1", "[::1]"].map(|name| format!("{name}:{PORT}"));
        assert_eq!(answers[0].status == 200, ours.iter().any(|name| name == host), "{text}");
    }
}

/// Those with a body.
pub const CALLS: [&str; 3] = ["/v1/authenticate", "/v1/sign", "/v1/certificates"];
