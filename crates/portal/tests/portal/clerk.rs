//! A card that makes another member gold already: the refusal, the case, and the clerk's desk.

use axum::http::StatusCode;
use serde_json::{Value, json};
use time::Duration;

use crate::{
    browser::{Answer, Browser, ID},
    log::Log,
    site::{MEI, MING, MING_AGAIN, PASSWORD, Site},
    support::{Card, NOW, ORIGIN},
};

/// One card's token: each card made by a test has a certificate of its own.
struct OneCard(Value);

impl OneCard {
    fn new() -> Self {
        Self(Card::default().token(ORIGIN, "")["unverifiedCertificate"].clone())
    }

    async fn prove(&self, browser: &mut Browser<'_>) -> Answer {
        let challenge = browser.challenge(ID).await;
        browser.verify(&challenge, &self.token(&challenge)).await
    }

    fn token(&self, challenge: &str) -> Value {
        let mut token = Card::default().token(ORIGIN, challenge);
        token["unverifiedCertificate"] = self.0.clone();
        token
    }
}

/// A case is open: one member is gold by the card, and another has proved it.
async fn case(site: &Site) -> (OneCard, Browser<'_>, Browser<'_>) {
    let card = OneCard::new();
    let mut holder = Browser::of(site, MING).await;
    let mut member = Browser::of(site, MING_AGAIN).await;
    assert_eq!(card.prove(&mut holder).await.status, StatusCode::OK);
    let refused = card.prove(&mut member).await;
    assert_eq!((refused.code().as_str(), &refused.json()["case"]), ("card-taken", &1.into()));
    (card, holder, member)
}

async fn clerk(site: &Site) -> Browser<'_> {
    assert!(site.store().appoint_clerk(MEI, NOW).await.unwrap());
    Browser::of(site, MEI).await
}

async fn decide(clerk: &mut Browser<'_>, case: i64, decision: &str) -> Answer {
    let fields = [("case", case.to_string()), ("decision", decision.to_owned())];
    clerk.submit("/clerk/decide", &fields).await
}

#[tokio::test]
async fn a_refused_member_is_told_the_number_of_the_case_and_finds_it_again() {
    let site = Site::new().await;
    let (card, _, mut member) = case(&site).await;
    let page = member.get("/gold").await.body;
    assert!(page.contains("案件編號 1") && page.contains("等候承辦人員"), "{page}");
    member.get("/gold/card").await;
    // Trying again is the same case.
    assert_eq!(card.prove(&mut member).await.json()["case"], 1);
}

#[tokio::test]
async fn the_clerk_frees_a_card_and_its_owner_proves_it_once_more() {
    let site = Site::new().await;
    let (card, mut holder, mut member) = case(&site).await;
    let mut clerk = clerk(&site).await;
    let log = Log::listen();
    let desk = clerk.get("/clerk").await.body;
    for part in ["案件 1", "m***@example.tw", "6789", "2026-11-21"] {
        assert!(desk.contains(part), "{part}: {desk}");
    }
    assert!(!desk.contains(MING) && !desk.contains(MING_AGAIN), "accounts are masked: {desk}");
    let done = decide(&mut clerk, 1, "freed").await;
    assert_eq!((done.status, done.location()), (StatusCode::SEE_OTHER, "/clerk"));
    assert!(clerk.get("/clerk").await.body.contains("id=\"none\""));
    let log = log.text();
    assert!(log.contains("the clerk looked") && log.contains("decision=\"freed\""), "{log}");

    assert!(holder.get("/").await.body.contains("一般會員"));
    assert!(member.get("/gold").await.body.contains("已經釋出"));
    assert!(member.get("/").await.body.contains("一般會員"), "a decision alone makes nobody gold");
    member.get("/gold/card").await;
    assert_eq!(card.prove(&mut member).await.status, StatusCode::OK);
}

#[tokio::test]
async fn who_loses_gold_is_written_to_and_finds_it_in_the_copy() {
    let site = Site::new().await;
    let (_card, mut holder, _member) = case(&site).await;
    let mut clerk = clerk(&site).await;
    clerk.address = Some([203, 0, 113, 77].into());
    clerk.get("/clerk").await;
    decide(&mut clerk, 1, "freed").await;
    let outbox = Browser::new(&site).get("/outbox").await.body;
    assert!(outbox.contains(MING) && outbox.contains("已取消您的臺北卡金質會員資格"), "{outbox}");
    let copy = holder.get("/account/copy").await.json();
    let events = copy["events"].as_array().unwrap();
    let freed = events.iter().find(|event| event["what"] == "gold-freed").unwrap();
    assert_eq!(freed["network"], "", "not the clerk's");
}

#[tokio::test]
async fn what_the_clerk_did_not_see_is_not_decided() {
    let site = Site::new().await;
    let (_, mut holder, mut member) = case(&site).await;
    let mut clerk = clerk(&site).await;
    clerk.get("/clerk").await;
    // Meanwhile the holder has another card, and the applicant proves that one.
    let other = OneCard::new();
    holder.get("/gold/renew").await;
    let asked = holder.post("/gold/renew/challenge", &json!({ "nationalId": ID })).await.json();
    let challenge = asked["challenge"].as_str().unwrap();
    let request =
        json!({ "challenge": challenge, "nationalId": ID, "token": other.token(challenge) });
    assert_eq!(holder.post("/gold/renew/verify", &request).await.status, StatusCode::OK);
    member.get("/gold/card").await;
    assert_eq!(other.prove(&mut member).await.json()["case"], 2);
    decide(&mut clerk, 1, "freed").await;
    assert!(holder.get("/").await.body.contains("id=\"crown\""));
    let cases = member.get("/account/copy").await.json()["cases"].clone();
    assert_eq!((&cases[0]["decision"], &cases[1]["decision"]), (&"settled".into(), &Value::Null));
}

#[tokio::test]
async fn the_clerk_keeps_it_as_it_is_and_a_new_try_is_a_new_case() {
    let site = Site::new().await;
    let (card, mut holder, mut member) = case(&site).await;
    let mut clerk = clerk(&site).await;
    clerk.get("/clerk").await;
    decide(&mut clerk, 1, "kept").await;
    // Twice is once.
    decide(&mut clerk, 1, "freed").await;
    assert!(holder.get("/").await.body.contains("id=\"crown\""));
    assert!(member.get("/gold").await.body.contains("維持原帳號"));
    member.get("/gold/card").await;
    assert_eq!(card.prove(&mut member).await.json()["case"], 2);
}

#[tokio::test]
async fn a_case_whose_holder_leaves_settles_itself() {
    let site = Site::new().await;
    let (card, mut holder, mut member) = case(&site).await;
    let mut clerk = clerk(&site).await;
    holder.get("/account/delete").await;
    holder.submit("/account/delete", &[("password", PASSWORD.replace('#', "%23"))]).await;
    assert!(clerk.get("/clerk").await.body.contains("帳號已刪除"));
    assert_eq!(card.prove(&mut member).await.status, StatusCode::OK);
    assert!(clerk.get("/clerk").await.body.contains("id=\"none\""));
}

#[tokio::test]
async fn only_a_clerk_with_a_fresh_password_has_a_desk() {
    let site = Site::new().await;
    let (_, mut holder, _) = case(&site).await;
    assert_eq!(Browser::new(&site).get("/clerk").await.location(), "/sign-in");
    assert_eq!(holder.get("/clerk").await.status, StatusCode::NOT_FOUND);
    assert_eq!(decide(&mut holder, 1, "kept").await.status, StatusCode::NOT_FOUND);
    assert!(!site.store().appoint_clerk("nobody@example.tw", NOW).await.unwrap());

    let mut clerk = clerk(&site).await;
    assert!(clerk.get("/").await.body.contains("href=\"/clerk\""));
    assert!(!holder.get("/").await.body.contains("href=\"/clerk\""));
    clerk.get("/clerk").await;
    let foreign = clerk.post_from("https://evil.example", "", "/clerk/decide", "").await;
    assert_eq!(foreign.code(), "foreign-page");
    site.wait(Duration::minutes(5));
    assert_eq!(clerk.get("/clerk").await.location(), "/confirm?to=clerk");
    assert_eq!(decide(&mut clerk, 1, "kept").await.location(), "/confirm?to=clerk");
    let page = clerk.get("/confirm?to=clerk").await.body;
    assert!(page.contains("action=\"/confirm?to=clerk\""), "{page}");
    let password = [("password", PASSWORD.replace('#', "%23"))];
    assert_eq!(clerk.submit("/confirm?to=clerk", &password).await.location(), "/clerk");
    assert!(clerk.get("/clerk").await.body.contains("案件 1"));

    assert!(site.store().dismiss_clerk(MEI, NOW).await.unwrap());
    assert_eq!(clerk.get("/clerk").await.status, StatusCode::NOT_FOUND);
}

#[tokio::test]
async fn a_clerk_decides_no_case_of_their_own() {
    let site = Site::new().await;
    let (_, mut holder, mut member) = case(&site).await;
    for (account, browser) in [(MING, &mut holder), (MING_AGAIN, &mut member)] {
        assert!(site.store().appoint_clerk(account, NOW).await.unwrap());
        let desk = browser.get("/clerk").await.body;
        assert!(desk.contains("您自己的案件") && !desk.contains("/clerk/decide"), "{desk}");
        decide(browser, 1, "freed").await;
        assert!(browser.get("/clerk").await.body.contains("案件 1"), "it is still open");
    }
    assert!(holder.get("/").await.body.contains("id=\"crown\""));
}
