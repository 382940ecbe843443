//! Two hundred at once, each on a connection of its own; all begin at the same moment. They run on the
//! portal's computer, so what they need of it is in the figures.

use std::{
    sync::Barrier,
    thread,
    time::{Duration, Instant},
};

use serde_json::{Value, json};
use time::OffsetDateTime;

use crate::{
    ground::{account, origin},
    load::Load,
    process::Running,
    support::Card,
    visitor::{Member, Visitor},
};

const AT_ONCE: usize = 200;
/// Each member becomes gold once.
const ROUNDS: usize = 3;
pub(crate) const MEMBERS: usize = AT_ONCE * ROUNDS;
const LOOKS: usize = 25;
/// Stands only on a member's page.
const START_GOLD: &str = "id=\"start-gold\"";
/// Ends in the four digits of the cards.
const NATIONAL_ID: &str = "A123456789";

/// All members, one after the other: a password is slow by intent, and no part of these figures.
pub(crate) fn sign_in(portal: &Running) -> Vec<Member> {
    (0..MEMBERS).map(|n| Visitor::arrive(portal.port).sign_in(&account(n))).collect()
}

pub(crate) fn look_at_home(portal: &Running, members: &[Member]) -> Load {
    let prepare = |member: &Member| Visitor::come_back(portal.port, member);
    at_once(portal, &members[..AT_ONCE], prepare, |mut visitor| {
        (0..LOOKS)
            .map(|_| {
                let begun = Instant::now();
                let home = visitor.get("/");
                assert!(home.status == 200 && home.body.contains(START_GOLD), "{}", home.body);
                begun.elapsed()
            })
            .collect()
    })
}

/// The verification alone is measured: the challenge is asked for, and the card has signed, before.
pub(crate) fn become_gold(portal: &Running, members: &[Member]) -> Load {
    let mut all = Load::default();
    for round in members.chunks(AT_ONCE) {
        let prepare = |member: &Member| signed(portal.port, member);
        all.add(at_once(portal, round, prepare, |(mut visitor, body)| {
            let begun = Instant::now();
            let answer = visitor.post("/gold/verify", &body);
            assert_eq!(answer.status, 200, "{}", answer.body);
            vec![begun.elapsed()]
        }));
    }
    all
}

/// With a card of one's own.
fn signed(port: u16, member: &Member) -> (Visitor, Value) {
    let mut visitor = Visitor::come_back(port, member);
    visitor.get("/gold/card");
    let asked = visitor.post("/gold/challenge", &json!({ "nationalId": NATIONAL_ID }));
    assert_eq!(asked.status, 200, "{}", asked.body);
    let asked: Value = serde_json::from_str(&asked.body).unwrap();
    let challenge = asked["challenge"].as_str().unwrap();
    let now = OffsetDateTime::now_utc();
    let validity = (now - time::Duration::DAY, now + time::Duration::DAY);
    let token = Card { validity, ..Card::default() }.token(&origin(port), challenge);
    let body = json!({ "challenge": challenge, "nationalId": NATIONAL_ID, "token": token });
    (visitor, body)
}

fn at_once<T: Send>(
    portal: &Running,
    members: &[Member],
    prepare: impl Fn(&Member) -> T + Sync,
    act: impl Fn(T) -> Vec<Duration> + Sync,
) -> Load {
    let (prepare, act) = (&prepare, &act);
    let prepared: Vec<T> = thread::scope(|scope| {
        let crowd: Vec<_> =
            members.iter().map(|member| scope.spawn(move || prepare(member))).collect();
        crowd.into_iter().map(|each| each.join().unwrap()).collect()
    });
    let start = &Barrier::new(members.len() + 1);
    thread::scope(|scope| {
        let go = |each| {
            scope.spawn(move || {
                start.wait();
                act(each)
            })
        };
        let crowd: Vec<_> = prepared.into_iter().map(go).collect();
        Load::of(portal, || {
            start.wait();
            crowd.into_iter().flat_map(|each| each.join().unwrap()).collect()
        })
    })
}
