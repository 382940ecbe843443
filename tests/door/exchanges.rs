//! The exchanges in docs/protocol.md are played here in their order, so that they stay true.

use serde_json::Value;

use crate::support::cards::{PIN, image, reader_with};
use crate::support::person::ScriptedPerson;
use crate::support::{Door, PORTAL};

const DOCUMENT: &str = include_str!("../../docs/protocol.md");

/// `> METHOD PATH`, `> body`, `< STATUS TYPE`, `< body`.
struct Exchange {
    method: String,
    path: String,
    body: Option<Value>,
    status: u16,
    media: String,
    answer: Value,
}

#[test]
fn every_exchange_in_the_documentation_happens_as_it_stands_there() {
    let (reader, _) = reader_with(&image(), &[]);
    let door = Door::open(reader, ScriptedPerson::obliging(PIN));
    let exchanges = documented();
    for call in ["/v1/status", "/v1/authenticate", "/v1/sign", "/v1/certificates"] {
        assert!(exchanges.iter().any(|e| e.path == call && e.status == 200), "none of {call}");
    }
    for Exchange { method, path, body, status, media, answer } in exchanges {
        let real = match (method.as_str(), body) {
            ("GET", None) => door.get(&path, PORTAL),
            ("POST", Some(body)) => door.caller.post(PORTAL, &path, &body, "en").unwrap(),
            (other, _) => panic!("{other} {path}"),
        };
        assert_eq!(real.status, status, "{method} {path}: {real:?}");
        assert!(real.header.contains(&format!("content-type: {media}\r\n")), "{real:?}");
        assert!(agrees(&answer, &real.json), "{method} {path}: it is\n{}", real.json);
    }
}

/// A text that ends in `…` stands for base64 that begins so.
fn agrees(written: &Value, real: &Value) -> bool {
    match (written, real) {
        (Value::String(written), Value::String(real)) => match written.strip_suffix('…') {
            Some(beginning) => {
                real.starts_with(beginning) && openssl::base64::decode_block(real).is_ok()
            }
            None => written == real,
        },
        (Value::Array(written), Value::Array(real)) => {
            written.len() == real.len() && written.iter().zip(real).all(|(w, r)| agrees(w, r))
        }
        (Value::Object(written), Value::Object(real)) => {
            written.len() == real.len()
                && written.iter().all(|(name, w)| real.get(name).is_some_and(|r| agrees(w, r)))
        }
        (written, real) => written == real,
    }
}

fn documented() -> Vec<Exchange> {
    let mut exchanges: Vec<Exchange> = Vec::new();
    let mut lines = DOCUMENT.lines().map(str::trim_start).peekable();
    // The lines that begin so, as one text.
    let mut side = |mark: &str| {
        while lines.next_if(|line| !line.starts_with(mark)).is_some() {}
        let first = lines.next()?.strip_prefix(mark).unwrap().to_owned();
        let mut rest = String::new();
        while let Some(line) = lines.next_if(|line| line.starts_with(mark)) {
            rest.push_str(line.strip_prefix(mark).unwrap());
        }
        Some((first, rest))
    };
    while let Some((request, body)) = side("> ") {
        let (method, path) = request.split_once(' ').expect("a method and a path");
        let (head, answer) = side("< ").expect("an answer");
        let (status, media) = head.split_once(' ').expect("a status and a type");
        let json =
            |text: &str| serde_json::from_str(text).unwrap_or_else(|e| panic!("{e}: {text}"));
        exchanges.push(Exchange {
            method: method.to_owned(),
            path: path.to_owned(),
            body: (!body.is_empty()).then(|| json(&body)),
            status: status.parse().unwrap(),
            media: media.to_owned(),
            answer: json(&answer),
        });
    }
    exchanges
}
