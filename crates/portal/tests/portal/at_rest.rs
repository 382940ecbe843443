//! What somebody finds who has the files of the data base, and what becomes of it when they write there.

use std::{fs, path::Path};

use ankong_portal::{Clock, Portal, StartError, StoreError};
use axum::http::StatusCode;
use sqlx::{
    Connection, SqliteConnection,
    sqlite::{SqliteConnectOptions, SqliteQueryResult},
};

use crate::{
    browser::Browser,
    mail::private,
    site::{MEI, MING, PASSWORD, Site, configuration},
    support::{NAME, NOW},
};

/// Writes in the data base past the portal.
pub(crate) async fn write(folder: &Path, statement: &'static str) -> SqliteQueryResult {
    let file = SqliteConnectOptions::new().filename(folder.join("portal.sqlite"));
    let mut connection = SqliteConnection::connect_with(&file).await.unwrap();
    sqlx::query(statement).execute(&mut connection).await.unwrap()
}

/// A number that stands in the data base, past the portal.
pub(crate) async fn number(folder: &Path, question: &'static str) -> i64 {
    let file = SqliteConnectOptions::new().filename(folder.join("portal.sqlite"));
    let mut connection = SqliteConnection::connect_with(&file).await.unwrap();
    sqlx::query_scalar(question).fetch_one(&mut connection).await.unwrap()
}

/// Which of these texts stand in a file of this folder whose name begins so.
pub(crate) fn found(folder: &Path, file: &str, texts: &[&str]) -> Vec<String> {
    let mut found = Vec::new();
    let mut files = 0;
    for entry in fs::read_dir(folder).unwrap() {
        let path = entry.unwrap().path();
        if path.file_name().unwrap().to_str().unwrap().starts_with(file) {
            files += 1;
            let bytes = fs::read(&path).unwrap();
            let stands =
                |text: &&&str| bytes.windows(text.len()).any(|part| part == text.as_bytes());
            found.extend(texts.iter().filter(stands).map(|text| (*text).to_owned()));
        }
    }
    assert!(files > 0);
    found
}

#[tokio::test]
async fn the_files_of_the_data_base_name_nobody() {
    let site = Site::new().await;
    let [mail, mobile, name] = ["lin.siaoming@example.tw", "0987654321", "林小明"];
    for account in [mail, mobile] {
        let mut browser = Browser::confirmed(&site, account).await;
        browser.address = Some([203, 0, 113, 77].into());
        let done = browser.complete(["林", "小明"], [PASSWORD; 2]).await;
        assert_eq!(done.location(), "/welcome");
    }
    let mut waiting = Browser::applicant(&site).await;
    waiting.address = Some([203, 0, 113, 77].into());
    waiting.ask_for_code("0911222333").await;
    let code = waiting.code("0911222333").await;
    let message = format!("驗證碼是 {code}");
    let personal =
        [mail, mobile, name, "0911222333", MING, MEI, NAME, &message, "203.0.113.77", PASSWORD];
    assert_eq!(found(site.folder.path(), "portal.sqlite", &personal), [""; 0]);
    // The search is one that finds: what is not sealed is there.
    assert_eq!(found(site.folder.path(), "portal.sqlite-wal", &["2026-11-25"]), ["2026-11-25"]);
}

#[tokio::test]
async fn a_row_that_was_touched_or_put_in_anothers_place_is_an_error_of_its_page_alone() {
    for change in [
        "UPDATE member SET name_sealed = zeroblob(40) WHERE rowid = (SELECT max(rowid) FROM member)",
        "UPDATE member SET name_sealed = x'' WHERE rowid = (SELECT max(rowid) FROM member)",
        "UPDATE member SET name_sealed = (SELECT name_sealed FROM member ORDER BY rowid LIMIT 1) \
         WHERE rowid = (SELECT max(rowid) FROM member)",
        "UPDATE member SET name_sealed = account_sealed \
         WHERE rowid = (SELECT max(rowid) FROM member)",
    ] {
        let site = Site::new().await;
        let mut browsers = Vec::new();
        for account in [MING, crate::site::MING_AGAIN, MEI] {
            browsers.push(Browser::of(&site, account).await);
        }
        assert_eq!(write(site.folder.path(), change).await.rows_affected(), 1);
        let mut told = Vec::new();
        for browser in &mut browsers {
            told.push(browser.get("/").await.status);
        }
        told.sort();
        let (well, failed) = (StatusCode::OK, StatusCode::INTERNAL_SERVER_ERROR);
        assert_eq!(told, [well, well, failed], "{change}");
    }
}

#[tokio::test]
async fn a_data_key_that_was_lost_or_exchanged_keeps_the_portal_from_starting() {
    let folder = tempfile::tempdir().unwrap();
    let open = async || Portal::open(configuration(&folder), Clock::new(|| NOW)).await;
    let key = folder.path().join("data.key");
    drop(open().await.unwrap());
    let kept = fs::read(&key).unwrap();

    fs::remove_file(&key).unwrap();
    let lost = open().await.err().unwrap();
    assert!(matches!(lost, StartError::Store(StoreError::KeyLost { .. })), "{lost:?}");
    assert!(!key.exists(), "no other took its place");

    private(&key, &"00".repeat(32));
    let other = open().await.err().unwrap();
    assert!(matches!(other, StartError::Store(StoreError::OtherKey { .. })), "{other:?}");
    fs::write(&key, kept).unwrap();
    assert!(open().await.is_ok());
}

#[tokio::test]
async fn a_wrong_code_is_written_down_whether_one_could_be_right_or_not() {
    let site = Site::new().await;
    for account in ["nobody@example.tw", MING] {
        let mut browser = Browser::applicant(&site).await;
        browser.ask_for_code(account).await;
        for tries in 1..=5 {
            let told = browser.confirm(account, "x").await;
            assert_eq!(told.status, StatusCode::UNPROCESSABLE_ENTITY);
            let newest = "SELECT code_tries FROM registration ORDER BY rowid DESC LIMIT 1";
            assert_eq!(number(site.folder.path(), newest).await, tries, "{account}");
        }
        site.wait(time::Duration::minutes(1));
    }
}

#[tokio::test]
async fn of_who_has_left_there_is_no_challenge_and_no_trace_of_a_code() {
    let site = Site::new().await;
    let mut browser = Browser::confirmed(&site, "lin.siaoming@example.tw").await;
    browser.complete(["林", "小明"], [PASSWORD; 2]).await;
    browser.get("/gold/card").await;
    browser.challenge("A123456789").await;
    let left = "SELECT (SELECT count(*) FROM open_challenge) + (SELECT count(*) FROM code_request)";
    assert_eq!(number(site.folder.path(), left).await, 2);
    browser.get("/account/delete").await;
    browser.submit("/account/delete", &[("password", PASSWORD.replace('#', "%23"))]).await;
    assert_eq!(number(site.folder.path(), left).await, 0);
    assert_eq!(number(site.folder.path(), "SELECT count(*) FROM member").await, 3);
}
