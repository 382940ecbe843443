//! From general member to gold member, and everything that stands in the way.

use axum::http::StatusCode;
use base64::{Engine, prelude::BASE64_STANDARD};
use openssl::x509::extension::KeyUsage;
use serde_json::json;
use time::Duration;

use crate::{
    browser::{Browser, ID},
    site::{MEI, MING, MING_AGAIN, PASSWORD, Site},
    support::{Authority, CA, Card, Crl, Entry, NOW, ORIGIN, OTHER_CA, rsa},
};

/// Ends in 6789 too: the four digits prove little.
const OTHER_ID_SAME_TAIL: &str = "B210026789";

#[tokio::test]
async fn a_number_in_letters_as_wide_as_chinese_ones_is_the_same_number() {
    let site = Site::new().await;
    let mut browser = Browser::of(&site, MING).await;
    let challenge = browser.challenge("Ａ１２３４５６７８９").await;
    let answer = browser.verify(&challenge, &Card::default().token(ORIGIN, &challenge)).await;
    assert_eq!(answer.status, StatusCode::OK, "{}", answer.body);
}

#[tokio::test]
async fn a_member_with_a_card_becomes_gold() {
    let site = Site::new().await;
    let mut browser = Browser::of(&site, MING).await;
    let asked = browser.post("/gold/challenge", &json!({ "nationalId": ID })).await.json();
    assert_eq!(asked["purpose"], "將 m***@example.tw 升級為金質會員");
    assert_eq!(asked["idTail"], "6789");
    let challenge = asked["challenge"].as_str().unwrap();
    let answer = browser.verify(challenge, &Card::default().token(ORIGIN, challenge)).await;
    assert_eq!((answer.status, answer.json()), (StatusCode::OK, json!({ "membership": "gold" })));

    let home = browser.get("/").await.body;
    assert!(home.contains("id=\"crown\"") && home.contains("金質會員"), "{home}");
    assert!(home.contains("2026-11-21") && !home.contains("id=\"start-gold\""));
    for page in ["/gold", "/gold/card"] {
        assert_eq!(browser.get(page).await.location(), "/");
    }
    let again = browser.post("/gold/challenge", &json!({ "nationalId": ID })).await;
    assert_eq!(again.code(), "already-gold");
}

#[tokio::test]
async fn the_national_id_is_nowhere_in_the_folder_of_the_portal() {
    let site = Site::new().await;
    let mut browser = Browser::of(&site, MING).await;
    let challenge = browser.challenge(ID).await;
    browser.verify(&challenge, &Card::default().token(ORIGIN, &challenge)).await;
    for entry in std::fs::read_dir(site.folder.path()).unwrap() {
        let path = entry.unwrap().path();
        let bytes = std::fs::read(&path).unwrap();
        assert!(!bytes.windows(10).any(|part| part == ID.as_bytes()), "{}", path.display());
    }
}

#[tokio::test]
async fn a_slip_in_the_national_id_is_told() {
    let site = Site::new().await;
    let mut browser = Browser::of(&site, MING).await;
    for (id, code) in [("A123456788", "id-check-digit"), ("12345", "id-shape"), ("", "id-shape")] {
        let answer = browser.post("/gold/challenge", &json!({ "nationalId": id })).await;
        assert_eq!((answer.status.as_u16(), answer.code().as_str()), (422, code), "{id}");
        assert!(answer.json()["detail"].as_str().unwrap().contains("身分證字號"));
    }
}

#[tokio::test]
async fn a_request_of_another_page_is_refused() {
    let site = Site::new().await;
    let mut browser = Browser::of(&site, MING).await;
    let (body, token) = (json!({ "nationalId": ID }).to_string(), browser.form_token());
    let mut post = async |origin, token: &str, body: &str| {
        browser.post_from(origin, token, "/gold/challenge", body).await
    };
    assert_eq!(post(ORIGIN, "", &body).await.code(), "foreign-page");
    assert_eq!(post(ORIGIN, "AAAA", &body).await.code(), "foreign-page");
    assert_eq!(post("https://evil.example", &token, &body).await.code(), "foreign-page");
    assert_eq!(post(ORIGIN, &token, "{").await.code(), "bad-request");
    assert_eq!(post(ORIGIN, &token, &body).await.status, StatusCode::OK);
    let answer = Browser::new(&site).post("/gold/challenge", &json!({ "nationalId": ID })).await;
    assert_eq!(answer.code(), "sign-in-needed");
}

#[tokio::test]
async fn a_challenge_is_good_once() {
    let site = Site::new().await;
    let mut browser = Browser::of(&site, MING).await;
    let challenge = browser.challenge(ID).await;
    let mut touched = Card::default().token(ORIGIN, &challenge);
    touched["signature"] = "AAAA".into();
    let first = browser.verify(&challenge, &touched).await;
    assert_eq!(first.code(), "signature-mismatch");
    let second = browser.verify(&challenge, &Card::default().token(ORIGIN, &challenge)).await;
    assert_eq!(second.code(), "challenge-unknown");
    assert!(browser.get("/").await.body.contains("一般會員"));
}

#[tokio::test]
async fn a_challenge_of_another_session_or_of_five_minutes_ago_is_refused() {
    let site = Site::new().await;
    let (mut ming, mut mei) = (Browser::of(&site, MING).await, Browser::of(&site, MEI).await);
    let challenge = ming.challenge(ID).await;
    let answer = mei.verify(&challenge, &Card::default().token(ORIGIN, &challenge)).await;
    assert_eq!(answer.code(), "challenge-unknown");

    let challenge = ming.challenge(ID).await;
    site.wait(Duration::minutes(5));
    let answer = ming.verify(&challenge, &Card::default().token(ORIGIN, &challenge)).await;
    assert_eq!(answer.code(), "challenge-expired");
}

#[tokio::test]
async fn five_minutes_after_the_sign_in_the_password_is_asked_for_again() {
    let site = Site::new().await;
    let mut browser = Browser::of(&site, MING).await;
    site.wait(Duration::minutes(5));
    let early = browser.post("/gold/challenge", &json!({ "nationalId": ID })).await;
    assert_eq!((early.status, early.code().as_str()), (StatusCode::FORBIDDEN, "sign-in-old"));
    assert_eq!(browser.get("/gold/card").await.location(), "/confirm");
    let page = browser.get("/confirm").await.body;
    assert!(page.contains("再次輸入密碼") && page.contains(MING), "{page}");
    let wrong = browser.submit("/confirm", &[("password", "guess".into())]).await;
    assert_eq!(wrong.status, StatusCode::UNAUTHORIZED);
    assert_eq!(browser.get("/gold/card").await.location(), "/confirm");

    let before = browser.cookies["__Host-session"].clone();
    browser.get("/confirm").await;
    let done = browser.submit("/confirm", &[("password", PASSWORD.replace('#', "%23"))]).await;
    assert_eq!((done.status, done.location()), (StatusCode::SEE_OTHER, "/gold/card"));
    assert_ne!(browser.cookies["__Host-session"], before);
    browser.get("/gold/card").await;
    let challenge = browser.challenge(ID).await;
    let answer = browser.verify(&challenge, &Card::default().token(ORIGIN, &challenge)).await;
    assert_eq!(answer.status, StatusCode::OK, "{}", answer.body);
}

#[tokio::test]
async fn a_member_who_leaves_is_gone_and_the_card_is_free() {
    let site = Site::new().await;
    let (mut one, mut two) = (Browser::of(&site, MING).await, Browser::of(&site, MING_AGAIN).await);
    let challenge = one.challenge(ID).await;
    let token = Card::default().token(ORIGIN, &challenge);
    let certificate = token["unverifiedCertificate"].clone();
    assert_eq!(one.verify(&challenge, &token).await.status, StatusCode::OK);

    one.get("/account/delete").await;
    let wrong = one.submit("/account/delete", &[("password", "guess".into())]).await;
    assert_eq!(wrong.status, StatusCode::UNAUTHORIZED);
    assert_eq!(one.get("/").await.status, StatusCode::OK);
    let cookie = one.cookies["__Host-session"].clone();
    one.get("/account/delete").await;
    let gone = one.submit("/account/delete", &[("password", PASSWORD.replace('#', "%23"))]).await;
    assert_eq!((gone.status, gone.location()), (StatusCode::SEE_OTHER, "/sign-in?after=deleted"));
    one.cookies.insert("__Host-session".into(), cookie);
    assert_eq!(one.get("/gold").await.location(), "/sign-in?after=over", "the session went too");
    one.get("/sign-in").await;
    assert_eq!(one.sign_in(MING, PASSWORD).await.status, StatusCode::UNAUTHORIZED);

    let challenge = two.challenge(ID).await;
    let mut token = Card::default().token(ORIGIN, &challenge);
    token["unverifiedCertificate"] = certificate;
    let answer = two.verify(&challenge, &token).await;
    assert_eq!(answer.status, StatusCode::OK, "{}", answer.body);
}

#[tokio::test]
async fn a_card_with_another_last_four_or_none_is_refused() {
    let site = Site::new().await;
    let mut browser = Browser::of(&site, MING).await;
    for (last_four, code) in [(Some("0000"), "id-mismatch"), (None, "no-last-four")] {
        let challenge = browser.challenge(ID).await;
        let token = Card { last_four, ..Card::default() }.token(ORIGIN, &challenge);
        assert_eq!(browser.verify(&challenge, &token).await.code(), code);
    }
}

#[tokio::test]
async fn a_card_of_another_name_is_refused() {
    let site = Site::new().await;
    let mut browser = Browser::of(&site, MEI).await;
    let challenge = browser.challenge(ID).await;
    let answer = browser.verify(&challenge, &Card::default().token(ORIGIN, &challenge)).await;
    assert_eq!(answer.code(), "name-mismatch");
}

#[tokio::test]
async fn one_certificate_makes_one_member_gold() {
    let site = Site::new().await;
    let (mut one, mut two) = (Browser::of(&site, MING).await, Browser::of(&site, MING_AGAIN).await);
    let challenge = one.challenge(ID).await;
    let token = Card::default().token(ORIGIN, &challenge);
    // The same certificate, so that both tokens come from one card.
    let certificate = token["unverifiedCertificate"].clone();
    assert_eq!(one.verify(&challenge, &token).await.status, StatusCode::OK);

    let challenge = two.challenge(OTHER_ID_SAME_TAIL).await;
    let mut token = Card::default().token(ORIGIN, &challenge);
    token["unverifiedCertificate"] = certificate;
    assert_eq!(two.verify(&challenge, &token).await.code(), "card-taken");
}

#[tokio::test]
async fn whoever_types_anothers_id_does_not_keep_its_owner_out() {
    let site = Site::new().await;
    for email in [MING, MING_AGAIN] {
        let mut browser = Browser::of(&site, email).await;
        let challenge = browser.challenge(OTHER_ID_SAME_TAIL).await;
        let answer = browser.verify(&challenge, &Card::default().token(ORIGIN, &challenge)).await;
        assert_eq!(answer.status, StatusCode::OK, "{email}: {}", answer.body);
    }
}

#[tokio::test]
async fn only_a_certificate_that_says_it_is_a_natural_persons_is_accepted() {
    let site = Site::new().await;
    let mut browser = Browser::of(&site, MING).await;
    for (subject_type, code) in
        [(None, "no-subject-type"), (Some("2.16.886.1.100.3.2.1"), "not-a-person")]
    {
        let challenge = browser.challenge(ID).await;
        let token = Card { subject_type, ..Card::default() }.token(ORIGIN, &challenge);
        let answer = browser.verify(&challenge, &token).await;
        assert_eq!(answer.code(), code);
        assert!(answer.json()["detail"].as_str().unwrap().contains("憑證"));
    }
}

#[tokio::test]
async fn a_member_has_one_challenge_however_many_sessions_they_have() {
    let site = Site::new().await;
    let (mut one, mut two) = (Browser::of(&site, MING).await, Browser::of(&site, MING).await);
    let first = one.challenge(ID).await;
    let second = two.challenge(ID).await;
    let answer = one.verify(&first, &Card::default().token(ORIGIN, &first)).await;
    assert_eq!(answer.code(), "challenge-unknown", "the second took its place");
    let answer = one.verify(&second, &Card::default().token(ORIGIN, &second)).await;
    assert_eq!(answer.code(), "challenge-unknown", "it is of another session");
    let answer = two.verify(&second, &Card::default().token(ORIGIN, &second)).await;
    assert_eq!(answer.code(), "challenge-unknown", "it had its one try");
}

#[tokio::test]
async fn each_flaw_of_a_token_is_told_in_its_own_words() {
    let site = Site::new().await;
    let mut browser = Browser::of(&site, MING).await;
    let short = rsa(1024);
    let foreign = Authority::new("測試憑證管理中心", None, None);
    let encryption = KeyUsage::new().key_encipherment().data_encipherment().build().unwrap();
    let (day, year) = (Duration::DAY, Duration::days(365));
    let cards = [
        (Card { validity: (NOW - year, NOW - day), ..Card::default() }, "certificate-expired"),
        (
            Card { validity: (NOW + day, NOW + year), ..Card::default() },
            "certificate-not-yet-valid",
        ),
        (Card { usage: Some(encryption), ..Card::default() }, "certificate-not-for-signing"),
        (Card { key: &short, ..Card::default() }, "certificate-not-accepted"),
        (
            Card { issuer: &foreign, signer: &foreign.key, ..Card::default() },
            "certificate-not-accepted",
        ),
    ];
    for (card, code) in cards {
        let challenge = browser.challenge(ID).await;
        let answer = browser.verify(&challenge, &card.token(ORIGIN, &challenge)).await;
        assert_eq!(answer.code(), code);
    }
    for origin in ["https://evil.example", "https://localhost"] {
        let challenge = browser.challenge(ID).await;
        let answer = browser.verify(&challenge, &Card::default().token(origin, &challenge)).await;
        assert_eq!(answer.code(), "signature-mismatch");
    }
    let challenge = browser.challenge(ID).await;
    let answer = browser.verify(&challenge, &json!({ "format": "web-eid:1.0" })).await;
    assert_eq!(answer.code(), "token-unreadable");
}

#[tokio::test]
async fn a_card_on_its_authoritys_list_is_refused_and_told_what_to_do() {
    let site = Site::new().await;
    let mut browser = Browser::of(&site, MING).await;
    let card = Card::default();
    let certificate = card.certificate();
    let der = certificate.to_der().unwrap();
    for (number, reason, code) in
        [(8, Some(6), "certificate-suspended"), (9, Some(1), "certificate-revoked")]
    {
        let entries = vec![Entry::of(&certificate, reason)];
        site.publish(&Crl { number: Some(number), entries, ..Crl::of(&CA) }.der());
        let challenge = browser.challenge(ID).await;
        let mut token = card.token(ORIGIN, &challenge);
        token["unverifiedCertificate"] = BASE64_STANDARD.encode(&der).into();
        let answer = browser.verify(&challenge, &token).await;
        assert_eq!((answer.status.as_u16(), answer.code().as_str()), (422, code));
    }
    // Not on the list: the others go on.
    let challenge = browser.challenge(ID).await;
    let answer = browser.verify(&challenge, &card.token(ORIGIN, &challenge)).await;
    assert_eq!(answer.status, StatusCode::OK, "{}", answer.body);
}

#[tokio::test]
async fn without_a_list_that_holds_nobody_becomes_gold_and_the_page_says_it_is_not_the_card() {
    let site = Site::new().await;
    let mut browser = Browser::of(&site, MING).await;
    // Cards of the other authority have nobody to ask.
    let other = Card { issuer: &OTHER_CA, signer: &OTHER_CA.key, ..Card::default() };
    let challenge = browser.challenge(ID).await;
    let answer = browser.verify(&challenge, &other.token(ORIGIN, &challenge)).await;
    assert_eq!((answer.status.as_u16(), answer.code().as_str()), (503, "revocation-unknown"));

    // The list of another authority of the same name cannot take the place of the one that is there.
    site.publish(&Crl { number: Some(8), ..Crl::of(&OTHER_CA) }.der());
    let next = Some(NOW + Duration::minutes(1));
    site.publish(&Crl { number: Some(9), next_update: next, ..Crl::of(&CA) }.der());
    site.wait(Duration::minutes(2));
    let challenge = browser.challenge(ID).await;
    let answer = browser.verify(&challenge, &Card::default().token(ORIGIN, &challenge)).await;
    assert_eq!((answer.status.as_u16(), answer.code().as_str()), (503, "revocation-unknown"));
    assert!(answer.json()["detail"].as_str().unwrap().contains("稍後再試"));
}

#[tokio::test]
async fn a_body_that_is_too_long_is_refused() {
    let site = Site::new().await;
    let mut browser = Browser::of(&site, MING).await;
    let answer =
        browser.post("/gold/challenge", &json!({ "nationalId": "A".repeat(40_000) })).await;
    assert_eq!((answer.status.as_u16(), answer.code().as_str()), (400, "bad-request"));
}

#[tokio::test]
async fn nothing_is_said_of_the_component_before_it_was_looked_for() {
    let site = Site::new().await;
    let page = Browser::of(&site, MING).await.get("/gold/card").await.body;
    assert!(page.contains("data-state=\"checking\""), "{page}");
    assert!(page.contains(">檢查中…<") && !page.contains(">未運行<"), "{page}");
}
