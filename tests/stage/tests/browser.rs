//! Chromium believes the demo's site exactly as long as the temporary home trusts its root.
#![cfg(target_os = "linux")]

use std::io::{Read, Write};
use std::net::TcpListener;
use std::sync::Arc;
use std::time::Duration;

use ankong_stage::{Browser, DemoAuthority, TemporaryHome, eventually};
use fantoccini::Locator;
use openssl::ssl::{SslAcceptor, SslFiletype, SslMethod};

const PAGE: &str = "HTTP/1.1 200 OK\r\nContent-Type: text/html\r\nContent-Length: 22\r\nConnection: close\r\n\r\n<h1 id=h>trusted</h1>\n";

/// Processes with `text` on their command line.
fn running(text: &str) -> anyhow::Result<usize> {
    let all = std::fs::read_dir("/proc")?.flatten();
    let lines = all.filter_map(|process| std::fs::read(process.path().join("cmdline")).ok());
    Ok(lines.filter(|line| String::from_utf8_lossy(line).contains(text)).count())
}

/// Serves one page over TLS for as long as the test runs.
fn serve(site: &DemoAuthority) -> anyhow::Result<u16> {
    let mut acceptor = SslAcceptor::mozilla_intermediate_v5(SslMethod::tls_server())?;
    acceptor.set_certificate_file(site.certificate(), SslFiletype::PEM)?;
    acceptor.set_private_key_file(site.key(), SslFiletype::PEM)?;
    let acceptor = Arc::new(acceptor.build());
    let listener = TcpListener::bind("127.0.0.1:0")?;
    let port = listener.local_addr()?.port();
    std::thread::spawn(move || {
        for stream in listener.incoming().flatten() {
            let acceptor = acceptor.clone();
            std::thread::spawn(move || {
                // A browser that does not trust the site ends the handshake: that is one of the tests.
                let Ok(mut stream) = acceptor.accept(stream) else {
                    return;
                };
                let _ = stream.read(&mut [0; 4096]);
                let _ = stream.write_all(PAGE.as_bytes());
                let _ = stream.shutdown();
            });
        }
    });
    Ok(port)
}

#[tokio::test(flavor = "multi_thread")]
async fn a_trusted_root_makes_the_site_open_without_any_flag() {
    let home = TemporaryHome::create().unwrap();
    let site = DemoAuthority::create(home.path()).unwrap();
    home.trust(site.root(), "demo site").unwrap();
    let port = serve(&site).unwrap();

    let browser = Browser::start(&home, &[]).await.unwrap();
    for host in ["localhost", "127.0.0.1"] {
        browser.client().goto(&format!("https://{host}:{port}/")).await.unwrap();
        let heading = browser.client().find(Locator::Id("h")).await.unwrap();
        assert_eq!(heading.text().await.unwrap(), "trusted");
    }
    let languages = browser.client().execute("return navigator.languages", vec![]).await.unwrap();
    assert_eq!(languages, serde_json::json!(["zh-TW", "zh"]));
    browser.close().await.unwrap();
}

#[tokio::test(flavor = "multi_thread")]
async fn without_trust_or_after_it_was_taken_back_the_site_does_not_open() {
    let home = TemporaryHome::create().unwrap();
    let site = DemoAuthority::create(home.path()).unwrap();
    home.trust(site.root(), "demo site").unwrap();
    home.distrust("demo site").unwrap();
    let port = serve(&site).unwrap();

    let browser = Browser::start(&home, &[]).await.unwrap();
    browser.client().goto(&format!("https://localhost:{port}/")).await.unwrap();
    // The driver calls the browser's warning a page like any other.
    let page = browser.client().source().await.unwrap();
    assert!(page.contains("ERR_CERT_AUTHORITY_INVALID") && !page.contains("<h1 id="), "{page}");
    browser.close().await.unwrap();
}

#[tokio::test(flavor = "multi_thread")]
async fn a_dropped_browser_leaves_no_process() {
    let home = TemporaryHome::create().unwrap();
    let own = home.path().to_str().unwrap();
    let browser = Browser::start(&home, &[]).await.unwrap();
    assert!(running(own).unwrap() > 1);
    drop(browser);
    let gone = || Ok((running(own)? == 0).then_some(()));
    eventually("no process of this home", Duration::from_secs(30), gone).unwrap();
}
