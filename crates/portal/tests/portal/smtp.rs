//! A mail server (RFC 5321) in as many moods as mail servers have, on a port of this computer.

use std::{
    io::{BufRead, BufReader, Read, Write},
    net::{TcpListener, TcpStream},
    sync::{Arc, Mutex, PoisonError},
    thread,
};

use base64::{Engine, prelude::BASE64_STANDARD};
use openssl::ssl::{SslAcceptor, SslMethod, SslStream};
use openssl::x509::extension::SubjectAlternativeName;

use crate::support::{Authority, CA, Card};

pub(crate) const USER: &str = "portal";
pub(crate) const PASSWORD: &str = "Mail-Secret-7";

#[derive(Clone, Copy, PartialEq, Eq)]
pub(crate) enum Mood {
    /// Takes mails, after STARTTLS and with the password.
    Strict,
    /// The same, with a certificate for another name.
    StrictElsewhere,
    /// From the first byte on.
    Implicit,
    /// Has no TLS.
    Plain,
    /// Knows nobody.
    Refusing,
    /// Greylists: refuses so many times for now.
    Grey(usize),
    /// Takes the connection and says nothing.
    Silent,
}

#[derive(Default)]
pub(crate) struct Seen {
    pub(crate) connections: usize,
    /// Every line a client said, the letters' left out.
    pub(crate) lines: Vec<String>,
    pub(crate) letters: Vec<String>,
    recipients: usize,
}

#[derive(Clone)]
pub(crate) struct SmtpServer {
    pub(crate) port: u16,
    seen: Arc<Mutex<Seen>>,
    mood: Mood,
    tls: SslAcceptor,
}

impl SmtpServer {
    pub(crate) fn start(mood: Mood) -> Self {
        let listener = TcpListener::bind("127.0.0.1:0").unwrap();
        let name = if mood == Mood::StrictElsewhere { "mail.example.tw" } else { "localhost" };
        let server = Self {
            port: listener.local_addr().unwrap().port(),
            seen: Arc::default(),
            mood,
            tls: acceptor(name, &CA),
        };
        let answering = server.clone();
        thread::spawn(move || {
            for stream in listener.incoming() {
                let server = answering.clone();
                thread::spawn(move || server.answer(stream.unwrap()));
            }
        });
        server
    }

    pub(crate) fn seen<T>(&self, look: impl FnOnce(&mut Seen) -> T) -> T {
        look(&mut self.seen.lock().unwrap_or_else(PoisonError::into_inner))
    }

    /// The letters, once there are so many.
    pub(crate) async fn letters(&self, wanted: usize) -> Vec<String> {
        self.wait(|seen| seen.letters.len() >= wanted).await;
        self.seen(|seen| seen.letters.clone())
    }

    pub(crate) async fn wait(&self, until: impl Fn(&mut Seen) -> bool) {
        let begun = std::time::Instant::now();
        while !self.seen(&until) {
            assert!(begun.elapsed().as_secs() < 60, "{:?}", self.seen(|seen| seen.lines.clone()));
            tokio::time::sleep(std::time::Duration::from_millis(20)).await;
        }
    }

    /// A client may go at any time.
    fn answer(&self, stream: TcpStream) {
        self.seen(|seen| seen.connections += 1);
        _ = match self.mood {
            Mood::Silent => stream.try_clone().unwrap().read_to_end(&mut Vec::new()).map(|_| ()),
            Mood::Implicit => match self.tls.accept(stream) {
                Ok(stream) => self.talk(stream, true, true).map(|_| ()),
                Err(_) => Ok(()),
            },
            _ => self.in_plain(stream),
        };
    }

    fn in_plain(&self, stream: TcpStream) -> std::io::Result<()> {
        match self.talk(stream, false, true)? {
            Some(stream) => match self.tls.accept(stream) {
                Ok(stream) => self.talk(stream, true, false).map(|_| ()),
                Err(_) => Ok(()),
            },
            None => Ok(()),
        }
    }

    /// Gives the stream back where the client wants TLS on it.
    fn talk<S: Stream>(&self, stream: S, secure: bool, greet: bool) -> std::io::Result<Option<S>> {
        let mut stream = BufReader::new(stream);
        if greet {
            stream.get_mut().write_all(b"220 mail.example.tw ESMTP\r\n")?;
        }
        let mut known = false;
        loop {
            let mut line = String::new();
            if stream.read_line(&mut line)? == 0 {
                return Ok(None);
            }
            let line = line.trim_end().to_owned();
            self.seen(|seen| seen.lines.push(line.clone()));
            let strict = matches!(self.mood, Mood::Strict | Mood::StrictElsewhere);
            let answer = match line.split([' ', ':']).next().unwrap_or_default() {
                "EHLO" if secure => "250-mail.example.tw\r\n250-8BITMIME\r\n250 AUTH PLAIN",
                "EHLO" if strict => "250-mail.example.tw\r\n250 STARTTLS",
                "EHLO" => "250 mail.example.tw",
                "STARTTLS" if strict && !secure => {
                    stream.get_mut().write_all(b"220 go ahead\r\n")?;
                    return Ok(Some(stream.into_inner()));
                }
                "AUTH" => {
                    let right = BASE64_STANDARD.encode(format!("\0{USER}\0{PASSWORD}"));
                    known = line == format!("AUTH PLAIN {right}");
                    if known { "235 welcome" } else { "535 5.7.8 who are you" }
                }
                "MAIL" if strict && !known => "530 5.7.0 who are you",
                "MAIL" => "250 go on",
                "RCPT" => self.recipient(),
                "DATA" => {
                    stream.get_mut().write_all(b"354 go on\r\n")?;
                    let letter = letter(&mut stream)?;
                    self.seen(|seen| seen.letters.push(letter));
                    "250 taken"
                }
                "QUIT" => {
                    stream.get_mut().write_all(b"221 bye\r\n")?;
                    return Ok(None);
                }
                _ => "500 5.5.1 what",
            };
            stream.get_mut().write_all(format!("{answer}\r\n").as_bytes())?;
        }
    }

    /// Servers like to repeat the address.
    fn recipient(&self) -> &'static str {
        let nth = self.seen(|seen| {
            seen.recipients += 1;
            seen.recipients
        });
        match self.mood {
            Mood::Refusing => "550 5.1.1 <new@example.tw> nobody here",
            Mood::Grey(times) if nth <= times => "451 4.7.1 <new@example.tw> come back later",
            _ => "250 go on",
        }
    }
}

trait Stream: Read + Write {}
impl Stream for TcpStream {}
impl Stream for SslStream<TcpStream> {}

/// As it was sent, up to the line with the full stop.
fn letter(stream: &mut impl BufRead) -> std::io::Result<String> {
    let mut letter = String::new();
    loop {
        let mut line = String::new();
        if stream.read_line(&mut line)? == 0 || line == ".\r\n" {
            return Ok(letter);
        }
        letter.push_str(&line);
    }
}

/// TLS for this name, with a certificate of this authority.
pub(crate) fn acceptor(name: &str, issuer: &Authority) -> SslAcceptor {
    let mut alternative = SubjectAlternativeName::new();
    alternative.dns(name);
    // The context that openssl wants is needed for names that refer to the issuer.
    let builder = openssl::x509::X509::builder().unwrap();
    let alternative = alternative.build(&builder.x509v3_context(None, None)).unwrap();
    let card = Card {
        name,
        subject_type: None,
        last_four: None,
        extra: vec![alternative],
        issuer,
        signer: &issuer.key,
        ..Card::default()
    };
    let mut builder = SslAcceptor::mozilla_intermediate_v5(SslMethod::tls_server()).unwrap();
    builder.set_certificate(&card.certificate()).unwrap();
    builder.set_private_key(card.key).unwrap();
    builder.add_extra_chain_cert(issuer.certificate.clone()).unwrap();
    builder.build()
}

/// A header of a letter, its encoded words read (RFC 2047).
pub(crate) fn header(letter: &str, name: &str) -> String {
    let (head, _) = letter.split_once("\r\n\r\n").unwrap();
    let head = head.replace("\r\n ", " ");
    let line = head.lines().find_map(|line| line.strip_prefix(&format!("{name}: "))).unwrap();
    let words = line.split(' ').map(|word| {
        let inner = word.strip_prefix("=?utf-8?b?").and_then(|rest| rest.strip_suffix("?="));
        inner.map_or(word.to_owned(), decode)
    });
    words.collect::<Vec<_>>().join(" ")
}

/// What a letter says.
pub(crate) fn text(letter: &str) -> String {
    let (_, body) = letter.split_once("\r\n\r\n").unwrap();
    decode(&body.replace("\r\n", ""))
}

fn decode(base64: &str) -> String {
    String::from_utf8(BASE64_STANDARD.decode(base64).unwrap()).unwrap()
}
