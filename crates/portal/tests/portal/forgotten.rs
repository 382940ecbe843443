//! A password that was forgotten: a code, another password, and whatever the old one opened is shut.

use axum::http::StatusCode;
use time::Duration;

use crate::{
    browser::{Answer, Browser},
    site::{MING, PASSWORD, Site},
};

const NEW_PASSWORD: &str = "Songshan#101";

impl Browser<'_> {
    /// Up to the page where the code is asked for.
    async fn forgot(&mut self) {
        self.get("/sign-in/forgotten").await;
        let begun = self.submit("/sign-in/forgotten", &[]).await;
        assert_eq!(begun.location(), "/join/contact");
        self.get("/join/contact").await;
    }

    async fn replace_password(&mut self, new: [&str; 2]) -> Answer {
        let [new, again] = new.map(|password| password.replace('#', "%23"));
        let fields = [("new_password", new), ("new_password_again", again)];
        self.submit("/sign-in/password", &fields).await
    }
}

async fn sign_in(site: &Site, password: &str) -> StatusCode {
    let mut browser = Browser::new(site);
    browser.get("/sign-in").await;
    browser.sign_in(MING, password).await.status
}

#[tokio::test]
async fn whoever_knows_the_code_has_another_password_and_every_session_ends() {
    let site = Site::new().await;
    let mut elsewhere = Browser::of(&site, MING).await;
    let mut browser = Browser::new(&site);
    assert!(browser.get("/sign-in").await.body.contains("href=\"/sign-in/forgotten\""));
    browser.forgot().await;
    assert_eq!(browser.ask_for_code(MING).await.status, StatusCode::OK);
    assert!(browser.message(MING).await.contains("重設密碼"));
    assert_eq!(browser.get("/sign-in/password").await.location(), "/sign-in/forgotten");
    let early = browser.replace_password([NEW_PASSWORD; 2]).await;
    assert_eq!(early.location(), "/sign-in/forgotten");

    browser.get("/join/contact").await;
    let code = browser.code(MING).await;
    assert_eq!(browser.confirm(MING, &code).await.location(), "/sign-in/password");
    // The code opens this and nothing else: no new member, nobody signed in.
    assert_eq!(browser.get("/join/profile").await.location(), "/join/contact");
    assert_eq!(browser.get("/account").await.location(), "/sign-in");
    let page = browser.get("/sign-in/password").await;
    assert!(page.status == StatusCode::OK && page.body.contains(MING), "{}", page.body);
    for (new, sentence) in
        [(["songshan"; 2], "密碼不符合規則"), ([NEW_PASSWORD, PASSWORD], "兩次輸入的密碼不同")]
    {
        let told = browser.replace_password(new).await;
        assert_eq!(told.status, StatusCode::UNPROCESSABLE_ENTITY);
        assert!(told.body.contains(sentence) && !told.body.contains("ongshan"), "{}", told.body);
    }
    assert_eq!(elsewhere.get("/account").await.status, StatusCode::OK);
    assert_eq!(
        browser.replace_password([NEW_PASSWORD; 2]).await.location(),
        "/sign-in?after=password"
    );

    assert_eq!(elsewhere.get("/account").await.location(), "/sign-in?after=over");
    assert_eq!(sign_in(&site, PASSWORD).await, StatusCode::UNAUTHORIZED);
    assert_eq!(sign_in(&site, NEW_PASSWORD).await, StatusCode::SEE_OTHER);
    assert!(browser.message(MING).await.contains("密碼已變更"));
    let again = browser.replace_password([PASSWORD; 2]).await;
    assert_eq!(again.location(), "/join", "the way was good once");
    let deeds = site.deeds().await;
    let deed = deeds.iter().find(|deed| deed.what == "password-forgotten").unwrap();
    assert!(deed.member.is_some());
}

#[tokio::test]
async fn who_has_no_account_is_told_so_in_the_message_and_nowhere_else() {
    const NOBODY: &str = "nobody@example.tw";
    let site = Site::new().await;
    let mut browser = Browser::new(&site);
    let mut answers = Vec::new();
    for account in [MING, NOBODY] {
        browser.forgot().await;
        let page = browser.get("/join/contact").await.body;
        let token = browser.form_token();
        let sent = browser.ask_for_code(account).await;
        answers.push((sent.status, sent.body, page.replace(&token, "")));
    }
    assert_eq!(answers[0], answers[1]);
    assert!(browser.message(NOBODY).await.contains("沒有註冊"));
    for code in ["000000", "123456"] {
        let told = browser.confirm(NOBODY, code).await;
        assert_eq!(told.status, StatusCode::UNPROCESSABLE_ENTITY);
    }
}

#[tokio::test]
async fn another_password_ends_every_way_to_one() {
    let site = Site::new().await;
    let mut stranger = Browser::new(&site);
    stranger.forgot().await;
    stranger.ask_for_code(MING).await;
    let code = stranger.code(MING).await;
    assert_eq!(stranger.confirm(MING, &code).await.location(), "/sign-in/password");
    stranger.get("/sign-in/password").await;
    let mut owner = Browser::of(&site, MING).await;
    owner.get("/account/password").await;
    assert_eq!(owner.change_password(PASSWORD, [NEW_PASSWORD; 2]).await.location(), "/account");
    let late = stranger.replace_password([PASSWORD; 2]).await;
    assert_eq!(late.location(), "/sign-in/forgotten");
    assert_eq!(sign_in(&site, NEW_PASSWORD).await, StatusCode::SEE_OTHER);
}

#[tokio::test]
async fn the_code_has_six_digits_whatever_others_have_and_the_way_ends_after_an_hour() {
    let site = Site::with(|config| config.code_digits = 4.try_into().unwrap()).await;
    let mut browser = Browser::new(&site);
    browser.forgot().await;
    assert!(browser.get("/join/contact").await.body.contains("maxlength=\"6\""));
    browser.ask_for_code(MING).await;
    let code = browser.code(MING).await;
    assert_eq!(code.len(), 6);
    assert_eq!(browser.confirm(MING, &code).await.location(), "/sign-in/password");
    browser.get("/sign-in/password").await;
    site.wait(Duration::hours(1));
    assert_eq!(browser.replace_password([NEW_PASSWORD; 2]).await.location(), "/sign-in/forgotten");
    assert_eq!(sign_in(&site, PASSWORD).await, StatusCode::SEE_OTHER);
}

#[tokio::test]
async fn a_form_of_another_page_begins_nothing_and_where_nothing_is_sent_there_is_no_way() {
    let site = Site::new().await;
    let mut browser = Browser::new(&site);
    assert_eq!(browser.submit("/sign-in/forgotten", &[]).await.status, StatusCode::FORBIDDEN);
    let closed = Site::closed().await;
    let mut browser = Browser::new(&closed);
    assert!(!browser.get("/sign-in").await.body.contains("/sign-in/forgotten"));
    assert_eq!(browser.get("/sign-in/forgotten").await.status, StatusCode::NOT_FOUND);
}
