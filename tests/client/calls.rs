//! What a page gets for its calls, with a scripted person before the door.

use serde_json::Value;
use time::OffsetDateTime;

use crate::by_hand;
use crate::site::{Page, Site, World, error, told};
use crate::support::cards::{ID_TAIL, NAME, PIN, Trace, image, reader_with, verifier_for};
use crate::support::person::{Move, ScriptedPerson, Seen};
use crate::support::{Door, challenge};

struct Visit {
    _world: World,
    site: Site,
    door: Door,
    trace: Trace,
    page: Page,
}

impl Visit {
    async fn with(moves: &[Move]) -> Self {
        let world = World::new();
        let site = world.site();
        let (reader, trace) = reader_with(&image(), &[]);
        let door = Door::open_at(0, reader, ScriptedPerson::new(moves), &site.origin);
        world.home.trust(&door.root(), "Ankong localhost").unwrap();
        let page = world.browser().await;
        page.open(&site, "/").await;
        Self { _world: world, site, door, trace, page }
    }

    async fn authenticate(&self, challenge: &str, more: &str) -> Value {
        let port = self.door.caller.port();
        let call = format!(
            "return await ankong.authenticate({{ challenge: '{challenge}', purpose: '測試', ports: [{port}], {more} }});"
        );
        self.page.run(&call).await
    }
}

#[tokio::test]
async fn a_page_gets_a_token_that_a_site_believes_and_openssl_by_hand_too() {
    let visit = Visit::with(&[Move::Pin(PIN)]).await;
    let challenge = challenge();
    let answer = visit.authenticate(&challenge, &format!("idTail: '{ID_TAIL}'")).await;
    let token = answer["token"].to_string();
    let verifier = verifier_for(&visit.site.origin);
    let person = verifier.verify(token.as_bytes(), &challenge, OffsetDateTime::now_utc()).unwrap();
    assert_eq!(person.subject().name, NAME);
    by_hand::accepts(&answer["token"], &visit.site.origin, &challenge).unwrap();
    by_hand::accepts(&answer["token"], "https://evil.example", &challenge).unwrap_err();
    by_hand::accepts(&answer["token"], &visit.site.origin, &crate::support::challenge())
        .unwrap_err();
}

#[tokio::test]
async fn a_page_gets_a_signature_that_openssl_accepts_and_the_certificates() {
    let visit = Visit::with(&[Move::Pin(PIN), Move::Pin(PIN), Move::Decline]).await;
    let port = visit.door.caller.port();
    let content = "同意書\n第一條";
    let sign = |more: &str| {
        format!(
            "return await ankong.sign({{ content: `{content}`, purpose: '簽署', ports: [{port}], {more} }});"
        )
    };
    let answer = visit.page.run(&sign("hash: 'SHA-512'")).await;
    assert_eq!(by_hand::accepts_cms(&answer["cms"], None).unwrap(), content.as_bytes());
    let answer = visit.page.run(&sign("detached: true")).await;
    by_hand::accepts_cms(&answer["cms"], Some(content.as_bytes())).unwrap();
    by_hand::accepts_cms(&answer["cms"], Some(b"another content")).unwrap_err();
    assert_eq!(visit.trace.verifies(), 2);

    let ask = format!("return await ankong.certificates({{ purpose: '讀取', ports: [{port}] }});");
    assert_eq!(told(&visit.page.run(&ask).await), error("user-declined", "declined"));
    visit.door.person.will(&[Move::Agree]);
    let certificates = visit.page.run(&ask).await;
    assert_eq!(certificates["signing"], answer["certificate"]);
    assert_eq!(visit.trace.verifies(), 2, "reading asks for no PIN");
}

#[tokio::test]
async fn a_page_tells_a_person_who_declines_from_a_card_that_does_not_fit() {
    let visit = Visit::with(&[Move::Decline, Move::Pin(PIN)]).await;
    let answer = visit.authenticate(&challenge(), "").await;
    assert_eq!(told(&answer), error("user-declined", "declined"));
    assert!(answer["detail"].as_str().unwrap().contains("拒絕"), "{answer}");
    let answer = visit.authenticate(&challenge(), "idTail: '0000'").await;
    assert_eq!(told(&answer), error("id-mismatch", "card"));
    let answer = visit.authenticate("short", "").await;
    assert_eq!(told(&answer), error("bad-request", "site"));
    assert!(answer["message"].as_str().unwrap().starts_with("challenge"), "{answer}");
    assert_eq!(visit.trace.verifies(), 0);
}

#[tokio::test]
async fn a_page_that_gives_up_closes_the_window() {
    let visit = Visit::with(&[Move::Wait]).await;
    let giving_up = "signal: AbortSignal.timeout(6000)";
    let answer = visit.authenticate(&challenge(), giving_up).await;
    assert_eq!(answer["name"], "TimeoutError", "{answer}");
    let gone =
        ankong_stage::eventually("the window's end", std::time::Duration::from_secs(10), || {
            let seen = visit.door.person.seen();
            Ok(seen.contains(&Seen::End(Err("cancelled"))).then_some(()))
        });
    gone.unwrap();
    assert_eq!(visit.trace.verifies(), 0);
}
