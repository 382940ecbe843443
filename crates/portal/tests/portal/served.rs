//! The portal on a real socket, with TLS.

use std::{
    fs,
    io::{Read, Write},
    net::{SocketAddr, TcpListener, TcpStream},
    sync::Arc,
};

use ankong_portal::{Clock, Portal, router, serve};
use openssl::ssl::{SslConnector, SslMethod, SslVerifyMode};
use tokio::{sync::oneshot, task::spawn_blocking};

use crate::{
    browser::Browser,
    mail::{by_mail, plain},
    site::{Site, configuration},
    smtp::{Mood, SmtpServer},
    support::{Authority, rsa},
};

#[tokio::test]
async fn a_browser_that_offers_http_2_is_answered_in_http_1_until_the_portal_ends() {
    let folder = tempfile::tempdir().unwrap();
    let mut config = configuration(&folder);
    let own = Authority::new("localhost", None, None);
    fs::write(&config.certificate, own.certificate.to_pem().unwrap()).unwrap();
    fs::write(&config.private_key, own.key.private_key_to_pem_pkcs8().unwrap()).unwrap();
    let listener = TcpListener::bind("127.0.0.1:0").unwrap();
    config.listen = listener.local_addr().unwrap();
    let address = config.listen;
    let portal = Arc::new(Portal::open(config, Clock::system()).await.unwrap());
    let (end, ended) = oneshot::channel::<()>();
    let serving = tokio::spawn(serve(listener, portal, async { ended.await.unwrap() }));

    let answer = spawn_blocking(move || get_healthz(address)).await.unwrap();
    assert!(answer.starts_with("HTTP/1.1 200 OK") && answer.ends_with("ok"), "{answer}");
    end.send(()).unwrap();
    serving.await.unwrap().unwrap();
    assert!(TcpStream::connect(address).is_err());
}

#[tokio::test]
async fn what_is_under_way_is_sent_before_the_portal_ends() {
    let server = SmtpServer::start(Mood::Grey(1));
    let folder = tempfile::tempdir().unwrap();
    let mut config = configuration(&folder);
    by_mail(&mut config, &server, plain);
    let own = Authority::new("localhost", None, None);
    fs::write(&config.certificate, own.certificate.to_pem().unwrap()).unwrap();
    fs::write(&config.private_key, own.key.private_key_to_pem_pkcs8().unwrap()).unwrap();
    let listener = TcpListener::bind("127.0.0.1:0").unwrap();
    let portal = Arc::new(Portal::open(config, Clock::system()).await.unwrap());
    let site = Site::of(router(portal.clone()));
    let (end, ended) = oneshot::channel::<()>();
    let serving = tokio::spawn(serve(listener, portal, async { ended.await.unwrap() }));
    let answer = Browser::applicant(&site).await.ask_for_code("new@example.tw").await;
    assert_eq!(answer.status.as_u16(), 200, "{}", answer.body);
    assert_eq!(server.seen(|seen| seen.letters.len()), 0);
    end.send(()).unwrap();
    serving.await.unwrap().unwrap();
    assert_eq!(server.seen(|seen| seen.letters.len()), 1);
}

#[tokio::test]
async fn a_tls_key_that_does_not_fit_is_noticed_at_the_start() {
    let folder = tempfile::tempdir().unwrap();
    let config = configuration(&folder);
    let own = Authority::new("localhost", None, None);
    fs::write(&config.certificate, own.certificate.to_pem().unwrap()).unwrap();
    fs::write(&config.private_key, rsa(2048).private_key_to_pem_pkcs8().unwrap()).unwrap();
    let listener = TcpListener::bind("127.0.0.1:0").unwrap();
    let portal = Arc::new(Portal::open(config, Clock::system()).await.unwrap());
    let error = serve(listener, portal, std::future::pending()).await.unwrap_err();
    assert_eq!(error.to_string(), "the TLS certificate and its key cannot be used");
}

fn get_healthz(address: SocketAddr) -> String {
    let mut builder = SslConnector::builder(SslMethod::tls_client()).unwrap();
    builder.set_verify(SslVerifyMode::NONE);
    builder.set_alpn_protos(b"\x02h2\x08http/1.1").unwrap();
    let socket = TcpStream::connect(address).unwrap();
    let mut stream = builder.build().connect("localhost", socket).unwrap();
    assert_eq!(stream.ssl().selected_alpn_protocol(), Some(b"http/1.1".as_slice()));
    let request = "GET /healthz HTTP/1.1\r\nHost: localhost\r\nConnection: close\r\n\r\n";
    stream.write_all(request.as_bytes()).unwrap();
    let mut answer = String::new();
    stream.read_to_string(&mut answer).unwrap();
    answer
}
