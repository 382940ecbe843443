//! Gold where somebody can be asked whose a national ID is: the simulated identity check.

use std::{fs, path::Path, sync::Arc};

use ankong_portal::{Config, IdCheckConfig, NewMember, Portal, StartError, hash_password};
use axum::http::StatusCode;
use serde_json::{Value, json};
use tokio::{sync::Barrier, task::JoinSet};

use crate::{
    browser::{Answer, Browser, ID},
    site::{MEI, MING, MING_AGAIN, PASSWORD, Site, configuration},
    support::{Card, NAME, NOW, ORIGIN, SERIAL},
};

/// Ends in 6789 too.
const OTHER_ID: &str = "B210026789";
const OTHER_SERIAL: &str = "6543210987654321";

/// A register that knows the holder of the usual card, and another person.
async fn site() -> Site {
    Site::with(|config| {
        let register = format!("# serial number, ID\n{SERIAL} {ID}\n\n{OTHER_SERIAL} {OTHER_ID}\n");
        simulate(config, &register);
    })
    .await
}

fn simulate(config: &mut Config, register: &str) {
    let file = config.database.with_file_name("register.txt");
    fs::write(&file, register).unwrap();
    private(&file);
    config.id_check = IdCheckConfig { simulator: Some(file) };
}

async fn prove(browser: &mut Browser<'_>, id: &str, card: &Card<'_>) -> Answer {
    let challenge = browser.challenge(id).await;
    browser.verify(&challenge, &card.token(ORIGIN, &challenge)).await
}

#[tokio::test]
async fn the_number_has_to_be_the_cardholders_and_not_only_end_like_it() {
    let site = site().await;
    let mut browser = Browser::of(&site, MING).await;
    let denied = prove(&mut browser, OTHER_ID, &Card::default()).await;
    assert_eq!((denied.status.as_u16(), denied.code().as_str()), (422, "id-denied"));
    assert!(denied.json()["detail"].as_str().unwrap().contains("臨櫃"));
    let answer = prove(&mut browser, ID, &Card::default()).await;
    assert_eq!(answer.status, StatusCode::OK, "{}", answer.body);
}

#[tokio::test]
async fn a_verified_number_makes_one_member_gold_also_by_another_card() {
    let site = site().await;
    let (mut one, mut two) = (Browser::of(&site, MING).await, Browser::of(&site, MING_AGAIN).await);
    assert_eq!(prove(&mut one, ID, &Card::default()).await.status, StatusCode::OK);
    // Issued anew: another certificate of the same person.
    let refused = prove(&mut two, ID, &Card::default()).await;
    assert_eq!((refused.status.as_u16(), refused.code().as_str()), (409, "id-taken"));
    assert_eq!(refused.json()["case"], 1);
    assert!(refused.json()["detail"].as_str().unwrap().ends_with("案件編號：1。"));

    // Somebody else of the same name and the same last four is not in the way.
    let card = Card { serial_number: OTHER_SERIAL, ..Card::default() };
    let answer = prove(&mut two, OTHER_ID, &card).await;
    assert_eq!(answer.status, StatusCode::OK, "{}", answer.body);
}

#[tokio::test(flavor = "multi_thread")]
async fn of_many_who_prove_one_number_at_once_one_becomes_gold() {
    let site = Arc::new(site().await);
    let password_hash = hash_password(PASSWORD).unwrap();
    let mut crowd = JoinSet::new();
    let together = Arc::new(Barrier::new(8));
    for n in 0..8 {
        let account = format!("{n}@example.tw");
        let member = NewMember { account: &account, name: NAME, password_hash: &password_hash };
        site.store().add_member(member, NOW).await.unwrap();
        let (site, together) = (site.clone(), together.clone());
        crowd.spawn(async move {
            let mut browser = Browser::of(&site, &account).await;
            let challenge = browser.challenge(ID).await;
            let token = Card::default().token(ORIGIN, &challenge);
            together.wait().await;
            let status = browser.verify(&challenge, &token).await.status.as_u16();
            (status, browser.get("/").await.body.contains("id=\"crown\""))
        });
    }
    let mut told = crowd.join_all().await;
    told.sort_unstable();
    let [first, others @ ..] = told.as_slice() else { panic!("nobody") };
    assert_eq!(*first, (200, true));
    assert!(others.iter().all(|other| *other == (409, false)), "{told:?}");
}

#[tokio::test]
async fn a_number_nobody_verified_keeps_its_owner_out_neither_before_nor_after() {
    let folder = tempfile::tempdir().unwrap();
    // Without a register somebody types another's number; then the register comes.
    let open = async |config: Config| Site::opened(config).await;
    let site = open(configuration(&folder)).await;
    site.seed().await;
    let mut thief = Browser::of(&site, MING_AGAIN).await;
    assert_eq!(prove(&mut thief, ID, &Card::default()).await.status, StatusCode::OK);
    site.store().close().await;

    let mut config = configuration(&folder);
    simulate(&mut config, &format!("{SERIAL} {ID}\n"));
    let site = open(config).await;
    let mut owner = Browser::of(&site, MING).await;
    let answer = prove(&mut owner, ID, &Card::default()).await;
    assert_eq!(answer.status, StatusCode::OK, "{}", answer.body);
}

#[tokio::test]
async fn a_register_that_cannot_be_asked_makes_nobody_gold_and_the_page_says_it_is_not_the_card() {
    let site = site().await;
    let mut browser = Browser::of(&site, MING).await;
    let file = site.folder.path().join("register.txt");
    let kept = fs::read(&file).unwrap();
    fs::remove_file(&file).unwrap();
    let answer = prove(&mut browser, ID, &Card::default()).await;
    assert_eq!((answer.status.as_u16(), answer.code().as_str()), (503, "id-check-unavailable"));
    assert!(answer.json()["detail"].as_str().unwrap().contains("卡片和資料都沒有問題"));
    fs::write(&file, kept).unwrap();
    private(&file);
    assert_eq!(prove(&mut browser, ID, &Card::default()).await.status, StatusCode::OK);
}

#[tokio::test]
async fn the_number_that_comes_with_the_token_is_the_one_the_challenge_was_for() {
    let site = site().await;
    let mut browser = Browser::of(&site, MING).await;
    for (id, code) in [(OTHER_ID, "challenge-unknown"), ("A123456788", "id-check-digit")] {
        let challenge = browser.challenge(ID).await;
        let token = Card::default().token(ORIGIN, &challenge);
        let body = json!({ "challenge": challenge, "nationalId": id, "token": token });
        assert_eq!(browser.post("/gold/verify", &body).await.code(), code);
    }
    let challenge = browser.challenge(ID).await;
    let body = json!({ "challenge": challenge, "token": Value::Null });
    assert_eq!(browser.post("/gold/verify", &body).await.code(), "bad-request");
}

#[tokio::test]
async fn a_name_that_is_written_differently_is_the_same_and_another_is_not() {
    let site = site().await;
    let mut ming = Browser::of(&site, MING).await;
    let card = Card { name: "王　曉明", ..Card::default() };
    assert_eq!(prove(&mut ming, ID, &card).await.status, StatusCode::OK);
    let mut mei = Browser::of(&site, MEI).await;
    assert_eq!(prove(&mut mei, ID, &Card::default()).await.code(), "name-mismatch");
}

#[tokio::test]
async fn a_register_that_is_open_to_others_or_torn_is_noticed_at_the_start() {
    for (text, mode, expected) in [
        ("1234567890123456 A123456788\n", 0o600, "line 1"),
        ("# fine\n1234567890123456\n", 0o600, "line 2"),
        ("", 0o644, "chmod 600"),
    ] {
        let folder = tempfile::tempdir().unwrap();
        let mut config = configuration(&folder);
        simulate(&mut config, text);
        mode_of(&folder.path().join("register.txt"), mode);
        let error = Portal::open(config, ankong_portal::Clock::new(|| NOW)).await.err().unwrap();
        let StartError::IdCheck(error) = error else { panic!("{error}") };
        assert!(error.to_string().contains(expected), "{error}");
    }
}

fn private(file: &Path) {
    mode_of(file, 0o600);
}

#[cfg(unix)]
fn mode_of(file: &Path, mode: u32) {
    use std::os::unix::fs::PermissionsExt;
    fs::set_permissions(file, fs::Permissions::from_mode(mode)).unwrap();
}

#[cfg(not(unix))]
fn mode_of(_: &Path, _: u32) {}
