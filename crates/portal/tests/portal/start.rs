//! What the portal finds when it starts again.

use std::{fs, sync::Arc};

use ankong_portal::{Clock, NewMember, Portal, StartError, hash_password, router};
use tempfile::TempDir;

use crate::{
    browser::Browser,
    site::{MEI, MING, PASSWORD, Site, configuration},
    support::{Card, NAME, NOW, ORIGIN},
};

async fn open(folder: &TempDir) -> Result<Portal, StartError> {
    Portal::open(configuration(folder), Clock::new(|| NOW)).await
}

#[tokio::test]
async fn a_key_that_was_lost_or_exchanged_keeps_the_portal_from_starting() {
    let folder = tempfile::tempdir().unwrap();
    let key = folder.path().join("national-id.key");
    let portal = open(&folder).await.unwrap();

    // As long as nobody is gold, nothing is lost with the key.
    fs::remove_file(&key).unwrap();
    drop(portal);
    let portal = open(&folder).await.unwrap();
    let password_hash = hash_password(PASSWORD).unwrap();
    let member = NewMember { account: MING, name: NAME, password_hash: &password_hash };
    portal.store().add_member(member, NOW).await.unwrap();
    let site = Site::of(router(Arc::new(portal)));
    let mut browser = Browser::of(&site, MING).await;
    let challenge = browser.challenge("A123456789").await;
    let answer = browser.verify(&challenge, &Card::default().token(ORIGIN, &challenge)).await;
    assert_eq!(answer.status.as_u16(), 200, "{}", answer.body);

    let kept = fs::read(&key).unwrap();
    fs::remove_file(&key).unwrap();
    assert!(matches!(open(&folder).await, Err(StartError::KeyLost { .. })));
    assert!(!key.exists(), "no other took its place");
    fs::write(&key, "00".repeat(32)).unwrap();
    private(&key);
    assert!(matches!(open(&folder).await, Err(StartError::OtherKey { .. })));
    fs::write(&key, kept).unwrap();
    assert!(open(&folder).await.is_ok());
}

#[tokio::test]
async fn tries_and_challenges_outlive_the_portal() {
    let folder = tempfile::tempdir().unwrap();
    let password_hash = hash_password(PASSWORD).unwrap();
    let mut first = open(&folder).await.unwrap();
    for account in [MING, MEI] {
        let member = NewMember { account, name: NAME, password_hash: &password_hash };
        first.store().add_member(member, NOW).await.unwrap();
    }
    let site = Site::of(router(Arc::new(first)));
    let mut guesser = Browser::new(&site);
    guesser.get("/sign-in").await;
    for _ in 0..5 {
        assert_eq!(guesser.sign_in(MEI, "guess").await.status.as_u16(), 401);
    }
    let mut before = Browser::of(&site, MING).await;
    let challenge = before.challenge("A123456789").await;
    let cookies = before.cookies;
    drop(site);

    first = open(&folder).await.unwrap();
    let site = Site::of(router(Arc::new(first)));
    let mut guesser = Browser::new(&site);
    guesser.get("/sign-in").await;
    assert_eq!(guesser.sign_in(MEI, PASSWORD).await.status.as_u16(), 429);
    let mut after = Browser::new(&site);
    after.cookies = cookies;
    after.get("/").await;
    let answer = after.verify(&challenge, &Card::default().token(ORIGIN, &challenge)).await;
    assert_eq!(answer.status.as_u16(), 200, "{}", answer.body);
}

#[cfg(unix)]
fn private(file: &std::path::Path) {
    use std::os::unix::fs::PermissionsExt;
    fs::set_permissions(file, fs::Permissions::from_mode(0o600)).unwrap();
}

#[cfg(not(unix))]
fn private(_: &std::path::Path) {}
