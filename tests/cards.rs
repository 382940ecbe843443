//! `ankong cards` over the real PC/SC service, with a card of every kind.
#![cfg(target_os = "linux")]
#![allow(
    clippy::unwrap_used,
    clippy::panic,
    clippy::indexing_slicing,
    reason = "a failing test may panic"
)]

mod support;

use std::process::Command;
use std::time::Duration;

use ankong_stage::{AdministratorsFolder, PrivatePcscd, TemporaryHome, eventually};
use support::cards::{AUTHORITY, BoxedCard, ForeignCard, NAME, image_of, traced};
use virtual_card::Profile;
use virtual_card::issue::KeyKind;
use virtual_card::vpcd;

struct Bench {
    pcscd: PrivatePcscd,
    home: TemporaryHome,
    folder: AdministratorsFolder,
}

impl Bench {
    fn new() -> Self {
        let (pcscd, home) = (PrivatePcscd::start().unwrap(), TemporaryHome::create().unwrap());
        Self { pcscd, home, folder: AdministratorsFolder::create().unwrap() }
    }

    fn cards(&self, arguments: &[&str]) -> (bool, String) {
        let mut command = Command::new(env!("CARGO_BIN_EXE_ankong"));
        command.arg("cards").args(arguments);
        command.envs(self.home.environment()).envs(self.pcscd.environment());
        let output = command.output().unwrap();
        let said = [output.stdout, output.stderr].concat();
        (output.status.success(), String::from_utf8(said).unwrap())
    }

    /// What is said while the card is in the first reader.
    fn cards_with(&self, card: BoxedCard, arguments: &[&str]) -> String {
        let insertion = vpcd::serve(card, self.pcscd.vpcd_port(), |_| {}).unwrap();
        let said = eventually("the card is seen", Duration::from_secs(5), || {
            let (ok, said) = self.cards(arguments);
            Ok((ok && !said.lines().next().unwrap().ends_with("empty")).then_some(said))
        })
        .unwrap();
        insertion.pull();
        eventually("the reader is empty again", Duration::from_secs(5), || {
            Ok(self.cards(&[]).1.lines().all(|line| line.ends_with("empty")).then_some(()))
        })
        .unwrap();
        said
    }

    fn with_keys(&self) -> String {
        let keys = self.folder.write("keys.toml", &AUTHORITY.issuer_keys_toml()).unwrap();
        let text = format!("issuer-keys = {keys:?}\n");
        let path = self.folder.write("ankong.toml", &text).unwrap();
        path.to_str().unwrap().to_owned()
    }
}

#[test]
fn every_kind_of_card_is_named_with_what_it_can_do() {
    let mut bench = Bench::new();
    let config = bench.with_keys();
    for (profile, key, name) in [
        (Profile::MoicaGen1, KeyKind::Rsa2048, "MOICA, first generation, TP"),
        (Profile::MoicaGen2, KeyKind::Rsa2048, "MOICA, second generation, TP"),
        (Profile::Iso7816Part15, KeyKind::P256, "ISO 7816-15"),
        (Profile::Piv, KeyKind::Rsa2048, "PIV"),
    ] {
        let image = image_of(profile, key);
        let (card, trace) = traced(&image, &[]);
        let said = bench.cards_with(card, &["--config", &config]);
        let line = said.lines().next().unwrap();
        assert!(line.contains(name) && line.contains("王○明"), "{line}");
        assert!(line.ends_with("can read, can sign"), "{line}");
        assert!(!said.contains(&image.card_number) && !said.contains(NAME), "{said}");
        assert_eq!(trace.verifies(), 0, "{name}");
    }
    let without =
        bench.cards_with(traced(&image_of(Profile::MoicaGen1, KeyKind::Rsa2048), &[]).0, &[]);
    assert!(without.contains("can read, cannot sign: issuer keys are missing"), "{without}");

    let foreign = bench.cards_with(Box::new(ForeignCard), &["-v"]);
    assert!(foreign.contains("no driver knows this card"), "{foreign}");
    for family in ["not PIV", "not ISO 7816-15", "not MOICA, first", "not MOICA, second"] {
        assert!(foreign.contains(family), "{family} in {foreign}");
    }

    bench.pcscd.restart_without_readers().unwrap();
    let (ok, said) = bench.cards(&[]);
    assert!(ok && said.contains("no reader; hint"), "{said}");
    bench.pcscd.stop();
    let (ok, said) = bench.cards(&[]);
    assert!(!ok && said.contains("hint: start pcscd"), "{said}");
}
