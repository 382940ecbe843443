//! As much of a browser as a crowd needs: one kept connection, cookies, and the form token of the last page.

use std::{
    collections::BTreeMap,
    io::{BufRead, BufReader, Read, Write},
    net::{Ipv4Addr, TcpStream},
};

use openssl::ssl::{SslConnector, SslMethod, SslStream, SslVerifyMode};
use serde_json::Value;

use crate::ground::{PASSWORD, origin};

pub(crate) struct Visitor {
    port: u16,
    stream: BufReader<SslStream<TcpStream>>,
    cookies: BTreeMap<String, String>,
    form_token: String,
}

/// What is left when the connection is gone.
pub(crate) struct Member {
    cookies: BTreeMap<String, String>,
}

pub(crate) struct Answer {
    pub(crate) status: u16,
    pub(crate) body: String,
}

impl Visitor {
    pub(crate) fn arrive(port: u16) -> Self {
        Self::with(port, BTreeMap::new())
    }

    /// In a browser where this member is signed in.
    pub(crate) fn come_back(port: u16, member: &Member) -> Self {
        Self::with(port, member.cookies.clone())
    }

    fn with(port: u16, cookies: BTreeMap<String, String>) -> Self {
        let mut connector = SslConnector::builder(SslMethod::tls_client()).unwrap();
        connector.set_verify(SslVerifyMode::NONE);
        let stream = TcpStream::connect((Ipv4Addr::LOCALHOST, port)).unwrap();
        stream.set_nodelay(true).unwrap();
        let stream = BufReader::new(connector.build().connect("localhost", stream).unwrap());
        Self { port, stream, cookies, form_token: String::new() }
    }

    pub(crate) fn sign_in(mut self, account: &str) -> Member {
        self.get("/sign-in");
        let encoded = [account, PASSWORD].map(|text| text.replace('@', "%40").replace('#', "%23"));
        let [account, password] = encoded;
        let token = &self.form_token;
        let body = format!("form_token={token}&email={account}&password={password}");
        let answer = self.send("POST", "/sign-in", "application/x-www-form-urlencoded", &body);
        assert_eq!(answer.status, 303, "{}", answer.body);
        Member { cookies: self.cookies }
    }

    pub(crate) fn get(&mut self, path: &str) -> Answer {
        let answer = self.send("GET", path, "text/plain", "");
        let marks = ["name=\"form_token\" value=\"", "data-form-token=\""];
        for (_, rest) in marks.iter().filter_map(|mark| answer.body.split_once(mark)) {
            self.form_token = rest.split('"').next().unwrap().to_owned();
        }
        answer
    }

    pub(crate) fn post(&mut self, path: &str, body: &Value) -> Answer {
        self.send("POST", path, "application/json", &body.to_string())
    }

    fn send(&mut self, method: &str, path: &str, kind: &str, body: &str) -> Answer {
        let cookies: Vec<String> =
            self.cookies.iter().map(|(name, value)| format!("{name}={value}")).collect();
        let request = format!(
            "{method} {path} HTTP/1.1\r\nHost: localhost:{}\r\nOrigin: {}\r\nX-Form-Token: {}\r\nCookie: {}\r\n\
             Content-Type: {kind}\r\nContent-Length: {}\r\n\r\n{body}",
            self.port,
            origin(self.port),
            self.form_token,
            cookies.join("; "),
            body.len()
        );
        self.stream.get_mut().write_all(request.as_bytes()).unwrap();
        self.receive()
    }

    fn receive(&mut self) -> Answer {
        let first = self.line();
        let status = first.split(' ').nth(1).expect(&first).parse().unwrap();
        let mut length = 0;
        loop {
            let line = self.line();
            let Some((name, value)) = line.split_once(": ") else { break };
            match name {
                "content-length" => length = value.parse().unwrap(),
                "set-cookie" => self.keep(value),
                _ => {}
            }
        }
        let mut body = vec![0; length];
        self.stream.read_exact(&mut body).unwrap();
        Answer { status, body: String::from_utf8(body).unwrap() }
    }

    fn keep(&mut self, cookie: &str) {
        let (name, value) = cookie.split(';').next().unwrap().split_once('=').unwrap();
        match value {
            "" => self.cookies.remove(name),
            value => self.cookies.insert(name.to_owned(), value.to_owned()),
        };
    }

    /// Without its end; headers are in small letters.
    fn line(&mut self) -> String {
        let mut line = String::new();
        self.stream.read_line(&mut line).unwrap();
        line.trim_end().to_owned()
    }
}
