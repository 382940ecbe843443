//! Plain HTTP on the door's port, told from TLS by its first byte and answered with a bare 400.
//!
//! Over TLS nobody can be told that their browser does not trust this door's certificate. That
//! something answers here at all lets a page say so, in place of "not running"; whoever sees the
//! port open knows as much. What is asked in plain is not looked at.

use std::io;
use std::time::Duration;

use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::net::TcpStream;

const ANSWER: &[u8] =
    b"HTTP/1.1 400 Bad Request\r\nCache-Control: no-store\r\nContent-Length: 0\r\n\
    Connection: close\r\n\r\n";
/// To send the answer, and for the caller to read it.
const TIME: Duration = Duration::from_secs(2);

/// Whether the caller begins with a method's name (RFC 9110 section 9.1) in place of a TLS record,
/// whose first byte is 22 (RFC 8446 section 5.1). Waits for that byte and leaves it there.
pub(super) async fn is_spoken(stream: &TcpStream) -> io::Result<bool> {
    let mut first = [0];
    let read = stream.peek(&mut first).await?;
    Ok(read == 1 && first.iter().all(u8::is_ascii_uppercase))
}

/// Answers, and ends the connection.
pub(super) async fn refuse(mut stream: TcpStream) {
    let answered = async {
        // Unread bytes would turn the end into a reset, which takes the answer with it.
        let mut unread = [0; 4096];
        let _ = stream.read(&mut unread).await?;
        stream.write_all(ANSWER).await?;
        stream.shutdown().await?;
        while stream.read(&mut unread).await? > 0 {}
        io::Result::Ok(())
    };
    let _ = tokio::time::timeout(TIME, answered).await; // who does not read it does without
}

#[cfg(test)]
mod tests {
    use super::*;
    use tokio::net::TcpListener;

    async fn spoken(bytes: &[u8]) -> (bool, Vec<u8>) {
        let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
        let mut caller = TcpStream::connect(listener.local_addr().unwrap()).await.unwrap();
        caller.write_all(bytes).await.unwrap();
        let (stream, _) = listener.accept().await.unwrap();
        let is_plain = is_spoken(&stream).await.unwrap();
        let (_, read) = tokio::join!(refuse(stream), async {
            let mut answer = Vec::new();
            let end = caller.read_to_end(&mut answer).await.map(|_| answer);
            drop(caller);
            end.unwrap()
        });
        (is_plain, read)
    }

    #[tokio::test]
    async fn a_request_in_plain_gets_a_bare_400_and_tls_is_left_alone() {
        let (is_plain, answer) =
            spoken(b"GET /v1/status HTTP/1.1\r\nHost: evil.example\r\n\r\n").await;
        assert!(is_plain);
        assert_eq!(answer, ANSWER);
        assert!(!spoken(&[22, 3, 1, 0, 200]).await.0);
        assert!(!spoken(&[0]).await.0);
    }
}
