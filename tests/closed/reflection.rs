//! Nothing of a request stands in its answer, so there is nothing a page could have said here.

use crate::helper::{FOREIGN, Helper, SITE};
use crate::reply::Reply;

const MARK: &str = "zqxjkv7";

#[test]
fn no_answer_holds_anything_of_its_request() {
    let helper = Helper::start();
    let port = helper.port();
    let mut requests = Vec::new();
    for site in [SITE, FOREIGN] {
        for call in ["GET /v1/status", "POST /v1/authenticate"] {
            let (method, path) = call.split_once(' ').unwrap();
            let head = |call: String| helper.head(&call, site);
            requests.extend([
                head(format!("{method}{MARK} {path}")),
                head(format!("{method} /{MARK}")),
                head(format!("{method} {path}?{MARK}={MARK}")),
                head(format!("{method} {path}#{MARK}")),
                head(format!("{method} https://{MARK}.example{path}")),
                head(format!("{method} /%3Cscript%3E{MARK}")),
                head(call.into()) + &format!("X-{MARK}: x\r\n"),
                head(call.into()) + &format!("{MARK}\r\n"),
            ]);
            for name in [
                "Accept-Language",
                "Accept",
                "Content-Type",
                "Cookie",
                "Referer",
                "User-Agent",
                "Authorization",
                "Expect",
                "Connection",
                "Sec-Fetch-Mode",
                "Sec-Fetch-Site",
                "Access-Control-Request-Method",
                "Access-Control-Request-Headers",
                "If-None-Match",
                "Range",
                "X-Forwarded-Host",
                "Forwarded",
            ] {
                requests.push(head(call.into()) + &format!("{name}: {MARK}\r\n"));
            }
        }
        requests.push(
            helper.head("OPTIONS /v1/authenticate", site)
                + &format!("Access-Control-Request-Method: {MARK}\r\nAccess-Control-Request-Headers: {MARK}\r\n"),
        );
    }
    for (host, origin) in [
        (format!("{MARK}.example"), SITE.to_owned()),
        (format!("localhost:{port}{MARK}"), SITE.to_owned()),
        (format!("localhost:{port}"), format!("https://{MARK}.example")),
        (format!("localhost:{port}"), MARK.to_owned()),
    ] {
        requests.push(format!("GET /v1/status HTTP/1.1\r\nHost: {host}\r\nOrigin: {origin}\r\n"));
    }
    let mut answers = 0;
    for request in &requests {
        let said = helper.exchange(format!("{request}Connection: close\r\n\r\n").as_bytes());
        answers += Reply::all(&said).len();
        assert_absent(&said, request);
    }
    assert_eq!(answers, requests.len());

    let challenge = format!("{MARK}{}", "A".repeat(37));
    for body in [
        MARK.to_owned(),
        format!("{{\"{MARK}\":1}}"),
        format!("{{\"challenge\":\"{MARK}\",\"purpose\":\"x\"}}"),
        format!("{{\"challenge\":\"{challenge}\",\"purpose\":\"{MARK}\\u0000\"}}"),
        format!("{{\"challenge\":\"{challenge}\",\"purpose\":\"{MARK}\",\"idTail\":\"{MARK}\"}}"),
        format!("{{\"challenge\":\"{challenge}\",\"purpose\":\"{MARK}\"}}"),
        format!("[\"{MARK}\"]"),
    ] {
        let head = helper.head("POST /v1/authenticate", SITE);
        let head = format!(
            "{head}Content-Type: application/json\r\nContent-Length: {}\r\nConnection: close\r\n\r\n",
            body.len()
        );
        let said = helper.exchange(format!("{head}{body}").as_bytes());
        assert!(Reply::only(&said).status >= 400);
        assert_absent(&said, &body);
    }
}

fn assert_absent(said: &[u8], request: &str) {
    let said = String::from_utf8_lossy(said);
    assert!(!said.to_ascii_lowercase().contains(MARK), "{request:?} is reflected: {said}");
}
