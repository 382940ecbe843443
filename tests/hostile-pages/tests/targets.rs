//! The targets of the fuzzer with bytes of proptest's, every time the tests run.

use ankong_hostile_pages::targets::{self, CALLS};
use proptest::collection::vec;
use proptest::prelude::*;

/// Lines as they stand in requests, whole ones among them, in any order.
fn lines() -> impl Strategy<Value = String> {
    let line = prop_oneof![
        Just(
            "GET /v1/status HTTP/1.1\r\nHost: localhost:24443\r\nOrigin: https://id.taipei\r\n\r\n"
        ),
        Just("POST /v1/authenticate HTTP/1.1\r\n"),
        Just("OPTIONS /v1/sign HTTP/1.1\r\n"),
        Just("HEAD / HTTP/1.0\r\n"),
        Just("Host: localhost:24443\r\n"),
        Just("Host: [::1]:24443\n"),
        Just("Origin: https://id.taipei\r\n"),
        Just("Origin: https://evil.example\r\n"),
        Just("Content-Type: application/json\r\n"),
        Just("Content-Length: 2\r\n"),
        Just("Content-Length: 4096\r\n"),
        Just("Transfer-Encoding: chunked\r\n"),
        Just("Access-Control-Request-Method: POST\r\n"),
        Just("Service-Worker: script\r\n"),
        Just("Expect: 100-continue\r\n"),
        Just("Connection: Upgrade\r\n"),
        Just(" folded\r\n"),
        Just("\r\n"),
        Just("{}"),
        Just("2\r\n{}\r\n0\r\n\r\n"),
    ];
    vec(line, 0..20).prop_map(|lines| lines.concat())
}

#[test]
fn a_good_request_is_answered_by_what_the_targets_see() {
    let body = |call: u8, text: &str| [&[call], text.as_bytes()].concat();
    let challenge = "A".repeat(44);
    let authenticate = format!("{{\"challenge\":\"{challenge}\",\"purpose\":\"x\"}}");
    let no_window = 503;
    assert_eq!(targets::json(&body(0, &authenticate)), no_window);
    assert_eq!(
        targets::json(&body(1, r#"{"content":"aGk=","hash":"SHA-256","purpose":"x"}"#)),
        no_window
    );
    assert_eq!(targets::json(&body(2, r#"{"purpose":"x"}"#)), no_window);
    assert_eq!(targets::json(&[]), 400);
    assert_eq!(CALLS.len(), 3);
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 256, failure_persistence: None, ..ProptestConfig::default() })]

    #[test]
    fn whatever_comes_on_a_connection_is_answered_wholly_or_not_at_all(lines in lines()) {
        targets::http(lines.as_bytes());
    }

    #[test]
    fn no_bytes_break_the_conversation(bytes in vec(any::<u8>(), 0..2000)) {
        targets::http(&bytes);
        targets::json(&bytes);
        targets::names(&bytes);
    }

    #[test]
    fn no_name_passes_for_another(name in "(https://)?[*a-z0-9.:\\[\\]-]{0,20}(\\.gov\\.tw|id\\.taipei|localhost)?(:24443|:443)?") {
        targets::names(name.as_bytes());
    }
}
