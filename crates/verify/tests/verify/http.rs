//! Lists and answers over real HTTP.

use std::{
    io::{BufRead, BufReader, Read, Write},
    net::{TcpListener, TcpStream},
    sync::mpsc::{Receiver, channel},
    thread,
};

use ankong_verify::{
    CrlSource, Fetch, FetchError, Get, Got, HttpFetch, Post, Refreshed, Validators,
};

use crate::support::{CA, Crl};

/// Answers one request after the other with these, and tells their heads in small letters and bodies.
fn server(answers: Vec<String>) -> (String, Receiver<(String, Vec<u8>)>) {
    let listener = TcpListener::bind("127.0.0.1:0").unwrap();
    let url = format!("http://{}/ca.crl", listener.local_addr().unwrap());
    let (tell, told) = channel();
    thread::spawn(move || {
        for answer in answers {
            let (mut stream, _) = listener.accept().unwrap();
            tell.send(request(&mut stream)).unwrap();
            stream.write_all(answer.as_bytes()).unwrap();
        }
    });
    (url, told)
}

fn request(stream: &mut TcpStream) -> (String, Vec<u8>) {
    let mut reader = BufReader::new(stream);
    let mut head = String::new();
    while !head.ends_with("\r\n\r\n") {
        reader.read_line(&mut head).unwrap();
    }
    let head = head.to_lowercase();
    let length = head.split("content-length: ").nth(1).and_then(|rest| rest.split("\r\n").next());
    let mut body = vec![0; length.map_or(0, |length| length.parse().unwrap())];
    reader.read_exact(&mut body).unwrap();
    (head, body)
}

fn answer(status: &str, headers: &str, body: &str) -> String {
    let length = body.len();
    format!(
        "HTTP/1.1 {status}\r\ncontent-length: {length}\r\n{headers}connection: close\r\n\r\n{body}"
    )
}

#[test]
fn a_list_is_asked_for_on_the_condition_that_it_is_new() {
    let list = Crl::of(&CA).der();
    let listener = TcpListener::bind("127.0.0.1:0").unwrap();
    let url = format!("http://{}/ca.crl", listener.local_addr().unwrap());
    let serving = thread::spawn(move || {
        let (mut stream, _) = listener.accept().unwrap();
        let (first, _) = request(&mut stream);
        let head = format!(
            "HTTP/1.1 200 OK\r\netag: \"seven\"\r\nlast-modified: Sat, 21 Nov 2026 07:00:00 GMT\r\n\
             content-length: {}\r\nconnection: close\r\n\r\n",
            list.len()
        );
        stream.write_all(&[head.as_bytes(), &list].concat()).unwrap();
        drop(stream);
        let (mut stream, _) = listener.accept().unwrap();
        let (second, _) = request(&mut stream);
        stream.write_all(b"HTTP/1.1 304 Not Modified\r\nconnection: close\r\n\r\n").unwrap();
        (first, second)
    });
    let cache = tempfile::tempdir().unwrap();
    let source = CrlSource::url(&CA.der(), &url, cache.path()).unwrap();
    assert_eq!(source.refresh(&HttpFetch::new()).unwrap(), Refreshed::New { entries: 0 });
    assert_eq!(source.refresh(&HttpFetch::new()).unwrap(), Refreshed::Unchanged);
    let (first, second) = serving.join().unwrap();
    assert!(first.starts_with("get /ca.crl http/1.1\r\n") && !first.contains("if-"), "{first}");
    assert!(second.contains("if-none-match: \"seven\"\r\n"), "{second}");
    assert!(second.contains("if-modified-since: sat, 21 nov 2026 07:00:00 gmt\r\n"), "{second}");
}

#[test]
fn what_is_too_long_or_not_there_is_refused() {
    let known = Validators::default();
    let get = |url: &str| {
        let mut into = Vec::new();
        (HttpFetch::new().get(&Get { url, known: &known, limit: 10 }, &mut into), into.len())
    };
    let (url, _told) = server(vec![
        answer("200 OK", "", &"x".repeat(11)),
        answer("404 Not Found", "", "no"),
        answer("200 OK", "", &"x".repeat(10)),
    ]);
    assert!(matches!(get(&url), (Err(FetchError::TooLarge { limit: 10 }), 0..=10)));
    assert!(matches!(get(&url), (Err(FetchError::Status { status: 404 }), 0)));
    assert!(matches!(get(&url), (Ok(Got::New(_)), 10)));
    let nobody = TcpListener::bind("127.0.0.1:0").unwrap().local_addr().unwrap();
    let (error, _) = get(&format!("http://{nobody}/"));
    assert!(matches!(error, Err(FetchError::Transport { .. })), "{error:?}");
}

#[test]
fn a_question_is_posted_and_sent_nowhere_else() {
    let elsewhere = "location: http://127.0.0.1:9/\r\n";
    let (url, told) = server(vec![answer("200 OK", "", "answer"), answer("307 Go", elsewhere, "")]);
    let post =
        Post { url: &url, content_type: "application/ocsp-request", body: b"why", limit: 64 };
    assert_eq!(HttpFetch::new().post(&post).unwrap(), b"answer");
    let (head, body) = told.recv().unwrap();
    assert!(head.contains("content-type: application/ocsp-request\r\n"), "{head}");
    assert_eq!(body, b"why");
    let error = HttpFetch::new().post(&post).unwrap_err();
    assert!(!matches!(error, FetchError::TimedOut), "{error:?}");
}
