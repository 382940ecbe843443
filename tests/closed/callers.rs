//! Who asks without being meant: pages of other sites, names that lead here by force, programs
//! that are no browser, and requests no script made. As a browser would send each of them.

use std::process::Command;

use crate::helper::{FOREIGN, Helper, SITE};

#[test]
fn a_page_of_another_site_is_refused_whatever_it_asks_for() {
    let helper = Helper::start();
    for site in [FOREIGN, "null", "http://id.taipei", "https://id.taipei.evil.example", "file://"] {
        for call in ["GET /v1/status", "POST /v1/authenticate", "GET /", "PUT /v1/status"] {
            let head =
                helper.head(call, site) + "Sec-Fetch-Mode: cors\r\nSec-Fetch-Dest: empty\r\n";
            helper.ask(&head, "").assert_refused(403, &format!("{call} of {site}"));
        }
    }
    let two = helper.head("GET /v1/status", FOREIGN) + &format!("Origin: {SITE}\r\n");
    helper.ask(&two, "").assert_refused(403, "two origins");
    helper.assert_serves();
}

#[test]
fn a_name_that_was_made_to_lead_here_is_misdirected() {
    let helper = Helper::start();
    let port = helper.port();
    let hosts = [
        format!("evil.example:{port}"), // DNS rebinding: the name resolves to 127.0.0.1
        format!("localhost.evil.example:{port}"),
        format!("127.0.0.1.evil.example:{port}"),
        format!("id.taipei:{port}"),
        format!("127.0.0.2:{port}"),
        format!("2130706433:{port}"), // 127.0.0.1 as a number
        format!("0.0.0.0:{port}"),
        format!("[::ffff:127.0.0.1]:{port}"),
        format!("localhost.:{port}"),
        format!("LOCALHOST:{port}@evil.example"),
        "localhost".into(),
        "localhost:1".into(),
        String::new(),
    ];
    for host in hosts {
        let head = format!("GET /v1/status HTTP/1.1\r\nHost: {host}\r\nOrigin: {SITE}\r\n");
        helper.ask(&head, "").assert_refused(421, &host);
    }
    let none = format!("GET /v1/status HTTP/1.1\r\nOrigin: {SITE}\r\n");
    helper.ask(&none, "").assert_refused(421, "no host");
    let two = helper.head("GET /v1/status", SITE) + "Host: evil.example\r\n";
    helper.ask(&two, "").assert_refused(421, "two hosts");
    // RFC 9112 section 3.2.2: the target's own name does not replace the host.
    let head = helper.head("GET https://evil.example/v1/status", SITE);
    let reply = helper.ask(&head, "");
    assert!(!reply.body.contains("evil") && !reply.header.contains("evil"), "{reply:?}");
}

#[test]
fn what_no_script_asks_is_refused_to_a_site_that_may_call() {
    let helper = Helper::start();
    let authenticate = "POST /v1/authenticate";
    for (what, call, lines) in [
        (
            "a form",
            authenticate,
            "Sec-Fetch-Mode: navigate\r\nSec-Fetch-Dest: document\r\nContent-Type: application/x-www-form-urlencoded\r\n",
        ),
        (
            "a form into a frame",
            authenticate,
            "Sec-Fetch-Mode: navigate\r\nSec-Fetch-Dest: iframe\r\nContent-Type: text/plain\r\n",
        ),
        ("a picture", "GET /v1/status", "Sec-Fetch-Mode: no-cors\r\nSec-Fetch-Dest: image\r\n"),
        (
            "a picture with CORS",
            "GET /v1/status",
            "Sec-Fetch-Mode: cors\r\nSec-Fetch-Dest: image\r\n",
        ),
        ("a script", "GET /v1/status", "Sec-Fetch-Mode: no-cors\r\nSec-Fetch-Dest: script\r\n"),
        (
            "a fetch without CORS",
            authenticate,
            "Sec-Fetch-Mode: no-cors\r\nSec-Fetch-Dest: empty\r\nContent-Type: text/plain\r\n",
        ),
        ("a frame", "GET /v1/status", "Sec-Fetch-Mode: navigate\r\nSec-Fetch-Dest: iframe\r\n"),
        (
            "a navigation",
            "GET /v1/status",
            "Sec-Fetch-Mode: navigate\r\nSec-Fetch-Dest: document\r\n",
        ),
        (
            "a WebSocket",
            "GET /v1/status",
            "Sec-Fetch-Mode: websocket\r\nSec-Fetch-Dest: empty\r\nConnection: Upgrade\r\nUpgrade: websocket\r\nSec-WebSocket-Version: 13\r\nSec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==\r\n",
        ),
    ] {
        helper.ask(&(helper.head(call, SITE) + lines), "").assert_refused(403, what);
    }
    // A browser of before Sec-Fetch: a form cannot say that it sends JSON, and nothing upgrades.
    let head =
        helper.head(authenticate, SITE) + "Content-Type: text/plain\r\nContent-Length: 2\r\n";
    assert_eq!(helper.ask(&head, "{}").status, 400);
    let head =
        helper.head("GET /v1/status", SITE) + "Connection: Upgrade\r\nUpgrade: websocket\r\n";
    assert_eq!(helper.ask(&head, "").status, 200);
}

#[test]
fn curl_without_an_origin_is_refused_and_a_preflight_without_permission_too() {
    let helper = Helper::start();
    let url = format!("https://localhost:{}/v1/status", helper.port());
    let root = helper.home.path().join(".local/share/ankong/localhost/root.pem");
    let curl = |arguments: &[&str]| {
        let mut command = Command::new("curl");
        command.args(["--silent", "--include", "--max-time", "10", "--cacert"]).arg(&root);
        let output = command.args(arguments).arg(&url).output().expect("curl");
        String::from_utf8(output.stdout).unwrap().to_ascii_lowercase()
    };
    for arguments in [
        &[][..],
        &["--request", "POST", "--json", "{}"],
        &["--request", "OPTIONS", "--header", "Access-Control-Request-Method: POST"],
        &[
            "--header",
            "Origin: https://evil.example",
            "--request",
            "OPTIONS",
            "--header",
            "Access-Control-Request-Method: POST",
            "--header",
            "Access-Control-Request-Headers: content-type",
        ],
        &[
            "--header",
            "Origin: https://evil.example",
            "--request",
            "OPTIONS",
            "--header",
            "Access-Control-Request-Method: GET",
            "--header",
            "Access-Control-Request-Private-Network: true",
        ],
    ] {
        let said = curl(arguments);
        assert!(said.starts_with("http/1.1 403") && !said.contains("access-control"), "{said}");
        assert!(said.contains("origin-not-allowed"), "{said}");
    }
    let said = curl(&["--header", "Origin: https://id.taipei"]);
    assert!(said.starts_with("http/1.1 200"), "{said}");
}

#[test]
fn there_is_no_path_to_files_and_no_command_to_stop() {
    let helper = Helper::start();
    for path in [
        "/../../etc/passwd",
        "/v1/../../etc/passwd",
        "/%2e%2e/%2e%2e/etc/passwd",
        "/..%2f..%2fetc%2fpasswd",
        "/v1/status/",
        "/V1/STATUS",
        "//v1/status",
        "/v1/stop",
        "/v1/exit",
        "/shutdown",
        "/addDomain?domain=evil.example",
    ] {
        for method in ["GET", "POST", "DELETE", "TRACE"] {
            let reply = helper.ask(&helper.head(&format!("{method} {path}"), SITE), "");
            assert_eq!(reply.status, 404, "{method} {path}: {reply:?}");
        }
    }
    helper.assert_serves();
}
