//! `ankong record-card` over the real PC/SC service: what a volunteer sends, and what whoever gets
//! it can do with it.
#![cfg(target_os = "linux")]
#![allow(
    clippy::unwrap_used,
    clippy::panic,
    clippy::indexing_slicing,
    reason = "a failing test may panic"
)]

mod support;

use std::fs;
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};
use std::thread;
use std::time::Duration;

use ankong_stage::eventually;
use openssl::x509::X509;
use support::bench::Bench;
use support::cards::{BoxedCard, ForeignCard, ID_TAIL, NAME, image, image_of, traced};
use virtual_card::issue::KeyKind;
use virtual_card::vpcd;
use virtual_card::{Card, Contact, Profile};

#[test]
fn a_card_of_every_kind_is_recorded_without_its_holder_and_replays() {
    let bench = Bench::new();
    for (profile, key, family) in [
        (Profile::MoicaGen1, KeyKind::Rsa2048, "MOICA, first generation"),
        (Profile::MoicaGen2, KeyKind::Rsa2048, "MOICA, second generation"),
        (Profile::Iso7816Part15, KeyKind::P256, "ISO 7816-15"),
        (Profile::Piv, KeyKind::Rsa2048, "PIV"),
    ] {
        let image = image_of(profile, key);
        let (card, trace) = traced(&image, &[]);
        let file = bench.path(&format!("{profile:?}.txt"));
        let path = file.to_str().unwrap();
        bench.with_card(card, || {
            let before = trace.commands().len();
            let said = bench.run(&["record-card", path]);
            assert_eq!(said.code, Some(0), "{said:?}");
            assert!(said.output.contains("send it to the project"), "{said:?}");
            for line in &trace.commands()[before..] {
                let reading = ["A4", "B0", "C0", "CA", "CB"];
                assert!(reading.iter().any(|ins| line[3..].starts_with(ins)), "{line}");
            }
        });

        let text = fs::read_to_string(&file).unwrap();
        let der = X509::from_pem(image.certificates.signature.as_bytes()).unwrap();
        let serial = der.serial_number().to_bn().unwrap().to_vec();
        for secret in [image.card_number.as_bytes(), NAME.as_bytes(), ID_TAIL.as_bytes(), &serial] {
            assert!(
                !bytes(&text).windows(secret.len()).any(|part| part == secret),
                "{secret:02X?}"
            );
            assert!(!text.contains(&*String::from_utf8_lossy(secret)));
        }
        let said = bench.run(&["cards", "--replay", path, "-v"]);
        let expected = format!("recording: {family}, ");
        assert!(said.code == Some(0) && said.output.starts_with(&expected), "{said:?}");
        assert!(said.output.lines().next().unwrap().ends_with("can read"), "{said:?}");
    }
}

#[test]
fn a_card_that_no_driver_knows_is_worth_a_recording_too() {
    let bench = Bench::new();
    let file = bench.path("foreign.txt");
    let path = file.to_str().unwrap();
    let said = bench.with_card(Box::new(ForeignCard), || bench.run(&["record-card", path]));
    assert!(said.code == Some(0) && said.output.contains("no driver knows this card"), "{said:?}");
    let text = fs::read_to_string(&file).unwrap();
    assert!(text.contains("# not PIV: ") && text.contains("! atr 3B 00"), "{text}");
    let said = bench.run(&["cards", "--replay", path]);
    assert!(said.output.contains("recording: no driver knows this card"), "{said:?}");
}

#[test]
fn what_stands_in_the_way_is_said_and_nothing_is_overwritten() {
    let mut bench = Bench::new();
    let file = bench.path("card.txt");
    let path = file.to_str().unwrap().to_owned();
    let fails = |bench: &Bench, why: &str| {
        let said = bench.run(&["record-card", &path]);
        assert!(said.code == Some(1) && said.errors.contains(why), "{why}: {said:?}");
    };
    fails(&bench, "There is no card in the reader");
    fs::write(&file, "something of the user's").unwrap();
    bench.with_card(traced(&image(), &[]).0, || fails(&bench, "There is a file of that name"));
    assert_eq!(fs::read_to_string(&file).unwrap(), "something of the user's");
    fs::remove_file(&file).unwrap();

    bench.with_card(traced(&image(), &[]).0, || {
        let second = bench.pcscd.vpcd_port() + 1;
        let other = vpcd::serve(traced(&image(), &[]).0, second, |_| {}).unwrap();
        eventually("two cards", Duration::from_secs(5), || {
            let said = bench.run(&["cards"]).output;
            Ok((said.lines().filter(|line| line.contains("MOICA")).count() == 2).then_some(()))
        })
        .unwrap();
        let said = bench.run(&["record-card", &path]);
        assert!(said.code == Some(1) && said.errors.contains("Several readers hold a card"));
        let named = said.errors.lines().find_map(|line| line.split_once("--reader ")).unwrap().1;
        let said = bench.run(&["record-card", &path, "--reader", named.trim_matches('"')]);
        assert_eq!(said.code, Some(0), "{said:?}");
        let said = bench.run(&["record-card", &path, "--reader", "another"]);
        assert!(said.code == Some(1) && said.errors.contains("none of that name"), "{said:?}");
        other.pull();
        fs::remove_file(&file).unwrap();
    });

    let (card, armed) = armed(|| false);
    bench.with_card(card, || {
        armed.store(true, Ordering::Relaxed);
        let said = bench.run(&["record-card", &path]);
        // vpcd may hand out an empty answer for a card that has just left.
        let reasons = ["The card was removed or exchanged", "Take the card out"];
        let told = reasons.iter().any(|reason| said.errors.contains(reason));
        assert!(said.code == Some(1) && told && !file.exists(), "{said:?}");
    });
    bench.pcscd.restart_without_readers().unwrap();
    fails(&bench, "No card reader was found");
    bench.pcscd.stop();
    fails(&bench, "smart-card service is not running");
    assert!(!file.exists());
}

#[test]
fn a_card_that_another_program_holds_is_in_use() {
    let bench = Bench::new();
    let file = bench.path("card.txt");
    let path = file.to_str().unwrap();
    // Longer over one answer than another program waits for the card.
    let (slow, armed) = armed(|| {
        thread::sleep(Duration::from_secs(8));
        true
    });
    bench.with_card(slow, || {
        armed.store(true, Ordering::Relaxed);
        let mut holder = bench.command(&["cards"]).spawn().unwrap();
        eventually("the card is held", Duration::from_secs(5), || {
            Ok((!armed.load(Ordering::Relaxed)).then_some(()))
        })
        .unwrap();
        let said = bench.run(&["record-card", path]);
        assert!(said.code == Some(1) && said.errors.contains("The card is in use"), "{said:?}");
        assert!(holder.wait().unwrap().success());
    });
}

/// A card that does something else, once, when it has been armed and is asked: `false` has it leave
/// the reader after the answer.
fn armed(act: fn() -> bool) -> (BoxedCard, Arc<AtomicBool>) {
    let armed = Arc::new(AtomicBool::new(false));
    let card = traced(&image(), &[]).0;
    (Box::new(Armed { card, armed: Arc::clone(&armed), act, gone: false }), armed)
}

struct Armed {
    card: BoxedCard,
    armed: Arc<AtomicBool>,
    act: fn() -> bool,
    gone: bool,
}

impl Card for Armed {
    fn atr(&self) -> &[u8] {
        self.card.atr()
    }

    fn reset(&mut self) {
        self.card.reset();
    }

    fn answer(&mut self, apdu: &[u8]) -> Option<Vec<u8>> {
        if self.armed.swap(false, Ordering::Relaxed) {
            self.gone = !(self.act)();
        }
        self.card.answer(apdu)
    }

    fn contact(&self) -> Contact {
        if self.gone { Contact::Left } else { Contact::Made }
    }
}

fn bytes(text: &str) -> Vec<u8> {
    let answers = text.lines().filter_map(|line| line.strip_prefix("< "));
    answers
        .flat_map(|line| {
            let bytes: Vec<&str> = line.split_whitespace().collect();
            bytes[..bytes.len() - 2]
                .iter()
                .map(|b| u8::from_str_radix(b, 16).unwrap())
                .collect::<Vec<_>>()
        })
        .collect()
}
