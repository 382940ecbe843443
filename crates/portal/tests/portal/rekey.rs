//! Another key for what is sealed, by the command as an operator types it.

use std::{
    collections::HashSet,
    fs,
    path::Path,
    process::{Command, Output, Stdio},
    thread,
    time::Instant,
};

use ankong_portal::{Clock, Config, NewMember, Portal, StartError, Store, StoreError};
use axum::http::StatusCode;
use sqlx::{Connection, SqliteConnection, sqlite::SqliteConnectOptions};

use crate::{
    at_rest::write,
    browser::{Browser, ID},
    commands::run,
    site::{MEI, MING, MING_AGAIN, PASSWORD, Site, configuration},
    support::{Card, NAME, NOW, ORIGIN},
};

/// Everything in the data base that the key has made.
const MADE_BY_THE_KEY: &str = "SELECT account_sealed FROM member UNION SELECT name_sealed FROM member \
     UNION SELECT CAST(account_mac AS BLOB) FROM member UNION SELECT check_value FROM data_key \
     UNION SELECT CAST(account_mac AS BLOB) FROM outbox UNION SELECT account_sealed FROM outbox \
     UNION SELECT message_sealed FROM outbox UNION SELECT account_sealed FROM registration \
     UNION SELECT CAST(account_mac AS BLOB) FROM registration \
     UNION SELECT CAST(account_mac AS BLOB) FROM code_request \
     UNION SELECT CAST(network_mac AS BLOB) FROM code_request \
     UNION SELECT chain FROM deed WHERE number > (SELECT min(number) FROM deed)";

async fn open(folder: &Path) -> SqliteConnection {
    let file = SqliteConnectOptions::new().filename(folder.join("portal.sqlite"));
    SqliteConnection::connect_with(&file).await.unwrap()
}

async fn made_by_the_key(folder: &Path) -> Vec<Vec<u8>> {
    let mut connection = open(folder).await;
    let made: Vec<Option<Vec<u8>>> =
        sqlx::query_scalar(MADE_BY_THE_KEY).fetch_all(&mut connection).await.unwrap();
    connection.close().await.unwrap();
    made.into_iter().flatten().collect()
}

/// How many of them stand in the files of the data base.
fn standing(folder: &Path, made: &[Vec<u8>]) -> usize {
    let files = fs::read_dir(folder).unwrap().map(|entry| entry.unwrap().path());
    let is_data = |file: &std::path::PathBuf| {
        file.file_name().unwrap().to_str().unwrap().starts_with("portal.sqlite")
    };
    let files: Vec<Vec<u8>> = files.filter(is_data).map(|file| fs::read(file).unwrap()).collect();
    // Sixteen bytes of each are enough to know it by.
    let parts: HashSet<&[u8]> = files.iter().flat_map(|file| file.windows(16)).collect();
    assert!(!parts.is_empty());
    made.iter().filter(|one| parts.contains(&one[..16])).count()
}

/// The settings of a portal with this key.
fn settings(folder: &Path, key: &str) -> std::path::PathBuf {
    let file = folder.join("portal.toml");
    let text =
        include_str!("../../portal.example.toml").replace("\"data.key\"", &format!("{key:?}"));
    fs::write(&file, text).unwrap();
    file
}

fn rekey(folder: &Path, [from, to]: [&str; 2]) -> Output {
    let to = folder.join(to);
    run(&settings(folder, from), &["rekey", to.to_str().unwrap()], "")
}

fn text(bytes: &[u8]) -> String {
    String::from_utf8(bytes.to_vec()).unwrap()
}

fn with_key(folder: &tempfile::TempDir, key: &str) -> Config {
    Config { data_key: folder.path().join(key), ..configuration(folder) }
}

#[tokio::test(flavor = "multi_thread")]
async fn members_sign_in_under_another_key_and_the_old_one_fits_nothing_any_more() {
    let site = Site::new().await;
    let mut ming = Browser::of(&site, MING).await;
    let challenge = ming.challenge(ID).await;
    ming.verify(&challenge, &Card::default().token(ORIGIN, &challenge)).await;
    let mut gone = Browser::of(&site, MING_AGAIN).await;
    let mut waiting = Browser::confirmed(&site, "0911222333").await;
    let made = made_by_the_key(site.folder.path()).await;
    gone.get("/account/delete").await;
    gone.submit("/account/delete", &[("password", PASSWORD.replace('#', "%23"))]).await;
    assert!(made.len() > 15, "{}", made.len());
    assert_eq!(standing(site.folder.path(), &made), made.len(), "the search is one that finds");

    let early = rekey(site.folder.path(), ["data.key", "new.key"]);
    let told = text(&early.stderr);
    assert!(!early.status.success() && told.contains("stop the portal first"), "{told}");
    assert!(!site.folder.path().join("new.key").exists());
    assert!(Browser::of(&site, MEI).await.get("/").await.status == StatusCode::OK);

    let (cookies, visitor) = (ming.cookies, std::mem::take(&mut waiting.cookies));
    let folder = site.close();
    let done = rekey(folder.path(), ["data.key", "new.key"]);
    assert!(done.status.success(), "{}", text(&done.stderr));
    let new_key = folder.path().join("new.key");
    let told = text(&done.stdout);
    assert!(told.contains(new_key.to_str().unwrap()) && told.contains("set data-key to it"));
    #[cfg(unix)]
    {
        use std::os::unix::fs::PermissionsExt;
        assert_eq!(fs::metadata(&new_key).unwrap().permissions().mode() & 0o777, 0o600);
    }
    assert_eq!(standing(folder.path(), &made), 0);

    let refused = Portal::open(configuration(&folder), Clock::new(|| NOW)).await.err().unwrap();
    let StartError::Store(StoreError::OtherKey { path }) = refused else { panic!("{refused:?}") };
    assert_eq!(path, folder.path().join("data.key"));

    let site = Site::opened(with_key(&folder, "new.key")).await;
    let mut ming = Browser::new(&site);
    ming.cookies = cookies;
    assert!(ming.get("/").await.body.contains("id=\"crown\""), "the session goes on");
    for account in [MING, MEI] {
        let page = Browser::of(&site, account).await.get("/account").await;
        assert!(page.status == StatusCode::OK && page.body.contains(account), "{}", page.body);
    }
    assert!(Browser::new(&site).get("/outbox").await.body.contains("0911222333"));
    let mut waiting = Browser::new(&site);
    waiting.cookies = visitor;
    assert_eq!(waiting.get("/join/profile").await.status, StatusCode::SEE_OTHER, "begins again");
    let done =
        Browser::confirmed(&site, "0911222333").await.complete(["林", "小明"], [PASSWORD; 2]).await;
    assert_eq!(done.location(), "/welcome");
    let audit = run(&settings(folder.path(), "new.key"), &["audit"], "");
    assert!(audit.status.success(), "{}", text(&audit.stderr));
    assert!(text(&audit.stdout).lines().count() > 5);
}

#[tokio::test(flavor = "multi_thread")]
async fn a_chain_that_was_broken_stays_broken_where_it_was_and_nowhere_else() {
    let site = Site::new().await;
    for _ in 0..8 {
        Browser::of(&site, MING).await;
    }
    let folder = site.close();
    let mut connection = open(folder.path()).await;
    let guard: String = sqlx::query_scalar("SELECT sql FROM sqlite_schema WHERE type = 'trigger'")
        .fetch_one(&mut connection)
        .await
        .unwrap();
    for statement in [
        "DROP TRIGGER deed_is_final",
        "UPDATE deed SET network = '203.0.113.0/24' WHERE number = 3",
        "DELETE FROM deed WHERE number = 6",
        &guard,
    ] {
        let statement = sqlx::AssertSqlSafe(statement.to_owned());
        sqlx::query(statement).execute(&mut connection).await.unwrap();
    }
    let audit = |key: &str| {
        let audit = run(&settings(folder.path(), key), &["audit"], "");
        assert!(!audit.status.success());
        (text(&audit.stdout), text(&audit.stderr))
    };
    let before = audit("data.key");
    assert!(before.1.contains("number [3, 7]"), "{}", before.1);
    let done = rekey(folder.path(), ["data.key", "new.key"]);
    assert!(done.status.success(), "{}", text(&done.stderr));
    let after = audit("new.key");
    let added = after.0.strip_prefix(&before.0).unwrap();
    assert!(added.lines().count() == 1 && added.contains("\"what\":\"key-exchanged\""), "{added}");
    assert_eq!(after.1, before.1);
    let change = sqlx::query("UPDATE deed SET member = 7").execute(&mut connection).await;
    assert!(change.unwrap_err().to_string().contains("cannot be changed"));
}

#[tokio::test(flavor = "multi_thread")]
async fn what_was_changed_before_is_named_and_is_as_much_use_as_it_was() {
    let site = Site::new().await;
    let folder = site.close();
    let one =
        "UPDATE member SET name_sealed = zeroblob(40) WHERE id = (SELECT max(id) FROM member)";
    assert_eq!(write(folder.path(), one).await.rows_affected(), 1);
    let done = rekey(folder.path(), ["data.key", "new.key"]);
    let told = text(&done.stderr);
    assert!(done.status.success() && told.matches("member.name of number ").count() == 1, "{told}");
    let site = Site::opened(with_key(&folder, "new.key")).await;
    let mut seen = Vec::new();
    for account in [MING, MING_AGAIN, MEI] {
        seen.push(Browser::of(&site, account).await.get("/").await.status);
    }
    seen.sort();
    let (well, failed) = (StatusCode::OK, StatusCode::INTERNAL_SERVER_ERROR);
    assert_eq!(seen, [well, well, failed]);
}

/// Enough that it takes a while.
const MEMBERS: usize = 400;

/// Whether this key is the data base's. Then it opens all of it.
async fn fits(folder: &Path, key: &str, members: &[i64]) -> bool {
    let opened = Store::open(&folder.join("portal.sqlite"), &folder.join(key)).await;
    if matches!(opened, Err(StoreError::OtherKey { .. })) {
        return false;
    }
    let store = opened.unwrap();
    for (n, id) in members.iter().enumerate() {
        assert_eq!(store.member(*id).await.unwrap().unwrap().account, account(n));
    }
    let deeds = store.deeds_after(0).await.unwrap();
    // The number of the key is how often it was exchanged.
    let exchanged: usize = key.trim_end_matches(".key").parse().unwrap();
    assert_eq!(deeds.len(), 20 + exchanged);
    assert!(deeds.windows(2).all(|two| store.follows(&two[0], &two[1]).unwrap()));
    store.close().await;
    true
}

fn account(n: usize) -> String {
    format!("m{n}@example.tw")
}

#[tokio::test(flavor = "multi_thread")]
async fn killed_in_the_middle_one_of_both_keys_is_the_data_bases_and_fits_all_of_it() {
    let folder = tempfile::tempdir().unwrap();
    let folder = folder.path();
    let store = Store::open(&folder.join("portal.sqlite"), &folder.join("0.key")).await.unwrap();
    let mut members = Vec::new();
    for n in 0..MEMBERS {
        let member = NewMember { account: &account(n), name: NAME, password_hash: "" };
        members.push(store.add_member(member, NOW).await.unwrap());
    }
    for n in 0..20 {
        assert!(store.appoint_clerk(&account(n), NOW).await.unwrap());
    }
    store.close().await;
    drop(store);

    let begun = Instant::now();
    assert!(rekey(folder, ["0.key", "1.key"]).status.success());
    let whole = begun.elapsed();
    let mut key = "1.key".to_owned();
    let (mut stayed, mut made) = (0, Vec::new());
    for n in 0..12 {
        let next = format!("{}.key", n + 2);
        let config = settings(folder, &key);
        let mut command = Command::new(env!("CARGO_BIN_EXE_ankong-portal"));
        command.arg("--config").arg(config).arg("rekey").arg(folder.join(&next));
        let mut program = command.stdout(Stdio::null()).stderr(Stdio::null()).spawn().unwrap();
        thread::sleep(whole * n / 12);
        program.kill().unwrap();
        program.wait().unwrap();
        let [old, new] =
            [fits(folder, &key, &members).await, exists_and_fits(folder, &next, &members).await];
        assert!(old != new, "after {:?} of {whole:?}: {old} {new}", whole * n / 12);
        stayed += u32::from(old);
        if old {
            made.extend(made_by_the_key(folder).await);
        }
        // What was cut short is ended by doing it again.
        let again = rekey(folder, [&key, &next]);
        assert!(again.status.success(), "{}", text(&again.stderr));
        key = next;
    }
    assert!(stayed > 0, "none was killed before its end");
    assert!(fits(folder, &key, &members).await);
    assert_eq!(standing(folder, &made), 0);
}

/// A key that is not there must not be made by looking.
async fn exists_and_fits(folder: &Path, key: &str, members: &[i64]) -> bool {
    folder.join(key).exists() && fits(folder, key, members).await
}
