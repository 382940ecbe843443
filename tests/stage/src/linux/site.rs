//! A site of a few fixed pages over HTTPS, on this computer and under whatever name its certificate has.
//! It refuses to know what is on the pages.

use std::io::{BufRead, BufReader, Write};
use std::net::{IpAddr, SocketAddr, TcpListener, TcpStream};
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};
use std::thread::JoinHandle;
use std::time::Duration;

use anyhow::{Context, Result};
use openssl::pkey::{PKey, Private};
use openssl::ssl::{SslAcceptor, SslMethod};
use openssl::x509::X509;

/// A page: its path, its header lines (each with its end) and its body.
#[derive(Debug, Clone)]
pub struct Page {
    /// As it stands in the request, query included.
    pub path: &'static str,
    /// `Content-Type` at least.
    pub header: &'static str,
    /// The rest.
    pub body: String,
}

/// The site; it closes with the guard.
#[derive(Debug)]
pub struct Site {
    address: SocketAddr,
    closing: Arc<AtomicBool>,
    thread: Option<JoinHandle<()>>,
}

impl Site {
    /// Opens the site on a free port of `address`.
    ///
    /// # Errors
    /// No port is free, or the certificate is none for this key.
    pub fn open(
        address: IpAddr,
        certificate: &X509,
        key: &PKey<Private>,
        pages: Vec<Page>,
    ) -> Result<Self> {
        let listener = TcpListener::bind((address, 0))?;
        let address = listener.local_addr()?;
        let mut acceptor = SslAcceptor::mozilla_intermediate_v5(SslMethod::tls_server())?;
        acceptor.set_certificate(certificate)?;
        acceptor.set_private_key(key)?;
        let (acceptor, pages) = (acceptor.build(), Arc::new(pages));
        let closing = Arc::<AtomicBool>::default();
        let closed = Arc::clone(&closing);
        let thread = std::thread::spawn(move || {
            for stream in listener.incoming().map_while(Result::ok) {
                if closed.load(Ordering::Relaxed) {
                    return;
                }
                let (acceptor, pages) = (acceptor.clone(), Arc::clone(&pages));
                // A visitor that does not like the certificate goes away again.
                std::thread::spawn(move || drop(answer(stream, &acceptor, &pages)));
            }
        });
        Ok(Self { address, closing, thread: Some(thread) })
    }

    /// Its port.
    pub fn port(&self) -> u16 {
        self.address.port()
    }
}

impl Drop for Site {
    fn drop(&mut self) {
        self.closing.store(true, Ordering::Relaxed);
        let _ = TcpStream::connect(self.address);
        if let Some(thread) = self.thread.take() {
            let _ = thread.join();
        }
    }
}

fn answer(stream: TcpStream, acceptor: &SslAcceptor, pages: &[Page]) -> Result<()> {
    stream.set_read_timeout(Some(PATIENCE))?;
    let mut stream = BufReader::new(acceptor.accept(stream)?);
    let mut first = String::new();
    stream.read_line(&mut first)?;
    let mut line = String::new();
    while stream.read_line(&mut line)? > 2 {
        line.clear();
    }
    let path = first.split(' ').nth(1).context("no request")?;
    let answer = match pages.iter().find(|page| page.path == path) {
        Some(Page { header, body, .. }) => {
            let length = body.len();
            format!("HTTP/1.1 200 OK\r\n{header}Content-Length: {length}\r\n\r\n{body}")
        }
        None => "HTTP/1.1 404 Not Found\r\nContent-Length: 0\r\n\r\n".into(),
    };
    let stream = stream.get_mut();
    stream.write_all(answer.replacen("\r\n", "\r\nConnection: close\r\n", 1).as_bytes())?;
    stream.shutdown()?;
    Ok(())
}

const PATIENCE: Duration = Duration::from_secs(20);
