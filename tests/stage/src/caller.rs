//! An HTTPS caller that can say anything, also what no browser would: for tests of a door on localhost.
//! It refuses to trust anyone but the one root it was given.

use std::io::{Read, Write};
use std::net::{Ipv4Addr, TcpStream};
use std::time::Duration;

use anyhow::{Context, Result};
use openssl::ssl::{SslConnector, SslMethod, SslStream};
use openssl::x509::{X509, store::X509StoreBuilder};
use serde_json::Value;

/// Calls `https://localhost` on one port.
pub struct Caller {
    port: u16,
    connector: SslConnector,
}

/// What came back.
#[derive(Debug)]
pub struct Answer {
    /// The HTTP status.
    pub status: u16,
    /// Status line and header, in lower case.
    pub header: String,
    /// The body, or null where it is no JSON.
    pub json: Value,
}

impl Answer {
    /// The stable code of a problem, or an empty text for an answer without one.
    pub fn code(&self) -> &str {
        self.json.get("code").and_then(Value::as_str).unwrap_or_default()
    }
}

impl Caller {
    /// Trusts `root`, a certificate in PEM, and nobody else.
    ///
    /// # Errors
    /// When the root is no certificate.
    pub fn new(port: u16, root: &[u8]) -> Result<Self> {
        let mut store = X509StoreBuilder::new()?;
        store.add_cert(X509::from_pem(root)?)?;
        let mut connector = SslConnector::builder(SslMethod::tls_client())?;
        connector.set_cert_store(store.build());
        Ok(Self { port, connector: connector.build() })
    }

    /// The port that is called.
    pub fn port(&self) -> u16 {
        self.port
    }

    /// A connection on which nothing has been said yet.
    ///
    /// # Errors
    /// When nobody listens, or somebody with another certificate.
    pub fn connect(&self) -> Result<SslStream<TcpStream>> {
        let stream = TcpStream::connect((Ipv4Addr::LOCALHOST, self.port))?;
        stream.set_read_timeout(Some(PATIENCE))?;
        self.connector.connect("localhost", stream).context("no TLS connection")
    }

    /// Sends a request as it stands; `head` without its last, empty line.
    ///
    /// # Errors
    /// When no whole answer comes back.
    pub fn raw(&self, head: &str, body: &str) -> Result<Answer> {
        let mut stream = self.connect()?;
        // An answer may come, and the end of the connection with it, before all was sent.
        let _ = stream.write_all(format!("{head}\r\nConnection: close\r\n\r\n{body}").as_bytes());
        let mut answer = Vec::new();
        let _ = stream.read_to_end(&mut answer); // a close without notice still leaves an answer
        let answer = String::from_utf8(answer)?;
        let (header, body) = answer.split_once("\r\n\r\n").context("no whole answer")?;
        let status = header.split(' ').nth(1).context("no status")?.parse()?;
        let json = serde_json::from_str(body).unwrap_or(Value::Null);
        Ok(Answer { status, header: header.to_ascii_lowercase(), json })
    }

    /// `GET path` from a page of `origin`.
    ///
    /// # Errors
    /// When no whole answer comes back.
    pub fn get(&self, path: &str, origin: &str) -> Result<Answer> {
        let port = self.port;
        self.raw(&format!("GET {path} HTTP/1.1\r\nHost: localhost:{port}\r\nOrigin: {origin}"), "")
    }

    /// `POST path` by a script on a page of `origin`, in a browser set to `language`.
    ///
    /// # Errors
    /// When no whole answer comes back.
    pub fn post(&self, origin: &str, path: &str, body: &Value, language: &str) -> Result<Answer> {
        let (head, body) = self.post_text(origin, path, body, language);
        self.raw(&head, &body)
    }

    /// The text of such a request: head, without its last, empty line, and body.
    pub fn post_text(
        &self,
        origin: &str,
        path: &str,
        body: &Value,
        language: &str,
    ) -> (String, String) {
        let (port, body) = (self.port, body.to_string());
        let head = format!(
            "POST {path} HTTP/1.1\r\nHost: localhost:{port}\r\nOrigin: {origin}\r\n\
             Accept-Language: {language}\r\nSec-Fetch-Site: same-site\r\nSec-Fetch-Mode: cors\r\n\
             Sec-Fetch-Dest: empty\r\nContent-Type: application/json\r\nContent-Length: {}",
            body.len()
        );
        (head, body)
    }
}

/// Longer than any person in a test takes to answer.
const PATIENCE: Duration = Duration::from_secs(60);
