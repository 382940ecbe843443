//! Signing in with the card, and another card in place of the one that made a member gold.

use std::net::IpAddr;

use axum::http::StatusCode;
use openssl::x509::X509;
use serde_json::{Value, json};
use time::{Duration, OffsetDateTime};

use crate::{
    browser::{Answer, Browser, ID},
    log::Log,
    site::{MEI, MING, MING_AGAIN, PASSWORD, Site},
    support::{CA, Card, Crl, Entry, NOW, ORIGIN},
};

/// A card of the usual person; each has a certificate of its own.
pub(crate) struct Plastic(X509);

impl Plastic {
    pub(crate) fn new() -> Self {
        Self(Card::default().certificate())
    }

    /// One that is good by the clock of the machine.
    pub(crate) fn of_today() -> Self {
        let now = OffsetDateTime::now_utc();
        Self(
            Card { validity: (now - Duration::DAY, now + Duration::DAY), ..Card::default() }
                .certificate(),
        )
    }

    pub(crate) fn token(&self, challenge: &str) -> Value {
        let mut token = Card::default().token(ORIGIN, challenge);
        let der = openssl::base64::encode_block(&self.0.to_der().unwrap());
        token["unverifiedCertificate"] = der.into();
        token
    }

    /// Has the signed-in member prove it.
    pub(crate) async fn prove(&self, browser: &mut Browser<'_>, path: &str, id: &str) -> Answer {
        let asked = browser.post(&format!("{path}/challenge"), &json!({ "nationalId": id })).await;
        assert_eq!(asked.status, StatusCode::OK, "{}", asked.body);
        let challenge = asked.json()["challenge"].as_str().unwrap().to_owned();
        let token = self.token(&challenge);
        let body = json!({ "challenge": challenge, "nationalId": id, "token": token });
        browser.post(&format!("{path}/verify"), &body).await
    }

    /// Signs in with it in a browser where nobody is.
    pub(crate) async fn sign_in(&self, browser: &mut Browser<'_>) -> Answer {
        browser.get("/sign-in/card").await;
        let challenge = challenge(browser).await;
        verify(browser, &challenge, &self.token(&challenge)).await
    }
}

async fn challenge(browser: &mut Browser<'_>) -> String {
    let asked = browser.post("/sign-in/card/challenge", &json!({})).await;
    assert_eq!(asked.status, StatusCode::OK, "{}", asked.body);
    assert_eq!(asked.json()["purpose"], "以自然人憑證登入臺北卡會員");
    asked.json()["challenge"].as_str().unwrap().to_owned()
}

async fn verify(browser: &mut Browser<'_>, challenge: &str, token: &Value) -> Answer {
    let body = json!({ "challenge": challenge, "token": token });
    browser.post("/sign-in/card/verify", &body).await
}

async fn gold(site: &Site) -> (Plastic, Browser<'_>) {
    let card = Plastic::new();
    let mut browser = Browser::of(site, MING).await;
    let answer = card.prove(&mut browser, "/gold", ID).await;
    assert_eq!(answer.status, StatusCode::OK, "{}", answer.body);
    (card, browser)
}

#[tokio::test]
async fn a_gold_member_signs_in_with_the_card_and_types_nothing() {
    let site = Site::new().await;
    let (card, _) = gold(&site).await;
    let log = Log::listen();
    let mut browser = Browser::new(&site);
    assert!(browser.get("/sign-in").await.body.contains("href=\"/sign-in/card\""));
    let before = browser.cookies["__Host-sign-in"].clone();
    let answer = card.sign_in(&mut browser).await;
    assert_eq!((answer.status, answer.json()), (StatusCode::OK, json!({ "signedIn": true })));
    let home = browser.get("/").await.body;
    assert!(home.contains("id=\"crown\"") && home.contains(MING), "{home}");
    // The cookie from before is worth nothing now, and is not the session's.
    assert!(!browser.cookies.contains_key("__Host-sign-in"));
    assert_ne!(browser.cookies["__Host-session"], before);
    assert_eq!(browser.get("/sign-in/card").await.location(), "/");
    assert!(log.text().contains("signed in with the card member="), "{}", log.text());
}

#[tokio::test]
async fn a_card_that_made_nobody_gold_signs_nobody_in_and_the_way_on_is_told() {
    let site = Site::new().await;
    gold(&site).await;
    let mut browser = Browser::new(&site);
    let refused = Plastic::new().sign_in(&mut browser).await;
    assert_eq!((refused.status, refused.code().as_str()), (StatusCode::FORBIDDEN, "card-unknown"));
    let told = refused.json()["detail"].as_str().unwrap().to_owned();
    assert!(told.contains("密碼") && told.contains("更換自然人憑證"), "{told}");
    assert!(!browser.cookies.contains_key("__Host-session"));
}

#[tokio::test]
async fn a_card_of_a_member_who_left_signs_nobody_in() {
    let site = Site::new().await;
    let (card, mut browser) = gold(&site).await;
    browser.get("/account/delete").await;
    browser.submit("/account/delete", &[("password", PASSWORD.replace('#', "%23"))]).await;
    assert_eq!(card.sign_in(&mut Browser::new(&site)).await.code(), "card-unknown");
}

#[tokio::test]
async fn a_challenge_belongs_to_one_visitor_one_operation_and_one_try() {
    let site = Site::new().await;
    let (card, mut member) = gold(&site).await;
    let [mut one, mut two] = [Browser::new(&site), Browser::new(&site)];
    one.get("/sign-in/card").await;
    two.get("/sign-in/card").await;

    // Of another visitor: whoever makes somebody's card sign for another page is not signed in here.
    let of_one = challenge(&mut one).await;
    assert_eq!(verify(&mut two, &of_one, &card.token(&of_one)).await.code(), "challenge-unknown");
    // Of another operation.
    let asked = member.post("/gold/renew/challenge", &json!({ "nationalId": ID })).await.json();
    let of_member = asked["challenge"].as_str().unwrap().to_owned();
    let answer = verify(&mut one, &of_member, &card.token(&of_member)).await;
    assert_eq!(answer.code(), "challenge-unknown");
    // For this one it is still good; once.
    let touched = json!({ "signature": "AAAA" });
    assert_eq!(verify(&mut one, &of_one, &touched).await.code(), "token-unreadable");
    assert_eq!(verify(&mut one, &of_one, &card.token(&of_one)).await.code(), "challenge-unknown");
    // For five minutes.
    let late = challenge(&mut one).await;
    site.wait(Duration::minutes(5));
    assert_eq!(verify(&mut one, &late, &card.token(&late)).await.code(), "challenge-expired");
}

#[tokio::test]
async fn a_request_without_the_page_before_it_is_refused() {
    let site = Site::new().await;
    let mut browser = Browser::new(&site);
    let none = browser.post("/sign-in/card/challenge", &json!({})).await;
    assert_eq!(none.code(), "foreign-page");
    browser.get("/sign-in/card").await;
    let token = browser.form_token();
    for (origin, token) in [(ORIGIN, ""), (ORIGIN, "AAAA"), ("https://evil.example", &token)] {
        let answer = browser.post_from(origin, token, "/sign-in/card/challenge", "{}").await;
        assert_eq!(answer.code(), "foreign-page");
    }
    let answer = browser.post("/sign-in/card/verify", &json!({ "challenge": 1 })).await;
    assert_eq!(answer.code(), "bad-request");
}

#[tokio::test]
async fn a_card_that_does_not_hold_any_more_signs_nobody_in() {
    let site = Site::new().await;
    let (card, _) = gold(&site).await;
    let mut browser = Browser::new(&site);
    for (number, reason, code) in
        [(8, Some(6), "certificate-suspended"), (9, Some(1), "certificate-revoked")]
    {
        let entries = vec![Entry::of(&card.0, reason)];
        site.publish(&Crl { number: Some(number), entries, ..Crl::of(&CA) }.der());
        assert_eq!(card.sign_in(&mut browser).await.code(), code);
    }
    browser.get("/sign-in/card").await;
    let now = challenge(&mut browser).await;
    let elsewhere = Card::default().token("https://evil.example", &now);
    assert_eq!(verify(&mut browser, &now, &elsewhere).await.code(), "signature-mismatch");
    let now = challenge(&mut browser).await;
    let day = Duration::DAY;
    let old = Card { validity: (NOW - day * 2, NOW - day), ..Card::default() };
    let answer = verify(&mut browser, &now, &old.token(ORIGIN, &now)).await;
    assert_eq!(answer.code(), "certificate-expired");
    assert!(!browser.cookies.contains_key("__Host-session"));
}

#[tokio::test]
async fn one_network_does_not_take_all_places_and_one_that_signs_in_gets_its_try_back() {
    let site = Site::new().await;
    let (card, _) = gold(&site).await;
    let visit = || {
        let mut browser = Browser::new(&site);
        browser.address = Some(IpAddr::from([192, 0, 2, 1]));
        browser
    };
    for _ in 0..25 {
        assert_eq!(card.sign_in(&mut visit()).await.status, StatusCode::OK);
    }
    for n in 0..20 {
        let mut browser = visit();
        browser.get("/sign-in/card").await;
        let asked = browser.post("/sign-in/card/challenge", &json!({})).await;
        assert_eq!(asked.status, StatusCode::OK, "{n}: {}", asked.body);
    }
    let mut browser = visit();
    browser.get("/sign-in/card").await;
    let refused = browser.post("/sign-in/card/challenge", &json!({})).await;
    assert_eq!((refused.status.as_u16(), refused.code().as_str()), (429, "too-many-tries"));
    browser.address = Some(IpAddr::from([192, 0, 2, 2]));
    challenge(&mut browser).await;
}

#[tokio::test]
async fn a_card_issued_anew_takes_the_place_of_the_old_one() {
    let site = Site::new().await;
    let (old, mut member) = gold(&site).await;
    let home = member.get("/").await.body;
    assert!(home.contains("id=\"renew\"") && home.contains("目前的憑證有效至"), "{home}");
    assert!(member.get("/gold/component").await.body.contains("action=\"/gold/renew\""));
    let page = member.get("/gold/renew").await.body;
    assert!(page.contains("data-path=\"/gold/renew\"") && page.contains("更換自然人憑證"));
    let asked = member.post("/gold/renew/challenge", &json!({ "nationalId": ID })).await.json();
    assert_eq!(asked["purpose"], "將 m***@example.tw 改用這張憑證");

    let new = Plastic::new();
    let answer = new.prove(&mut member, "/gold/renew", ID).await;
    assert_eq!((answer.status, answer.json()), (StatusCode::OK, json!({ "membership": "gold" })));
    assert_eq!(new.sign_in(&mut Browser::new(&site)).await.status, StatusCode::OK);
    assert_eq!(old.sign_in(&mut Browser::new(&site)).await.code(), "card-unknown");
    // The same card again changes nothing.
    assert_eq!(new.prove(&mut member, "/gold/renew", ID).await.status, StatusCode::OK);
    assert!(member.get("/").await.body.contains("2026-11-21"), "gold since the first card");
}

#[tokio::test]
async fn another_number_another_members_card_or_an_old_sign_in_renews_nothing() {
    let site = Site::new().await;
    let (_, mut ming) = gold(&site).await;
    let mut again = Browser::of(&site, MING_AGAIN).await;
    let second = Plastic::new();
    assert_eq!(second.prove(&mut again, "/gold", "B210026789").await.status, StatusCode::OK);

    let differs = Plastic::new().prove(&mut ming, "/gold/renew", "B210026789").await;
    assert_eq!((differs.status.as_u16(), differs.code().as_str()), (422, "id-differs"));
    let taken = second.prove(&mut ming, "/gold/renew", ID).await;
    assert_eq!((taken.code().as_str(), &taken.json()["case"]), ("card-taken", &1.into()));
    // A challenge to become gold renews nothing, and none is given to who is gold.
    let body = json!({ "nationalId": ID });
    assert_eq!(ming.post("/gold/challenge", &body).await.code(), "already-gold");
    let mut mei = Browser::of(&site, MEI).await;
    assert_eq!(mei.post("/gold/renew/challenge", &body).await.code(), "not-gold");
    assert_eq!(mei.get("/gold/renew").await.location(), "/gold");

    site.wait(Duration::minutes(5));
    assert_eq!(ming.get("/gold/renew").await.location(), "/confirm?to=renew");
    assert_eq!(ming.post("/gold/renew/challenge", &body).await.code(), "sign-in-old");
    ming.get("/confirm?to=renew").await;
    let password = [("password", PASSWORD.replace('#', "%23"))];
    assert_eq!(ming.submit("/confirm?to=renew", &password).await.location(), "/gold/renew");
}
