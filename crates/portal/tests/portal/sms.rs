//! Codes by SMS: what the gateway gets, and what becomes of a code where it does not take it.

use std::net::TcpListener;

use ankong_portal::{SmsConfig, SmsFormat};
use axum::http::{StatusCode, header};
use serde_json::{Value, json};

use crate::{
    browser::Browser, log::Log, mail::private, site::Site, smtp::acceptor, stand_in::StandIn,
    support::CA,
};

const MOBILE: &str = "0912345678";
const TAKEN: &str = "{\"ok\":true}";

/// A site that sends by the gateway at this address, and shows nothing.
async fn site(url: String, change: impl FnOnce(&mut SmsConfig)) -> Site {
    Site::with(|config| {
        let secret = config.database.with_file_name("sms-secret");
        private(&secret, "Gateway-Secret-7\n");
        let mut sms = SmsConfig {
            url,
            format: SmsFormat::Json,
            body: r#"{"to":"{e164}","message":"{text}"}"#.into(),
            header: Some("Authorization: Bearer {secret}".into()),
            secret: Some(secret),
            accepted: Some("\"ok\":true".into()),
            patience_seconds: 20.try_into().unwrap(),
            retry_seconds: vec![0, 0],
        };
        change(&mut sms);
        config.sms = Some(sms);
        config.outbox = false;
    })
    .await
}

async fn ask(browser: &mut Browser<'_>) {
    let answer = browser.ask_for_code(MOBILE).await;
    assert_eq!((answer.status, answer.json()), (StatusCode::OK, json!({ "nextIn": 60 })));
}

#[tokio::test]
async fn a_code_comes_by_sms_in_the_words_of_the_gateway() {
    let gateway = StandIn::start(|_| Some((200, TAKEN))).await;
    let site = site(gateway.url(), |_| {}).await;
    let mut browser = Browser::applicant(&site).await;
    let page = browser.get("/join/contact?by=email").await.body;
    assert!(page.contains("type=\"tel\"") && !page.contains("電子郵件認證"), "{page}");
    ask(&mut browser).await;
    let (headers, body) = gateway.posts(1).await.remove(0);
    assert_eq!(headers[header::AUTHORIZATION], "Bearer Gateway-Secret-7");
    assert_eq!(headers[header::CONTENT_TYPE], "application/json");
    let body: Value = serde_json::from_str(&body).unwrap();
    assert_eq!(body["to"], "+886912345678");
    let text = body["message"].as_str().unwrap();
    let code: String = text.chars().filter(char::is_ascii_digit).take(6).collect();
    assert_eq!(browser.confirm(MOBILE, &code).await.location(), "/join/profile");
}

#[tokio::test]
async fn a_gateway_that_wants_a_form_gets_one() {
    let gateway = StandIn::start(|_| Some((202, "statuscode=1"))).await;
    let form = |sms: &mut SmsConfig| {
        sms.format = SmsFormat::Form;
        sms.body = "password={secret}&dstaddr={number}&smbody={text}".into();
        (sms.header, sms.accepted) = (None, Some("statuscode=1".into()));
    };
    let site = site(gateway.url(), form).await;
    ask(&mut Browser::applicant(&site).await).await;
    let (headers, body) = gateway.posts(1).await.remove(0);
    assert_eq!(headers[header::CONTENT_TYPE], "application/x-www-form-urlencoded");
    let start = "password=Gateway-Secret-7&dstaddr=0912345678&smbody=%E6%82%A8%E7%9A%84";
    assert!(body.starts_with(start) && body.matches('&').count() == 2, "{body}");
}

#[tokio::test]
async fn a_gateway_that_is_down_or_busy_is_asked_again() {
    let log = Log::listen();
    let gateway = StandIn::start(|n| Some([(503, ""), (429, ""), (200, TAKEN)][n])).await;
    let site = site(gateway.url(), |_| {}).await;
    ask(&mut Browser::applicant(&site).await).await;
    let text = log.with("a message was handed over").await;
    assert!(text.contains("way=\"sms\" tries=3"), "{text}");
    assert!(!text.contains("912345678") && !text.contains("Gateway-Secret"), "{text}");
}

#[tokio::test]
async fn what_the_gateway_does_not_take_is_given_up_without_number_or_code_in_the_log() {
    for (answers, told) in [
        ((|_| Some((403, "0912345678 no credit"))) as fn(usize) -> _, "the server answered 403"),
        (|_| Some((302, "")), "the server answered 302"),
        (|_| Some((200, "{\"ok\":false,\"to\":\"+886912345678\"}")), "does not say that it took"),
    ] {
        let log = Log::listen();
        let gateway = StandIn::start(answers).await;
        let site = site(gateway.url(), |_| {}).await;
        ask(&mut Browser::applicant(&site).await).await;
        let text = log.with("a message is given up").await;
        assert!(text.contains("tries=1") && text.contains(told), "{text}");
        assert!(!text.contains("912345678") && !text.contains("Gateway-Secret"), "{text}");
        assert_eq!(gateway.seen().len(), 1);
    }
}

#[tokio::test]
async fn nobody_waits_for_a_gateway_that_says_nothing() {
    let log = Log::listen();
    let gateway = StandIn::start(|_| None).await;
    let impatient = |sms: &mut SmsConfig| {
        sms.patience_seconds = 1.try_into().unwrap();
        sms.retry_seconds = vec![0];
    };
    let site = site(gateway.url(), impatient).await;
    ask(&mut Browser::applicant(&site).await).await;
    assert_eq!(gateway.seen().len(), 0, "the answer came first");
    let text = log.with("a message is given up").await;
    assert!(text.contains("tries=2 error=the server did not answer in time"), "{text}");
}

#[tokio::test]
async fn a_gateway_whose_certificate_nobody_vouches_for_gets_nothing() {
    let log = Log::listen();
    let listener = TcpListener::bind("127.0.0.1:0").unwrap();
    let url = format!("https://localhost:{}/post", listener.local_addr().unwrap().port());
    let tls = acceptor("localhost", &CA);
    std::thread::spawn(move || {
        for stream in listener.incoming() {
            assert!(tls.accept(stream.unwrap()).is_err(), "the portal went on");
        }
    });
    let site = site(url, |sms| sms.retry_seconds = vec![]).await;
    ask(&mut Browser::applicant(&site).await).await;
    let text = log.with("a message is given up").await;
    assert!(text.contains("tries=1 error=there is no secure connection"), "{text}");
}
