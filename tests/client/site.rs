//! A site on `https://localhost` with the client's modules on it, and Chromium on one of its pages.

use std::fs;
use std::io::{BufRead, BufReader, Write};
use std::net::{TcpListener, TcpStream};
use std::path::Path;
use std::sync::Arc;

use ankong_stage::{Browser, DemoAuthority, TemporaryHome};
use openssl::ssl::{SslAcceptor, SslFiletype, SslMethod};
use serde_json::{Value, json};

/// The site, served until the test ends.
pub(crate) struct Site {
    pub(crate) origin: String,
}

/// A home that trusts one site, and the site.
pub(crate) struct World {
    pub(crate) home: TemporaryHome,
    authority: DemoAuthority,
}

/// A page of the site in Chromium.
pub(crate) struct Page {
    browser: Browser,
}

impl World {
    pub(crate) fn new() -> Self {
        let home = TemporaryHome::create().unwrap();
        let authority = DemoAuthority::create(home.path()).unwrap();
        home.trust(authority.root(), "site").unwrap();
        Self { home, authority }
    }

    /// A site of this home, on a port of its own.
    pub(crate) fn site(&self) -> Site {
        let mut acceptor = SslAcceptor::mozilla_intermediate_v5(SslMethod::tls_server()).unwrap();
        acceptor.set_certificate_file(self.authority.certificate(), SslFiletype::PEM).unwrap();
        acceptor.set_private_key_file(self.authority.key(), SslFiletype::PEM).unwrap();
        let acceptor = Arc::new(acceptor.build());
        let listener = TcpListener::bind("127.0.0.1:0").unwrap();
        let port = listener.local_addr().unwrap().port();
        std::thread::spawn(move || {
            for stream in listener.incoming().flatten() {
                let acceptor = Arc::clone(&acceptor);
                // Chromium opens connections it then does not use.
                std::thread::spawn(move || drop(serve(stream, &acceptor)));
            }
        });
        Site { origin: format!("https://localhost:{port}") }
    }

    /// A new Chromium, which remembers nothing.
    pub(crate) async fn browser(&self) -> Page {
        Page { browser: Browser::start(&self.home, &[]).await.unwrap() }
    }
}

impl Page {
    /// Opens the site's page; `/closed` is one whose policy lets it connect to the site only.
    pub(crate) async fn open(&self, site: &Site, path: &str) {
        self.browser.client().goto(&format!("{}{path}", site.origin)).await.unwrap();
    }

    /// Runs the body of an async function that knows `ankong`, the module. What it throws comes back as
    /// name, code, kind and detail.
    pub(crate) async fn run(&self, body: &str) -> Value {
        let script = format!(
            "const done = arguments[arguments.length - 1];
             (async () => {{ const ankong = await import('/ankong.js'); {body} }})().then(done, (error) => {{
                 const {{ name, code, kind, detail, message }} = error;
                 done({{ name, code, kind, detail, message }});
             }});"
        );
        self.browser.client().execute_async(&script, vec![]).await.unwrap()
    }

    /// The state `detect` finds on this port.
    pub(crate) async fn state(&self, port: u16) -> Value {
        self.run(&format!("return (await ankong.detect({{ ports: [{port}] }})).state;")).await
    }
}

/// Name, code and kind of an error that [`Page::run`] gave back.
pub(crate) fn error(code: &str, kind: &str) -> [Value; 3] {
    ["AnkongError", code, kind].map(Value::from)
}

/// The same of what came back.
pub(crate) fn told(error: &Value) -> [Value; 3] {
    ["name", "code", "kind"].map(|field| error.get(field).cloned().unwrap_or(json!(null)))
}

fn serve(stream: TcpStream, acceptor: &SslAcceptor) -> anyhow::Result<()> {
    let mut stream = BufReader::new(acceptor.accept(stream)?);
    let mut first = String::new();
    stream.read_line(&mut first)?;
    let mut line = String::new();
    while stream.read_line(&mut line)? > 2 {
        line.clear();
    }
    let (header, body) = answer(first.split(' ').nth(1).unwrap_or_default());
    let length = body.len();
    let stream = stream.get_mut();
    write!(
        stream,
        "HTTP/1.1 200 OK\r\n{header}\r\nContent-Length: {length}\r\nConnection: close\r\n\r\n"
    )?;
    stream.write_all(&body)?;
    stream.shutdown()?;
    Ok(())
}

fn answer(path: &str) -> (&'static str, Vec<u8>) {
    let page = b"<!doctype html><title>site</title>".to_vec();
    match path {
        "/closed" => {
            ("Content-Type: text/html\r\nContent-Security-Policy: connect-src 'self'", page)
        }
        module if module.ends_with(".js") => {
            let client = Path::new(env!("CARGO_MANIFEST_DIR")).join("client");
            ("Content-Type: text/javascript", fs::read(client.join(&module[1..])).unwrap())
        }
        _ => ("Content-Type: text/html", page),
    }
}
