//! Google judges who is a robot, where the operator wants it: a stand-in answers for it.

use ankong_portal::{RecaptchaConfig, RecaptchaVersion};
use axum::http::{StatusCode, header};
use serde_json::json;

use crate::{
    browser::{Answer, Browser},
    log::Log,
    mail::private,
    site::Site,
    stand_in::{Answers, StandIn},
};

const NEW: &str = "new@example.tw";

async fn site(google: &StandIn, version: RecaptchaVersion) -> Site {
    let verify_url = google.url();
    Site::with(|config| {
        let secret = config.database.with_file_name("recaptcha-secret");
        private(&secret, "Google-Secret-7");
        let site_key = "Site-Key_1".into();
        let minimum_score = 0.5;
        config.recaptcha =
            Some(RecaptchaConfig { version, site_key, secret, minimum_score, verify_url });
    })
    .await
}

async fn ask(browser: &mut Browser<'_>, token: &str) -> Answer {
    browser.post("/join/code", &json!({ "account": NEW, "robot": token })).await
}

#[tokio::test]
async fn whom_google_believes_gets_a_code_once_for_each_answer() {
    let google =
        StandIn::start(|_| Some((200, r#"{"success":true,"hostname":"localhost"}"#))).await;
    let site = site(&google, RecaptchaVersion::V2).await;
    let mut browser = Browser::applicant(&site).await;
    let answer = ask(&mut browser, "token/1+").await;
    assert_eq!((answer.status, answer.json()), (StatusCode::OK, json!({ "nextIn": 60 })));
    let (_, body) = google.posts(1).await.remove(0);
    assert_eq!(body, "secret=Google-Secret-7&response=token%2F1%2B");
    site.wait(time::Duration::seconds(61));
    assert_eq!(ask(&mut browser, "token/1+").await.code(), "robot", "whatever Google says");
    assert_eq!(ask(&mut browser, "token/2").await.status, StatusCode::OK);
    assert_eq!(browser.get("/join/robot").await.status, StatusCode::NOT_FOUND);
}

#[tokio::test]
async fn the_third_version_needs_a_score() {
    let google = StandIn::start(|_| {
        Some((200, r#"{"success":true,"hostname":"localhost","score":0.5,"action":"code","x":1}"#))
    });
    let google = google.await;
    let site = site(&google, RecaptchaVersion::V3).await;
    assert_eq!(ask(&mut Browser::applicant(&site).await, "token").await.status, StatusCode::OK);
}

#[tokio::test]
async fn whom_google_does_not_believe_gets_none() {
    let table: [(RecaptchaVersion, Answers); 6] = [
        (RecaptchaVersion::V2, |_| {
            Some((200, r#"{"success":false,"error-codes":["timeout-or-duplicate"]}"#))
        }),
        (RecaptchaVersion::V2, |_| Some((200, r#"{"success":true,"hostname":"evil.example"}"#))),
        (RecaptchaVersion::V2, |_| Some((200, r#"{"success":true}"#))),
        (RecaptchaVersion::V3, |_| {
            Some((200, r#"{"success":true,"hostname":"localhost","score":0.4,"action":"code"}"#))
        }),
        (RecaptchaVersion::V3, |_| {
            Some((200, r#"{"success":true,"hostname":"localhost","score":0.9,"action":"login"}"#))
        }),
        (RecaptchaVersion::V3, |_| {
            Some((200, r#"{"success":true,"hostname":"localhost","action":"code"}"#))
        }),
    ];
    for (n, (version, answers)) in table.into_iter().enumerate() {
        let google = StandIn::start(answers).await;
        let site = site(&google, version).await;
        let mut browser = Browser::applicant(&site).await;
        let answer = ask(&mut browser, "token").await;
        assert_eq!((answer.status.as_u16(), answer.code().as_str()), (422, "robot"), "{n}");
        for token in ["", &"x".repeat(8193)] {
            assert_eq!(ask(&mut browser, token).await.code(), "robot");
        }
        assert_eq!(google.seen().len(), 1, "Google is not asked about nothing");
        assert!(browser.get("/outbox").await.body.contains("還沒有訊息"));
    }
}

#[tokio::test]
async fn where_google_cannot_be_asked_nobody_passes_and_nothing_is_counted() {
    let table: [(Answers, &str); 4] = [
        (|_| Some((500, "")), "is not readable"),
        (|_| Some((200, "<html>")), "is not readable"),
        (|_| None, "the server did not answer in time"),
        (
            |_| Some((200, r#"{"success":false,"error-codes":["invalid-input-secret"]}"#)),
            "Google does not know the secret of reCAPTCHA",
        ),
    ];
    for (answers, told) in table {
        let log = Log::listen();
        let google = StandIn::start(answers).await;
        let site = site(&google, RecaptchaVersion::V2).await;
        let mut browser = Browser::applicant(&site).await;
        for _ in 0..2 {
            let answer = ask(&mut browser, "token").await;
            assert_eq!((answer.status.as_u16(), answer.code().as_str()), (503, "robot-away"));
            assert!(answer.body.contains("目前無法確認"), "{}", answer.body);
        }
        let text = log.text();
        assert!(text.contains(told) && !text.contains("Google-Secret"), "{text}");
        assert!(browser.get("/outbox").await.body.contains("還沒有訊息"));
    }
}

#[tokio::test]
async fn only_the_page_with_the_check_lets_google_in_and_only_where_it_judges() {
    let google = StandIn::start(|_| None).await;
    let site = site(&google, RecaptchaVersion::V3).await;
    let mut browser = Browser::applicant(&site).await;
    let policy = |answer: &Answer| {
        answer.headers[header::CONTENT_SECURITY_POLICY].to_str().unwrap().to_owned()
    };
    let wrong = browser.confirm(NEW, "000000").await;
    for page in [browser.get("/join/contact").await, wrong] {
        let policy = policy(&page);
        for part in [
            "script-src 'self' https://www.google.com/recaptcha/ https://www.gstatic.com/recaptcha/;",
            "frame-src https://www.google.com/recaptcha/ https://recaptcha.google.com/recaptcha/;",
            "default-src 'none';",
        ] {
            assert!(policy.contains(part), "{policy}");
        }
        assert!(page.body.contains("data-version=\"v3\" data-site-key=\"Site-Key_1\""));
        assert!(page.body.contains("Google reCAPTCHA") && !page.body.contains("id=\"robot\""));
    }
    for path in ["/", "/join", "/join/notice", "/sign-in", "/nowhere"] {
        assert!(!policy(&browser.get(path).await).contains("google"), "{path}");
    }
    let own = Site::new().await;
    let page = Browser::applicant(&own).await.get("/join/contact").await;
    assert!(!policy(&page).contains("google") && !page.body.contains("oogle"));
    assert!(page.body.contains("id=\"robot\""));
}
