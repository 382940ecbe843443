//! Signing in when it is hard: too often, too many at once, or twice.

use std::net::IpAddr;

use axum::http::{StatusCode, header};
use time::Duration;
use tokio::task::JoinSet;

use crate::{
    browser::Browser,
    site::{MEI, MING, PASSWORD, Site},
};

#[tokio::test]
async fn an_account_whose_password_is_guessed_answers_more_and_more_slowly() {
    let site = Site::new().await;
    let mut browser = Browser::new(&site);
    browser.get("/sign-in").await;
    for n in 0..5 {
        browser.address = Some(IpAddr::from([192, 0, 2, n]));
        assert_eq!(browser.sign_in(MING, "guess").await.status, StatusCode::UNAUTHORIZED);
    }
    // The right password makes no difference, or it could be guessed all the same.
    let early = browser.sign_in("Ming@example.tw", PASSWORD).await;
    assert_eq!(early.status, StatusCode::TOO_MANY_REQUESTS);
    assert_eq!(early.headers[header::RETRY_AFTER], "2");
    assert!(early.body.contains("嘗試登入的次數過多") && early.body.contains(MING.split_at(1).1));
    assert_eq!(browser.sign_in(MEI, PASSWORD).await.status, StatusCode::SEE_OTHER);

    site.wait(Duration::seconds(2));
    let mut browser = Browser::new(&site);
    browser.get("/sign-in").await;
    assert_eq!(browser.sign_in(MING, PASSWORD).await.status, StatusCode::SEE_OTHER);
}

#[tokio::test]
async fn an_address_that_guesses_at_many_accounts_has_to_wait_and_others_need_not() {
    let site = Site::new().await;
    let mut browser = Browser::new(&site);
    browser.address = Some(IpAddr::from([192, 0, 2, 1]));
    browser.get("/sign-in?lang=en").await;
    for n in 0..20 {
        let answer = browser.sign_in(&format!("{n}@example.tw"), "guess").await;
        assert_eq!(answer.status, StatusCode::UNAUTHORIZED, "{n}");
    }
    let early = browser.sign_in(MING, PASSWORD).await;
    assert_eq!(early.status, StatusCode::TOO_MANY_REQUESTS);
    assert!(early.body.contains("too many tries"));
    browser.address = Some(IpAddr::from([192, 0, 2, 2]));
    assert_eq!(browser.sign_in(MING, PASSWORD).await.status, StatusCode::SEE_OTHER);
}

#[tokio::test(flavor = "multi_thread")]
async fn a_crowd_is_told_to_come_back_and_the_queue_has_an_end() {
    let site = std::sync::Arc::new(Site::new().await);
    let mut crowd = JoinSet::new();
    for n in 0..120 {
        let site = site.clone();
        crowd.spawn(async move {
            let mut browser = Browser::new(&site);
            browser.address = Some(IpAddr::from([192, 0, 2, n]));
            browser.get("/sign-in").await;
            let answer = browser.sign_in(&format!("{n}@example.tw"), "guess").await;
            if answer.status == StatusCode::SERVICE_UNAVAILABLE {
                assert_eq!(answer.headers[header::RETRY_AFTER], "5");
                assert!(answer.body.contains("目前登入的人數較多"), "{}", answer.body);
            }
            answer.status.as_u16()
        });
    }
    let told = crowd.join_all().await;
    let of = |status: u16| told.iter().filter(|other| **other == status).count();
    assert_eq!(of(401) + of(503), 120, "{told:?}");
    assert!(of(401) >= 32 && of(503) > 0, "{told:?}");
    let mut browser = Browser::new(&site);
    browser.get("/sign-in").await;
    assert_eq!(browser.sign_in(MING, PASSWORD).await.status, StatusCode::SEE_OTHER);
}

#[tokio::test]
async fn signing_in_again_ends_the_session_whose_cookie_it_replaces() {
    let site = Site::new().await;
    let mut browser = Browser::of(&site, MING).await;
    // Another tab still shows the form.
    let mut other_tab = Browser::new(&site);
    other_tab.get("/sign-in").await;
    other_tab.cookies.extend(browser.cookies.clone());
    assert_eq!(other_tab.sign_in(MEI, PASSWORD).await.status, StatusCode::SEE_OTHER);
    assert_eq!(other_tab.get("/").await.status, StatusCode::OK);
    assert_eq!(browser.get("/gold").await.location(), "/sign-in?after=over");
}
