//! Visitors whom a reverse proxy brings.

use std::net::IpAddr;

use axum::http::StatusCode;
use tokio::task::spawn_blocking;

use crate::{
    browser::Browser,
    commands::run,
    killed::{self, Program},
    site::{MEI, MING, PASSWORD, Site},
};

const PROXY: [u8; 4] = [10, 0, 0, 1];

async fn behind_a_proxy() -> Site {
    Site::with(|config| config.proxies = vec![PROXY.into()]).await
}

fn browser<'a>(site: &'a Site, address: impl Into<IpAddr>, forwarded: &str) -> Browser<'a> {
    let mut browser = Browser::new(site);
    (browser.address, browser.forwarded) = (Some(address.into()), forwarded.to_owned());
    browser
}

#[tokio::test]
async fn each_visitor_of_a_proxy_has_tries_of_its_own_whatever_it_writes_itself() {
    let site = behind_a_proxy().await;
    let mut guesser = browser(&site, PROXY, "203.0.113.77");
    guesser.get("/sign-in").await;
    for n in 0..20 {
        guesser.forwarded = format!("198.51.100.{n}, 203.0.113.77");
        let answer = guesser.sign_in(&format!("{n}@example.tw"), "guess").await;
        assert_eq!(answer.status, StatusCode::UNAUTHORIZED, "{n}");
    }
    assert_eq!(guesser.sign_in(MEI, PASSWORD).await.status, StatusCode::TOO_MANY_REQUESTS);
    let mut other = browser(&site, PROXY, "203.0.113.78");
    other.get("/sign-in").await;
    assert_eq!(other.sign_in(MEI, PASSWORD).await.status, StatusCode::SEE_OTHER);

    let networks: Vec<String> = site.deeds().await.into_iter().map(|deed| deed.network).collect();
    assert_eq!(networks, vec!["203.0.113.0/24"; networks.len()]);
    assert!(networks.len() >= 22, "{}", networks.len());
}

#[tokio::test]
async fn somebody_who_is_no_proxy_cannot_choose_an_address() {
    let site = behind_a_proxy().await;
    let mut guesser = browser(&site, [203, 0, 113, 77], "");
    guesser.get("/sign-in").await;
    for n in 0..20 {
        guesser.forwarded = format!("198.51.100.{n}");
        let answer = guesser.sign_in(&format!("{n}@example.tw"), "guess").await;
        assert_eq!(answer.status, StatusCode::UNAUTHORIZED, "{n}");
    }
    assert_eq!(guesser.sign_in(MEI, PASSWORD).await.status, StatusCode::TOO_MANY_REQUESTS);
    let deeds = site.deeds().await;
    assert!(deeds.iter().all(|deed| deed.network == "203.0.113.0/24"));
}

#[tokio::test]
async fn codes_are_limited_by_the_visitors_network_and_not_by_the_proxys() {
    let site = behind_a_proxy().await;
    let ask = async |account: String, from: &str| {
        let mut browser = Browser::applicant(&site).await;
        (browser.address, browser.forwarded) = (Some(PROXY.into()), from.to_owned());
        browser.ask_for_code(&account).await
    };
    for n in 0..30 {
        let answer = ask(format!("09112223{n:02}"), "203.0.113.77").await;
        assert_eq!(answer.status, StatusCode::OK, "{n} {}", answer.body);
    }
    let refused = ask("0911222399".to_owned(), "203.0.113.77").await;
    assert_eq!(refused.status, StatusCode::TOO_MANY_REQUESTS, "{}", refused.body);
    let other = ask("0911222399".to_owned(), "203.0.113.78").await;
    assert_eq!(other.status, StatusCode::OK, "{}", other.body);
}

#[tokio::test(flavor = "multi_thread")]
async fn the_program_sees_whom_a_proxy_on_its_computer_brings() {
    let program = spawn_blocking(|| Program::with("proxies = [\"127.0.0.1\"]\n")).await.unwrap();
    let site = killed::site(&program);
    for from in ["203.0.113.77", "", "198.51.100.9, 2001:db8:1::7"] {
        let mut browser = Browser::new(&site);
        from.clone_into(&mut browser.forwarded);
        browser.get("/sign-in").await;
        assert_eq!(browser.sign_in(MING, "guess").await.status, StatusCode::UNAUTHORIZED);
    }
    let audit = run(&program.folder().join("portal.toml"), &["audit"], "");
    let lines = String::from_utf8(audit.stdout).unwrap();
    let networks: Vec<&str> = lines
        .lines()
        .map(|line| line.split_once("\"network\":\"").unwrap().1.split('"').next().unwrap())
        .collect();
    assert_eq!(networks, ["203.0.113.0/24", "127.0.0.0/24", "2001:db8:1::/48"]);
}
