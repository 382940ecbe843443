//! What `detect` and `watch` tell, as programs, trust and policies come and go under a page.

use std::sync::Arc;
use std::time::Duration;

use ankong_stage::free_port;
use serde_json::{Value, json};

use crate::site::{Page, Site, World};
use crate::support::Door;
use crate::support::cards::{PIN, image, reader_with};
use crate::support::person::{Move, ScriptedPerson};

fn door(port: u16, site: &Site, moves: &[Move]) -> Door {
    let (reader, _) = reader_with(&image(), &[]);
    let mut door = Door::open_at(port, reader.clone(), ScriptedPerson::new(moves), &site.origin);
    door.reader = Some(reader);
    door
}

#[tokio::test]
async fn each_reason_for_silence_has_its_own_state() {
    let world = World::new();
    let (site, stranger) = (world.site(), world.site());
    let port = free_port().unwrap();

    let page = world.browser().await;
    page.open(&site, "/").await;
    assert_eq!(page.state(port).await, "not-installed");
    let open = door(port, &site, &[]);
    assert_eq!(page.state(port).await, "not-trusted", "its root is nobody's yet");
    drop(open);
    assert_eq!(page.state(port).await, "not-running", "it was seen");

    let open = door(port, &site, &[]);
    world.home.trust(&open.root(), "Ankong localhost").unwrap();
    let page = world.browser().await;
    page.open(&site, "/").await;
    let found = page.run(&format!("return ankong.detect({{ ports: [{port}] }});")).await;
    let version = env!("CARGO_PKG_VERSION");
    assert_eq!(found, json!({ "state": "running", "port": port, "version": version }));
    page.open(&site, "/closed").await;
    assert_eq!(page.state(port).await, "page-policy");
    page.open(&stranger, "/").await;
    assert_eq!(page.state(port).await, "origin-not-allowed");
    page.open(&site, "/").await;
    drop(open);
    assert_eq!(page.state(port).await, "not-running");
}

#[tokio::test]
async fn a_watch_follows_program_and_card_and_nobody_presses_f5() {
    let world = World::new();
    let site = world.site();
    let port = free_port().unwrap();
    let open = door(port, &site, &[Move::Pin(PIN)]);
    world.home.trust(&open.root(), "Ankong localhost").unwrap();
    let page = world.browser().await;
    page.open(&site, "/").await;
    page.run(&format!(
        "globalThis.told = [];
         ankong.watch(({{ state, card }}) => told.push(card ?? state), {{ ports: [{port}], intervalMs: 50 }});"
    ))
    .await;
    last_told(&page, "running").await;
    let challenge = crate::support::challenge();
    let answer = page
        .run(&format!(
            "return ankong.authenticate({{ challenge: '{challenge}', purpose: 'p', ports: [{port}] }});"
        ))
        .await;
    assert!(answer["token"].is_object(), "{answer}");
    last_told(&page, "card-ready").await;
    let reader = Arc::clone(open.reader.as_ref().unwrap());
    reader.remove();
    last_told(&page, "no-card").await;
    drop((open, reader));
    last_told(&page, "not-running").await;
    let told = page.run("return told;").await;
    let seen = ["running", "card-ready", "no-card", "not-running"];
    let told: Vec<&str> = told.as_array().unwrap().iter().filter_map(Value::as_str).collect();
    assert!(seen.iter().all(|state| told.contains(state)), "{told:?}");
}

async fn last_told(page: &Page, state: &str) {
    for _ in 0..100 {
        if page.run("return told.at(-1);").await == state {
            return;
        }
        tokio::time::sleep(Duration::from_millis(100)).await;
    }
    panic!("not {state}: {}", page.run("return told;").await);
}
