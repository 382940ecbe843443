//! `ankong cards` over the real PC/SC service, with a card of every kind.
#![cfg(target_os = "linux")]
#![allow(
    clippy::unwrap_used,
    clippy::panic,
    clippy::indexing_slicing,
    reason = "a failing test may panic"
)]

mod support;

use support::bench::Bench;
use support::cards::{BoxedCard, ForeignCard, NAME, expired_image, image, image_of, traced};
use virtual_card::issue::KeyKind;
use virtual_card::{CardImage, Profile};

/// What is said while the card is in the first reader.
fn cards(bench: &Bench, card: BoxedCard, arguments: &[&str]) -> String {
    bench.with_card(card, || {
        let said = bench.run(&[&["cards"], arguments].concat());
        assert_eq!(said.code, Some(0), "{said:?}");
        said.output
    })
}

#[test]
fn every_kind_of_card_is_named_with_what_it_can_do() {
    let bench = Bench::new();
    let config = bench.with_keys();
    for (profile, key, name) in [
        (Profile::MoicaGen1, KeyKind::Rsa2048, "MOICA, first generation, TP"),
        (Profile::MoicaGen2, KeyKind::Rsa2048, "MOICA, second generation, TP"),
        (Profile::Iso7816Part15, KeyKind::P256, "ISO 7816-15"),
        (Profile::Piv, KeyKind::Rsa2048, "PIV"),
    ] {
        let image = image_of(profile, key);
        let (card, trace) = traced(&image, &[]);
        let said = cards(&bench, card, &["--config", &config]);
        let line = said.lines().next().unwrap();
        assert!(line.contains(name) && line.contains("王○明"), "{line}");
        assert!(line.ends_with("can read, can sign"), "{line}");
        // A MOICA card would count the question.
        assert_eq!(line.contains("3 PIN tries left"), !name.starts_with("MOICA"), "{line}");
        assert!(!said.contains(&image.card_number) && !said.contains(NAME), "{said}");
        assert_eq!(trace.verifies(), 0, "{name}");
    }
}

#[test]
fn what_stands_in_the_way_of_a_card_is_said() {
    let bench = Bench::new();
    let said = cards(&bench, traced(&image(), &[]).0, &[]);
    assert!(said.contains("can read, cannot sign: "), "{said}");

    let blocked = CardImage { tries: 0, ..image_of(Profile::Piv, KeyKind::Rsa2048) };
    let said = cards(&bench, traced(&blocked, &[]).0, &[]);
    assert!(said.contains(", PIN blocked, RS256, can read"), "{said}");
    let said = cards(&bench, traced(&expired_image(), &[]).0, &[]);
    assert!(said.contains(" (expired), "), "{said}");

    let foreign = cards(&bench, Box::new(ForeignCard), &["-v"]);
    assert!(foreign.contains("no driver knows this card"), "{foreign}");
    for family in ["not PIV", "not ISO 7816-15", "not MOICA, first", "not MOICA, second"] {
        assert!(foreign.contains(family), "{family} in {foreign}");
    }
}

#[test]
fn without_readers_or_service_there_is_a_hint() {
    let mut bench = Bench::new();
    bench.pcscd.restart_without_readers().unwrap();
    let said = bench.run(&["cards"]);
    assert!(said.code == Some(0) && said.output.contains("no reader; hint"), "{said:?}");
    bench.pcscd.stop();
    let said = bench.run(&["cards"]);
    assert!(said.code == Some(1) && said.errors.contains("hint: start pcscd"), "{said:?}");
}
