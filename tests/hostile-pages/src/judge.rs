//! What an answer has to be, said a second time and in another way than the door's own code.

use serde_json::Value;

use crate::conversation::{PORT, SITE};

/// One answer: its status, and its body where it is JSON.
pub(crate) struct Reply {
    pub(crate) status: u16,
    pub(crate) json: Value,
}

/// The answers in `bytes`, which have to be whole ones and nothing else, and may admit nobody but
/// sites on the list.
pub(crate) fn replies(bytes: &[u8]) -> Vec<Reply> {
    let mut rest = std::str::from_utf8(bytes).expect("text");
    let mut replies = Vec::new();
    while !rest.is_empty() {
        let (head, behind) = rest.split_once("\r\n\r\n").expect("a whole header");
        assert!(head.len() < 1024, "{head}");
        let mut lines = head.split("\r\n");
        // Who asks in HTTP/1.0 is answered in it.
        let (version, status) = lines.next().and_then(|line| line.split_at_checked(9)).expect(head);
        assert!(["HTTP/1.1 ", "HTTP/1.0 "].contains(&version), "{head}");
        let status: u16 = status[..3].parse().expect(head);
        let (mut length, mut kind) = (0, "");
        for line in lines {
            let (name, value) = line.split_once(": ").expect(head);
            match name {
                "content-length" => length = value.parse().expect(head),
                "content-type" => kind = value,
                "access-control-allow-origin" => assert!(may_call(value), "{value} was admitted"),
                _ => {}
            }
        }
        assert!(length < 2048, "{head}");
        // The answer to HEAD has the length of a body and none.
        let has_body = !behind.is_empty() && !behind.starts_with("HTTP/1.");
        let (body, behind) = behind.split_at(if has_body { length } else { 0 });
        rest = behind;
        if status == 100 {
            continue;
        }
        let json = serde_json::from_str(body).unwrap_or(Value::Null);
        if has_body && length > 0 {
            match (status, kind) {
                (200, "application/json") => assert_eq!(json["service"], "ankong", "{body}"),
                (200, "text/javascript") => assert!(body.contains("unregister()"), "{body}"),
                (400.., "application/problem+json") => assert_eq!(json["status"], status, "{body}"),
                _ => panic!("{head}\n\n{body}"),
            }
        }
        replies.push(Reply { status, json });
    }
    replies
}

/// Whether this text is the origin of a site that may call, or the door's own.
pub(crate) fn may_call(origin: &str) -> bool {
    let below = |domain: &str| {
        let labels = origin.strip_prefix("https://").and_then(|host| host.strip_suffix(domain));
        labels.is_some_and(|labels| {
            let label =
                |label: &str| !label.is_empty() && label.bytes().all(|b| LETTERS.contains(&b));
            labels.split('.').all(label)
        })
    };
    let own = format!("https://localhost:{PORT}");
    ["https://id.taipei", SITE, &own].contains(&origin) || below(".gov.tw") || below(".gov.taipei")
}

/// Of a name in a browser's form.
const LETTERS: &[u8] = b"abcdefghijklmnopqrstuvwxyz0123456789-";
