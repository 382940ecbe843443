//! An HTTPS caller that can say anything, also what no browser would.

use std::io::{Read, Write};
use std::net::{Ipv4Addr, TcpStream};
use std::time::Duration;

use openssl::ssl::{SslConnector, SslMethod, SslStream};
use openssl::x509::{X509, store::X509StoreBuilder};
use serde_json::Value;

use super::PORTAL;

pub struct Caller {
    pub port: u16,
    connector: SslConnector,
}

#[derive(Debug)]
pub struct Answer {
    pub status: u16,
    pub header: String,
    pub json: Value,
}

impl Answer {
    /// The stable code, or an empty text for an answer without one.
    pub fn code(&self) -> &str {
        self.json["code"].as_str().unwrap_or_default()
    }
}

impl Caller {
    pub fn new(port: u16, root: &[u8]) -> Self {
        let mut store = X509StoreBuilder::new().unwrap();
        store.add_cert(X509::from_pem(root).unwrap()).unwrap();
        let mut connector = SslConnector::builder(SslMethod::tls_client()).unwrap();
        connector.set_cert_store(store.build());
        Self { port, connector: connector.build() }
    }

    pub fn connect(&self) -> SslStream<TcpStream> {
        let stream = TcpStream::connect((Ipv4Addr::LOCALHOST, self.port)).unwrap();
        stream.set_read_timeout(Some(Duration::from_secs(30))).unwrap();
        self.connector.connect("localhost", stream).unwrap()
    }

    /// Sends a request as it stands; the header lines without the last empty one.
    pub fn raw(&self, head: &str, body: &str) -> Answer {
        let mut stream = self.connect();
        stream.write_all(format!("{head}\r\nConnection: close\r\n\r\n{body}").as_bytes()).unwrap();
        let mut answer = Vec::new();
        let _ = stream.read_to_end(&mut answer); // a close without notice still leaves an answer
        let answer = String::from_utf8(answer).unwrap();
        let (header, body) = answer.split_once("\r\n\r\n").expect("a whole answer");
        let status = header.split(' ').nth(1).expect("a status").parse().unwrap();
        let json = serde_json::from_str(body).unwrap_or(Value::Null);
        Answer { status, header: header.to_ascii_lowercase(), json }
    }

    pub fn get(&self, path: &str, origin: &str) -> Answer {
        let port = self.port;
        let head = format!("GET {path} HTTP/1.1\r\nHost: localhost:{port}\r\nOrigin: {origin}");
        self.raw(&head, "")
    }

    pub fn post_from(&self, origin: &str, path: &str, body: &Value, language: &str) -> Answer {
        let (head, body) = self.post_text(origin, path, body, language);
        self.raw(&head, &body)
    }

    pub fn post_text(
        &self,
        origin: &str,
        path: &str,
        body: &Value,
        lang: &str,
    ) -> (String, String) {
        let (port, body) = (self.port, body.to_string());
        let head = format!(
            "POST {path} HTTP/1.1\r\nHost: localhost:{port}\r\nOrigin: {origin}\r\n\
             Accept-Language: {lang}\r\nSec-Fetch-Site: same-site\r\nSec-Fetch-Mode: cors\r\n\
             Sec-Fetch-Dest: empty\r\nContent-Type: application/json\r\nContent-Length: {}",
            body.len()
        );
        (head, body)
    }

    pub fn authenticate(&self, challenge: &str, id_tail: Option<&str>) -> Answer {
        let body = authentication(challenge, id_tail);
        self.post_from(PORTAL, "/v1/authenticate", &body, "zh-TW")
    }
}

pub fn authentication(challenge: &str, id_tail: Option<&str>) -> Value {
    let mut body = serde_json::json!({ "challenge": challenge, "purpose": "升級為金質會員" });
    if let Some(tail) = id_tail {
        body["idTail"] = tail.into();
    }
    body
}

pub fn challenge() -> String {
    let mut bytes = [0; 32];
    openssl::rand::rand_bytes(&mut bytes).unwrap();
    openssl::base64::encode_block(&bytes)
}
