//! Codes by mail: what the server gets, and what becomes of a code where the server does not take it.

use std::fs;

use ankong_portal::{Config, MailConfig, MailTls};
use axum::http::StatusCode;
use serde_json::json;

use crate::{
    browser::Browser,
    log::Log,
    site::{MING, Site},
    smtp::{Mood, PASSWORD, SmtpServer, USER, header, text},
    support::{Authority, ROOT},
};

const NEW: &str = "new@example.tw";

/// A site that sends by this server and shows nothing.
async fn site(server: &SmtpServer, change: impl FnOnce(&mut MailConfig)) -> Site {
    Site::with(|config| by_mail(config, server, change)).await
}

pub(crate) fn by_mail(
    config: &mut Config,
    server: &SmtpServer,
    change: impl FnOnce(&mut MailConfig),
) {
    let folder = config.database.parent().unwrap();
    let [root, password] = ["mail-root.pem", "mail-password"].map(|name| folder.join(name));
    fs::write(&root, ROOT.certificate.to_pem().unwrap()).unwrap();
    private(&password, PASSWORD);
    let mut mail = MailConfig {
        server: "localhost".into(),
        port: Some(server.port),
        tls: MailTls::Starttls,
        root: Some(root),
        user: Some(USER.into()),
        password: Some(password),
        from: "臺北卡 <no-reply@example.tw>".into(),
        patience_seconds: 20.try_into().unwrap(),
        retry_seconds: vec![0, 0],
    };
    change(&mut mail);
    config.mail = Some(mail);
    config.outbox = false;
}

/// A server on this computer may go without TLS, and then without a password.
pub(crate) fn plain(mail: &mut MailConfig) {
    mail.tls = MailTls::None;
    (mail.user, mail.password, mail.root) = (None, None, None);
}

pub(crate) fn private(path: &std::path::Path, text: &str) {
    fs::write(path, text).unwrap();
    #[cfg(unix)]
    {
        use std::os::unix::fs::PermissionsExt;
        fs::set_permissions(path, fs::Permissions::from_mode(0o600)).unwrap();
    }
}

fn code_in(text: &str) -> String {
    text.chars().filter(char::is_ascii_digit).take(6).collect()
}

async fn ask(browser: &mut Browser<'_>, account: &str) {
    let answer = browser.ask_for_code(account).await;
    assert_eq!((answer.status, answer.json()), (StatusCode::OK, json!({ "nextIn": 60 })));
}

#[tokio::test]
async fn a_code_comes_by_mail_after_starttls_and_with_the_password() {
    let server = SmtpServer::start(Mood::Strict);
    let site = site(&server, |_| {}).await;
    let mut browser = Browser::applicant(&site).await;
    ask(&mut browser, NEW).await;
    let letter = server.letters(1).await.remove(0);
    assert_eq!(header(&letter, "From"), "臺北卡 <no-reply@example.tw>");
    assert_eq!(header(&letter, "To"), NEW);
    assert_eq!(header(&letter, "Subject"), "臺北卡驗證碼");
    assert_eq!(header(&letter, "Auto-Submitted"), "auto-generated");
    assert_eq!(header(&letter, "Content-Language"), "zh-TW");
    assert!(header(&letter, "Message-ID").ends_with("@example.tw>"), "{letter}");
    let code = code_in(&text(&letter));
    assert_eq!(browser.confirm(NEW, &code).await.location(), "/join/profile");
    let lines = server.seen(|seen| seen.lines.clone());
    let at = |word: &str| lines.iter().position(|line| line.starts_with(word)).unwrap();
    assert_eq!(lines[0], "EHLO localhost");
    assert!(at("STARTTLS") < at("AUTH") && at("AUTH") < at("MAIL"), "{lines:?}");
}

#[tokio::test]
async fn a_server_that_speaks_tls_from_the_first_byte_on_is_spoken_to() {
    let server = SmtpServer::start(Mood::Implicit);
    let site = site(&server, |mail| mail.tls = MailTls::Implicit).await;
    let mut browser = Browser::applicant(&site).await;
    browser.get("/join/contact?lang=en").await;
    ask(&mut browser, NEW).await;
    let letter = server.letters(1).await.remove(0);
    assert_eq!(header(&letter, "Subject"), "Your Taipei Card code");
    assert_eq!(header(&letter, "Content-Language"), "en");
    assert!(text(&letter).contains("Taipei Card"));
}

#[tokio::test]
async fn the_owner_of_an_account_gets_another_mail_and_the_page_the_same_answer() {
    let server = SmtpServer::start(Mood::Strict);
    let site = site(&server, |_| {}).await;
    let mut browser = Browser::applicant(&site).await;
    ask(&mut browser, MING).await;
    let letter = server.letters(1).await.remove(0);
    assert_eq!((header(&letter, "To"), code_in(&text(&letter))), (MING.into(), String::new()));
    assert!(text(&letter).contains("已經註冊過了"));
}

#[tokio::test]
async fn nothing_is_said_to_a_server_that_is_not_secure_or_not_the_one() {
    let other_root: fn(&mut MailConfig) = |mail| {
        let stranger = Authority::new("陌生人", None, None).certificate;
        fs::write(mail.root.as_ref().unwrap(), stranger.to_pem().unwrap()).unwrap();
    };
    let no_change: fn(&mut MailConfig) = |_| {};
    for (mood, change) in
        [(Mood::Plain, no_change), (Mood::StrictElsewhere, no_change), (Mood::Strict, other_root)]
    {
        let log = Log::listen();
        let server = SmtpServer::start(mood);
        let site = site(&server, change).await;
        ask(&mut Browser::applicant(&site).await, NEW).await;
        log.with("a message is given up").await;
        let lines = server.seen(|seen| seen.lines.clone());
        assert!(
            lines.iter().all(|line| ["EHLO", "STAR", "QUIT"].contains(&&line[..4])),
            "{lines:?}"
        );
        assert_eq!(server.seen(|seen| seen.connections), 3, "tried three times");
    }
}

#[tokio::test]
async fn a_refusal_is_final_and_the_log_names_neither_address_nor_code() {
    let log = Log::listen();
    let server = SmtpServer::start(Mood::Refusing);
    let site = site(&server, plain).await;
    let mut browser = Browser::applicant(&site).await;
    ask(&mut browser, NEW).await;
    let text = log.with("a message is given up").await;
    assert!(text.contains("tries=1") && text.contains("the server answered 550"), "{text}");
    assert!(!text.contains("example.tw") && !text.contains("new@"), "{text}");
    assert_eq!(server.seen(|seen| seen.connections), 1);
}

#[tokio::test]
async fn a_wrong_password_is_told_to_the_operator_without_being_named() {
    let log = Log::listen();
    let server = SmtpServer::start(Mood::Strict);
    let site = site(&server, |mail| private(mail.password.as_ref().unwrap(), "Other-1")).await;
    ask(&mut Browser::applicant(&site).await, NEW).await;
    let text = log.with("a message is given up").await;
    assert!(text.contains("535") && !text.contains("Other-1"), "{text}");
}

#[tokio::test]
async fn a_server_that_says_later_is_asked_again() {
    let log = Log::listen();
    let server = SmtpServer::start(Mood::Grey(2));
    let site = site(&server, plain).await;
    let mut browser = Browser::applicant(&site).await;
    ask(&mut browser, NEW).await;
    let code = code_in(&text(&server.letters(1).await[0]));
    assert_eq!(browser.confirm(NEW, &code).await.location(), "/join/profile");
    let text = log.with("a message was handed over").await;
    assert!(text.contains("tries=3") && !text.contains(&code) && !text.contains(NEW), "{text}");
}

#[tokio::test]
async fn nobody_waits_for_a_server_that_says_nothing() {
    // Whoever the account belongs to, the answer is there before the server was spoken to.
    for account in [NEW, MING] {
        let log = Log::listen();
        let server = SmtpServer::start(Mood::Silent);
        let impatient = |mail: &mut MailConfig| {
            plain(mail);
            mail.patience_seconds = 1.try_into().unwrap();
            mail.retry_seconds = vec![0];
        };
        let site = site(&server, impatient).await;
        let mut browser = Browser::applicant(&site).await;
        ask(&mut browser, account).await;
        assert_eq!(server.seen(|seen| seen.connections), 0);
        let text = log.with("tries=2 error=the server did not answer in time").await;
        assert!(text.contains("a message is given up"), "{text}");
        assert_eq!(server.seen(|seen| seen.connections), 2);
    }
}

#[tokio::test]
async fn the_page_offers_only_what_can_be_sent() {
    let server = SmtpServer::start(Mood::Plain);
    let site = site(&server, plain).await;
    let mut browser = Browser::applicant(&site).await;
    for path in ["/join/contact", "/join/contact?by=mobile"] {
        let page = browser.get(path).await.body;
        assert!(page.contains("type=\"email\"") && !page.contains("type=\"tel\""), "{page}");
        assert!(!page.contains("手機認證"), "{page}");
    }
    let choice = browser.get("/join").await.body;
    assert!(choice.contains("<dd>電子郵件</dd>") && !choice.contains("手機號碼或"), "{choice}");
    let answer = browser.ask_for_code("0912345678").await;
    assert_eq!((answer.status.as_u16(), answer.code().as_str()), (422, "no-way"));
    assert_eq!(browser.get("/outbox").await.status, StatusCode::NOT_FOUND);
    assert!(browser.get("/sign-in").await.body.contains("href=\"/join\""));
}
