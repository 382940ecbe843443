//! What is kept of what happened, and what the operator gets to see of it.

use std::net::IpAddr;

use ankong_portal::Deed;
use time::Duration;

use crate::{
    browser::Browser,
    site::{MEI, MING, PASSWORD, Site},
    support::{Card, ORIGIN},
};

const ID: &str = "A123456789";

impl Site {
    /// What happened, as what, by whom and how.
    pub(crate) async fn deeds(&self) -> Vec<Deed> {
        self.store().deeds_after(0).await.unwrap()
    }
}

fn told(deeds: &[Deed]) -> Vec<(&str, &str)> {
    deeds.iter().map(|deed| (deed.what.as_str(), deed.detail.as_str())).collect()
}

#[tokio::test]
async fn whatever_changes_who_may_do_what_is_kept_without_naming_anybody() {
    let site = Site::new().await;
    let mut browser = Browser::new(&site);
    browser.address = Some(IpAddr::from([203, 0, 113, 77]));
    browser.get("/sign-in").await;
    browser.sign_in(MING, "guess").await;
    browser.sign_in("nobody@example.tw", "guess").await;
    browser.sign_in(MING, PASSWORD).await;
    browser.get("/gold/card").await;
    let challenge = browser.challenge(ID).await;
    let mut touched = Card::default().token(ORIGIN, &challenge);
    touched["signature"] = "AAAA".into();
    browser.verify(&challenge, &touched).await;
    browser.verify(&challenge, &touched).await;
    let challenge = browser.challenge(ID).await;
    browser.verify(&challenge, &Card::default().token(ORIGIN, &challenge)).await;
    browser.get("/account/delete").await;
    browser.submit("/account/delete", &[("password", PASSWORD.replace('#', "%23"))]).await;

    let deeds = site.deeds().await;
    let expected = [
        ("sign-in-refused", "wrong-password"),
        ("sign-in-refused", "wrong-password"),
        ("signed-in", "password"),
        ("gold-refused", "signature-mismatch"),
        ("gold", "upgrade"),
        ("deleted", ""),
    ];
    assert_eq!(told(&deeds), expected);
    let ming = deeds[0].member.unwrap();
    assert_eq!(deeds[1].member, None, "nobody has this account");
    assert!(deeds[2..].iter().all(|deed| deed.member == Some(ming)));
    assert!(deeds.iter().all(|deed| deed.network == "203.0.113.0/24"));
}

#[tokio::test]
async fn a_network_that_has_to_wait_is_kept_once_a_minute() {
    let site = Site::new().await;
    let mut browser = Browser::new(&site);
    browser.address = Some(IpAddr::from([203, 0, 113, 77]));
    browser.get("/sign-in").await;
    for _ in 0..10 {
        browser.sign_in(MEI, "guess").await;
    }
    let locked = async || {
        let deeds = site.deeds().await;
        deeds.iter().filter(|deed| deed.what == "sign-in-locked").count()
    };
    assert_eq!(locked().await, 1);
    site.wait(Duration::seconds(61));
    for _ in 0..4 {
        browser.sign_in(MEI, "guess").await;
    }
    assert_eq!(locked().await, 2);
}

#[tokio::test]
async fn what_happened_is_forgotten_after_the_days_that_are_set() {
    let site = Site::with(|config| config.audit_days = 2.try_into().unwrap()).await;
    Browser::of(&site, MING).await;
    site.wait(Duration::days(1));
    Browser::of(&site, MING).await;
    assert_eq!(site.deeds().await.len(), 2);
    site.wait(Duration::days(2));
    Browser::of(&site, MEI).await;
    let left: Vec<i64> = site.deeds().await.iter().map(|deed| deed.number).collect();
    assert_eq!(left, [2, 3]);
}
