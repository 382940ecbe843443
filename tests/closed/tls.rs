//! What is no TLS of today.

use std::io::{Read, Write};
use std::process::{Command, Stdio};

use openssl::ssl::{SslConnector, SslMethod, SslOptions, SslVerifyMode, SslVersion};

use crate::helper::{Helper, until_closed};

#[test]
fn garbage_in_place_of_a_handshake_ends_the_connection_and_nothing_else() {
    let helper = Helper::start();
    let logged = helper.logged();
    let mut random = vec![0; 4096];
    openssl::rand::rand_bytes(&mut random).unwrap();
    random[0] |= 0x80; // a letter would be the beginning of plain HTTP
    let ssl2 = [0x80, 0x2E, 0x01, 0x00, 0x02, 0x00, 0x15, 0x00, 0x00, 0x00, 0x10];
    let alert = [0x15, 0x03, 0x03, 0x00, 0x02, 0x02, 0x28];
    let oversized = [&[0x16, 0x03, 0x01, 0xFF, 0xFF][..], &[1; 4096]].concat();
    let lying_hello = [0x16, 0x03, 0x01, 0x00, 0x04, 0x01, 0xFF, 0xFF, 0xFF];
    for garbage in [
        random.as_slice(),
        &[0; 4096],
        &[0xFF; 4096],
        &ssl2,
        &alert,
        &oversized,
        &lying_hello,
        b"\x16",
        b"",
    ] {
        let mut stream = helper.tcp();
        stream.write_all(garbage).unwrap();
        let said = until_closed(&mut stream);
        // RFC 8446 section 6: a record of an alert, if anything; never HTTP.
        assert!(said.is_empty() || said[0] == 0x15, "{said:?}");
        helper.assert_serves();
    }
    assert_eq!(helper.logged(), logged, "it wrote the log");
}

/// See `src/endpoint/plain.rs` for what that is good for.
#[test]
fn plain_http_gets_a_bare_400_whatever_it_asks_and_however_long() {
    let helper = Helper::start();
    let logged = helper.logged();
    let endless =
        ["POST /reflected HTTP/1.1\r\nHost: reflected\r\n\r\n", &"reflected".repeat(1 << 20)];
    for asked in ["GET /v1/status HTTP/1.1\r\nHost: localhost\r\n\r\n", "G", &endless.concat()] {
        let mut stream = helper.tcp();
        let _ = stream.write_all(asked.as_bytes()); // it may be closed before all of it is there
        let said = String::from_utf8(until_closed(&mut stream)).unwrap();
        // Of the endless one the end may be a reset, which takes the answer with it.
        assert!(
            said.starts_with("HTTP/1.1 400 ") || said.is_empty() && asked.len() > 1024,
            "{said}"
        );
        assert!(said.ends_with("\r\n\r\n") || said.is_empty(), "a body: {said}");
        assert!(!said.contains("reflected") && !said.contains("access-control"), "{said}");
        helper.assert_serves();
    }
    assert_eq!(helper.logged(), logged, "it wrote the log");
}

#[test]
fn only_tls_1_2_and_1_3_are_spoken() {
    let helper = Helper::start();
    let connect = |version: SslVersion| {
        let mut connector = SslConnector::builder(SslMethod::tls_client()).unwrap();
        connector.set_verify(SslVerifyMode::NONE);
        connector.set_cipher_list("DEFAULT@SECLEVEL=0").unwrap();
        connector.clear_options(SslOptions::NO_TLSV1 | SslOptions::NO_TLSV1_1);
        connector.set_min_proto_version(Some(version)).unwrap();
        connector.set_max_proto_version(Some(version)).unwrap();
        connector.build().connect("localhost", helper.tcp())
    };
    for old in [SslVersion::TLS1, SslVersion::TLS1_1] {
        let error = connect(old).unwrap_err().to_string();
        // The server's word, not a refusal of this side.
        assert!(error.contains("alert protocol version"), "{old:?}: {error}");
    }
    for today in [SslVersion::TLS1_2, SslVersion::TLS1_3] {
        connect(today).unwrap_or_else(|error| panic!("{today:?}: {error}"));
    }
}

#[test]
fn nobody_renegotiates() {
    let helper = Helper::start();
    let mut client = Command::new("openssl")
        .args(["s_client", "-tls1_2", "-connect", &format!("127.0.0.1:{}", helper.port())])
        .stdin(Stdio::piped())
        .stdout(Stdio::piped())
        .stderr(Stdio::piped())
        .spawn()
        .unwrap();
    client.stdin.as_mut().unwrap().write_all(b"R\n").unwrap();
    let mut said = String::new();
    client.stderr.take().unwrap().read_to_string(&mut said).unwrap();
    client.wait().unwrap();
    assert!(said.contains("no renegotiation"), "{said}");
    helper.assert_serves();
}
