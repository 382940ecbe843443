//! Signing in and out, and what every page says about itself.

use std::{
    convert::Infallible,
    pin::Pin,
    task::{Context, Poll},
};

use axum::{
    body::{Body, Bytes, HttpBody},
    http::{HeaderValue, Request, StatusCode, header},
};
use http_body::Frame;
use serde_json::json;
use time::Duration;

use crate::{
    browser::{Answer, Browser},
    site::{MING, PASSWORD, Site},
    support::NAME,
};

#[tokio::test]
async fn a_member_signs_in_and_out() {
    let site = Site::new().await;
    let mut browser = Browser::new(&site);
    assert_eq!(browser.get("/gold").await.location(), "/sign-in");
    browser.get("/sign-in").await;
    assert_eq!(browser.sign_in("MING@example.tw", PASSWORD).await.location(), "/");
    let home = browser.get("/").await;
    assert!(home.body.contains(NAME) && home.body.contains("一般會員"), "{}", home.body);
    assert!(home.body.contains("id=\"start-gold\"") && !home.body.contains("id=\"crown\""));
    assert_eq!(browser.submit("/sign-out", &[]).await.location(), "/sign-in?after=out");
    assert_eq!(browser.get("/gold").await.location(), "/sign-in");
}

#[tokio::test]
async fn a_wrong_password_and_an_unknown_member_are_told_the_same() {
    let site = Site::new().await;
    let mut told = Vec::new();
    for (email, password) in [(MING, "taipei#101"), ("nobody@example.tw", PASSWORD)] {
        let mut browser = Browser::new(&site);
        browser.get("/sign-in").await;
        let answer = browser.sign_in(email, password).await;
        assert_eq!(answer.status, StatusCode::UNAUTHORIZED);
        assert!(answer.body.contains("帳號或密碼不正確"));
        assert!(!browser.cookies.contains_key("__Host-session"));
        told.push(answer.body.replace(email, "").replace(&browser.form_token(), ""));
    }
    assert_eq!(told[0], told[1]);
}

#[tokio::test]
async fn the_session_cookie_is_new_at_each_sign_in_and_kept_as_a_hash_only() {
    let site = Site::new().await;
    let cookie = async || {
        let mut browser = Browser::new(&site);
        browser.get("/sign-in").await;
        let answer = browser.sign_in(MING, PASSWORD).await;
        let set: Vec<_> = answer.headers.get_all(header::SET_COOKIE).iter().collect();
        let text = set.iter().find_map(|c| c.to_str().unwrap().strip_prefix("__Host-session="));
        text.unwrap().to_owned()
    };
    let (one, two) = (cookie().await, cookie().await);
    assert_ne!(one, two);
    for attribute in ["HttpOnly", "SameSite=Strict", "Secure", "Path=/"] {
        assert!(one.contains(attribute), "{one}");
    }
    let value = one.split(';').next().unwrap();
    assert_eq!(value.len(), 43);
    for entry in std::fs::read_dir(site.folder.path()).unwrap() {
        let bytes = std::fs::read(entry.unwrap().path()).unwrap();
        assert!(!bytes.windows(43).any(|part| part == value.as_bytes()));
    }
}

#[tokio::test]
async fn a_session_ends_after_half_an_hour_without_use_and_an_hour_in_all() {
    let site = Site::new().await;
    let mut browser = Browser::of(&site, MING).await;
    let mut idle = Browser::of(&site, MING).await;
    for minutes in [29, 29, 1] {
        site.wait(Duration::minutes(minutes));
        assert_eq!(browser.get("/gold").await.status, StatusCode::OK);
    }
    assert_eq!(idle.get("/gold").await.location(), "/sign-in?after=over");
    site.wait(Duration::minutes(1));
    assert_eq!(browser.get("/gold").await.location(), "/sign-in?after=over");
}

#[tokio::test]
async fn a_form_of_another_site_signs_nobody_in_or_out() {
    let site = Site::new().await;
    let mut browser = Browser::new(&site);
    let answer = browser.sign_in(MING, PASSWORD).await;
    assert_eq!(answer.status, StatusCode::FORBIDDEN, "there was no page with a token before");

    let mut browser = Browser::of(&site, MING).await;
    let foreign = browser.post_from("https://evil.example", "", "/sign-out", "").await;
    assert_eq!(foreign.code(), "foreign-page");
    let no_token = browser.post_from(crate::support::ORIGIN, "", "/sign-out", "").await;
    assert!(no_token.status.is_client_error());
    assert_eq!(browser.get("/").await.status, StatusCode::OK);
}

#[tokio::test]
async fn every_answer_forbids_what_the_pages_do_not_need() {
    let site = Site::new().await;
    let mut browser = Browser::new(&site);
    for path in ["/sign-in", "/static/gold.js", "/healthz", "/nowhere"] {
        let headers = browser.get(path).await.headers;
        let policy = headers["content-security-policy"].to_str().unwrap();
        assert!(policy.starts_with("default-src 'none'; script-src 'self'; style-src 'self'"));
        assert!(policy.ends_with(
            "connect-src 'self' https://localhost:24443 http://localhost:24443 \
                 https://localhost:24543 http://localhost:24543"
        ));
        assert_eq!(headers["x-content-type-options"], "nosniff");
        assert_eq!(headers["referrer-policy"], "same-origin");
    }
}

#[tokio::test]
async fn every_answer_of_a_host_with_a_name_says_that_there_is_nothing_without_tls() {
    let said = async |origin: &str| {
        let site = Site::with(|config| config.origin = origin.to_owned()).await;
        let mut browser = Browser::new(&site);
        let mut said = Vec::new();
        for path in ["/", "/sign-in", "/static/gold.js", "/healthz", "/nowhere", "/gold"] {
            said.push(browser.get(path).await.headers.remove("strict-transport-security"));
        }
        // Of another page.
        let refused = browser.post("/gold/challenge", &json!({})).await;
        said.push(refused.headers.get("strict-transport-security").cloned());
        said.dedup();
        said
    };
    for origin in ["https://card.example.tw", "https://card.example.tw:8443"] {
        let year = HeaderValue::from_static("max-age=31536000");
        assert_eq!(said(origin).await, [Some(year)], "{origin}");
    }
    for origin in ["https://localhost:8443", "https://127.0.0.1:8443", "https://[::1]:8443"] {
        assert_eq!(said(origin).await, [None], "{origin}");
    }
}

#[tokio::test]
async fn no_page_has_anything_inline() {
    let site = Site::new().await;
    let mut signed_out = Browser::new(&site);
    let mut browser = Browser::of(&site, MING).await;
    let pages =
        [signed_out.get("/sign-in").await, browser.get("/").await, browser.get("/gold/card").await];
    for page in pages {
        assert_eq!(page.status, StatusCode::OK);
        assert!(page.body.starts_with("<!doctype html>\n<html lang=\"zh-TW\">"));
        for inline in ["<style", "style=\"", "onclick", "<script>", "javascript:"] {
            assert!(!page.body.contains(inline), "{inline} in {}", page.body);
        }
    }
}

#[tokio::test]
async fn english_is_a_choice_that_is_remembered() {
    let site = Site::new().await;
    let mut browser = Browser::new(&site);
    assert!(browser.get("/sign-in").await.body.contains("電子郵件"));
    assert!(browser.get("/sign-in?lang=en").await.body.contains("Mobile number or e-mail"));
    assert!(browser.get("/sign-in").await.body.contains("Mobile number or e-mail"));
    assert!(browser.get("/sign-in?lang=zh-TW").await.body.contains("電子郵件"));
    assert!(browser.get("/sign-in?lang=xx").await.body.contains("電子郵件"));
}

#[tokio::test]
async fn the_portal_says_that_it_is_well() {
    let site = Site::new().await;
    let answer = Browser::new(&site).get("/healthz").await;
    assert_eq!((answer.status, answer.body.as_str()), (StatusCode::OK, "ok"));
}

#[tokio::test]
async fn every_failure_has_a_page_in_the_persons_language() {
    let site = Site::new().await;
    for (lang, not_found, outdated, incomplete) in [
        ("zh-TW", "找不到這個網頁", "這一頁已經過期", "送出的資料不完整"),
        ("en", "There is no such page", "This page is out of date", "What was sent is incomplete"),
    ] {
        let mut browser = Browser::new(&site);
        let address = format!("/nowhere?lang={lang}");
        let told = browser.get(&address).await;
        assert_page(&told, StatusCode::NOT_FOUND, lang, not_found);
        browser.get(&format!("/sign-in?lang={lang}")).await;
        let told = browser.get("/static/nothing").await;
        assert_page(&told, StatusCode::NOT_FOUND, lang, not_found);
        let told = browser.get("/gold/verify").await;
        assert_page(&told, StatusCode::METHOD_NOT_ALLOWED, lang, not_found);
        assert_eq!(told.headers[header::ALLOW], "POST");
        let told = browser.submit("/sign-in", &[("email", "a".into())]).await;
        assert_page(&told, StatusCode::UNPROCESSABLE_ENTITY, lang, incomplete);
        browser.cookies.remove("__Host-sign-in");
        let told = browser.sign_in(MING, PASSWORD).await;
        assert_page(&told, StatusCode::FORBIDDEN, lang, outdated);
    }
}

#[tokio::test]
async fn a_form_that_never_arrives_is_told_on_a_page() {
    let site = Site::new().await;
    let mut browser = Browser::new(&site);
    browser.get("/sign-in?lang=en").await;
    let request = Request::post("/sign-in")
        .header(header::ORIGIN, crate::support::ORIGIN)
        .header(header::CONTENT_TYPE, "application/x-www-form-urlencoded");
    let told = browser.send(request.body(Body::new(Never)).unwrap()).await;
    assert_page(&told, StatusCode::REQUEST_TIMEOUT, "en", "did not arrive in time");
}

fn assert_page(told: &Answer, status: StatusCode, lang: &str, sentence: &str) {
    assert_eq!(told.status, status, "{}", told.body);
    assert_eq!(told.headers[header::CONTENT_TYPE], "text/html; charset=utf-8");
    let frame = format!("<!doctype html>\n<html lang=\"{lang}\">");
    assert!(told.body.starts_with(&frame) && told.body.contains(sentence), "{}", told.body);
}

/// A body whose first byte never comes.
struct Never;

impl HttpBody for Never {
    type Data = Bytes;
    type Error = Infallible;

    fn poll_frame(
        self: Pin<&mut Self>,
        _: &mut Context<'_>,
    ) -> Poll<Option<Result<Frame<Bytes>, Infallible>>> {
        Poll::Pending
    }
}

#[tokio::test]
async fn whoever_is_led_to_the_sign_in_or_to_the_beginning_reads_why() {
    let site = Site::new().await;
    let mut browser = Browser::new(&site);
    for (after, chinese, english) in [
        ("over", "登入已逾時", "The session is over"),
        ("out", "您已登出", "You have signed out"),
        ("deleted", "帳號已刪除", "The account is deleted"),
        ("stopped", "帳號已停止使用", "not used any more"),
        ("password", "請用新密碼登入", "with the new one"),
    ] {
        let page = browser.get(&format!("/sign-in?after={after}")).await.body;
        assert!(page.contains("id=\"after\"") && page.contains(chinese), "{page}");
        let page = browser.get(&format!("/sign-in?after={after}&lang=en")).await.body;
        assert!(page.contains(english), "{page}");
        browser.cookies.clear();
    }
    assert!(browser.get("/join?after=over").await.body.contains("要加入會員，請從這裡開始"));
    for nothing in ["/sign-in", "/sign-in?after=", "/sign-in?after=%3Cb%3E", "/join?after=x"] {
        assert!(!browser.get(nothing).await.body.contains("id=\"after\""), "{nothing}");
    }
}

#[tokio::test]
async fn another_language_changes_nothing_else_of_the_page() {
    let site = Site::new().await;
    let mut browser = Browser::of(&site, MING).await;
    for (path, kept) in [
        ("/confirm?to=clerk", "to=clerk"),
        ("/confirm", "to=gold"),
        ("/gold/component?on=macos", "on=macos"),
    ] {
        let page = browser.get(path).await.body;
        let link = format!("href=\"?{kept}&amp;lang=en\"");
        assert!(page.contains(&link), "{link}: {page}");
    }
    let page = browser.get("/confirm?to=clerk&lang=en").await.body;
    assert!(
        page.contains("action=\"/confirm?to=clerk\"") && page.contains("lang=\"en\""),
        "{page}"
    );
}
