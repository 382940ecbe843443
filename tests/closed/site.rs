//! A web site on localhost for a real browser: every path gives the same page.

use std::io::{Read, Write};
use std::net::{Shutdown, TcpListener, TcpStream};
use std::path::Path;
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};
use std::thread::JoinHandle;

use ankong_stage::DemoAuthority;
use openssl::ssl::{SslAcceptor, SslFiletype, SslMethod, SslStream};

/// The site; it closes with the guard.
pub(crate) struct Site {
    port: u16,
    over: Arc<AtomicBool>,
    thread: Option<JoinHandle<()>>,
}

impl Site {
    /// Opens on `port`, or on any. `answer` gives content type and text for a path.
    pub(crate) fn open(
        port: u16,
        authority: &DemoAuthority,
        answer: impl Fn(&str) -> (&'static str, String) + Send + Sync + 'static,
    ) -> Self {
        let listener = TcpListener::bind(("127.0.0.1", port)).unwrap();
        let port = listener.local_addr().unwrap().port();
        let acceptor = acceptor(authority.certificate(), authority.key());
        let over = Arc::new(AtomicBool::new(false));
        let ends = Arc::clone(&over);
        let answer: Arc<Answer> = Arc::new(answer);
        let thread = std::thread::spawn(move || {
            for stream in listener.incoming() {
                if ends.load(Ordering::Relaxed) {
                    return;
                }
                // Browsers open connections ahead of need and say nothing on them.
                let (acceptor, answer) = (acceptor.clone(), Arc::clone(&answer));
                std::thread::spawn(move || {
                    let stream = acceptor.accept(stream.unwrap());
                    let _ = stream.map(|stream| serve(stream, answer.as_ref()));
                });
            }
        });
        Self { port, over, thread: Some(thread) }
    }

    pub(crate) fn origin(&self) -> String {
        format!("https://localhost:{}", self.port)
    }

    pub(crate) fn port(&self) -> u16 {
        self.port
    }
}

impl Drop for Site {
    fn drop(&mut self) {
        self.over.store(true, Ordering::Relaxed);
        let _ = TcpStream::connect(("127.0.0.1", self.port)); // wakes it
        let _ = self.thread.take().unwrap().join();
    }
}

/// Content type and text for a path.
type Answer = dyn Fn(&str) -> (&'static str, String) + Send + Sync;

fn serve(mut stream: SslStream<TcpStream>, answer: &Answer) -> std::io::Result<()> {
    let mut request = [0; 16 * 1024];
    let length = stream.read(&mut request)?;
    let text = String::from_utf8_lossy(&request[..length]);
    let (kind, body) = answer(text.split(' ').nth(1).unwrap_or("/"));
    let length = body.len();
    write!(
        stream,
        "HTTP/1.1 200 OK\r\nContent-Type: {kind}\r\nContent-Length: {length}\r\n\
         Connection: close\r\n\r\n{body}"
    )?;
    let _ = stream.shutdown();
    stream.get_ref().shutdown(Shutdown::Write)
}

fn acceptor(certificate: &Path, key: &Path) -> SslAcceptor {
    let mut acceptor = SslAcceptor::mozilla_intermediate_v5(SslMethod::tls_server()).unwrap();
    acceptor.set_certificate_chain_file(certificate).unwrap();
    acceptor.set_private_key_file(key, SslFiletype::PEM).unwrap();
    acceptor.build()
}
