//! libpcsclite reads the place of its socket once per process and from the environment alone. So
//! this program starts itself a second time with a socket of its own, and runs its tests there one
//! after another. Built for Windows, it is started with such a socket by `pcscd-keeper`.
#![allow(
    clippy::unwrap_used,
    clippy::panic,
    clippy::indexing_slicing,
    reason = "a failing test may panic"
)]

#[cfg(target_os = "linux")]
mod pin_pad;

#[cfg(target_os = "linux")]
use std::process::Command;
use std::sync::{Arc, Mutex};
use std::time::Duration;

use crate::support::cards::{
    BoxedCard, ForeignCard, ID_TAIL, PIN, Trace, image, image_of, keys, reader_with, traced,
    verifier,
};
use crate::support::person::{Move, ScriptedPerson, Seen};
use crate::support::{Door, challenge};
use ankong::reader::Monitor;
use ankong_platform::process;
use ankong_stage::{PrivatePcscd, eventually};
use libtest_mimic::{Arguments, Conclusion, Trial};
use virtual_card::issue::KeyKind;
use virtual_card::vpcd::{self, Insertion};
use virtual_card::{OverT0, Profile};

#[cfg(target_os = "linux")]
const SOCKET: &str = "PCSCLITE_CSOCK_NAME";
#[cfg(target_os = "linux")]
const OURS: &str = "ANKONG_TEST_PCSCD";

type Pcscd = Arc<Mutex<PrivatePcscd>>;

pub(crate) fn run_apart() -> ! {
    #[cfg(target_os = "linux")]
    if std::env::var_os(OURS).is_none() {
        let folder = tempfile::tempdir().unwrap();
        let status = Command::new(std::env::current_exe().unwrap())
            .args(std::env::args_os().skip(1))
            .env(SOCKET, folder.path().join("pcscd.comm"))
            .env(OURS, "1")
            .status()
            .unwrap();
        drop(folder);
        std::process::exit(status.code().unwrap_or(101));
    }
    // Not by `exit`: threads of a monitor may still be leaving the service.
    process::end(if run().has_failed() { 101 } else { 0 })
}

fn run() -> Conclusion {
    let mut arguments = Arguments::from_args();
    arguments.test_threads = Some(1);
    #[cfg(target_os = "linux")]
    let pcscd = PrivatePcscd::start_at(std::env::var_os(SOCKET).unwrap().as_ref()).unwrap();
    #[cfg(windows)]
    let pcscd = PrivatePcscd::start().unwrap();
    let pcscd = Arc::new(Mutex::new(pcscd));
    let trial = |name: &str, test: fn(&Pcscd)| {
        let pcscd = Arc::clone(&pcscd);
        Trial::test(name, move || {
            test(&pcscd);
            Ok(())
        })
    };
    libtest_mimic::run(
        &arguments,
        vec![
            trial("a_card_that_comes_is_read_and_proves_who_holds_it", proves),
            trial("a_card_already_there_at_the_start_is_found", found_at_the_start),
            trial("the_same_commands_are_sent_as_in_process", same_commands),
            trial("a_card_that_speaks_t0_proves_as_well", proves_over_t0),
            trial("no_service_no_reader_no_card_are_told_apart", told_apart),
            trial("the_service_may_die_and_come_back", dies_and_comes_back),
            trial("a_foreign_card_is_unsupported_and_another_may_follow", foreign_card),
            trial("wrong_pins_cost_what_the_person_asked_for", wrong_pins),
            trial("a_card_pulled_after_the_pin_costs_one_try_at_most", pulled),
            trial("the_service_dying_after_the_pin_costs_one_try_at_most", dies_after_the_pin),
            trial(
                "a_card_held_by_another_program_is_busy_and_nothing_comes_later",
                held_by_another,
            ),
            trial("after_an_answer_no_verified_pin_stays_on_the_card", nothing_stays),
            // The reader with keys is a driver of ours for pcscd.
            #[cfg(target_os = "linux")]
            trial("a_pin_typed_on_the_reader_is_verified_once", pin_pad::typed_on_the_reader),
            #[cfg(target_os = "linux")]
            trial("a_pin_not_typed_on_the_reader_costs_no_try", pin_pad::not_typed_on_the_reader),
            #[cfg(target_os = "linux")]
            trial("the_keys_of_a_reader_can_be_left_alone", pin_pad::keys_left_alone),
            #[cfg(target_os = "linux")]
            trial("extended_length_is_used_where_card_and_reader_say_so", pin_pad::extended_length),
        ],
    )
}

struct Setting {
    door: Door,
    insertion: Option<Insertion<BoxedCard>>,
    port: u16,
}

impl Setting {
    /// The door over PC/SC, nothing inserted.
    fn new(pcscd: &Pcscd, moves: &[Move]) -> Self {
        let port = pcscd.lock().unwrap().vpcd_port();
        let monitor = Monitor::start(keys(), true, || {}).unwrap();
        let door = Door::open(Arc::new(monitor), ScriptedPerson::new(moves));
        let setting = Self { door, insertion: None, port };
        setting.wait_for("no-card");
        setting
    }

    fn insert(&mut self, card: BoxedCard) {
        self.insertion = Some(vpcd::serve(card, self.port, |_| {}).unwrap());
    }

    fn insert_traced(&mut self, faults: &[&str]) -> Trace {
        let (card, trace) = traced(&image(), faults);
        self.insert(card);
        self.wait_for("card-ready");
        trace
    }

    fn pull(&mut self) -> BoxedCard {
        let card = self.insertion.take().unwrap().pull();
        self.wait_for("no-card");
        card
    }

    fn state(&self) -> String {
        let own = format!("https://localhost:{}", self.door.caller.port());
        let status = self.door.get("/v1/status", &own).json;
        status["state"].as_str().unwrap().to_owned()
    }

    fn wait_for(&self, state: &str) {
        eventually(&format!("the state {state}"), Duration::from_secs(10), || {
            Ok((self.state() == state).then_some(()))
        })
        .unwrap_or_else(|error| panic!("{error:#}; it is {}", self.state()));
    }

    fn authenticate(&self) -> String {
        let answer = self.door.authenticate(&challenge(), Some(ID_TAIL));
        if answer.status == 200 { "ok".to_owned() } else { answer.code().to_owned() }
    }
}

fn proves(pcscd: &Pcscd) {
    let mut setting = Setting::new(pcscd, &[Move::Pin(PIN)]);
    let trace = setting.insert_traced(&[]);
    let challenge = challenge();
    let answer = setting.door.authenticate(&challenge, Some(ID_TAIL));
    assert_eq!(answer.status, 200, "{answer:?}");
    let token = answer.json["token"].to_string();
    let now = time::OffsetDateTime::now_utc();
    verifier().verify(token.as_bytes(), &challenge, now).unwrap();
    assert_eq!(trace.verifies(), 1);
    setting.pull();
}

fn found_at_the_start(pcscd: &Pcscd) {
    let port = pcscd.lock().unwrap().vpcd_port();
    let insertion = vpcd::serve(traced(&image(), &[]).0, port, |_| {}).unwrap();
    eventually("the reader has the card", Duration::from_secs(5), || {
        Ok(insertion.is_in_reader().then_some(()))
    })
    .unwrap();
    let monitor = Monitor::start(keys(), true, || {}).unwrap();
    let door = Door::open(Arc::new(monitor), ScriptedPerson::new(&[]));
    let mut setting = Setting { door, insertion: Some(insertion), port };
    setting.wait_for("card-ready");
    setting.pull();
}

fn same_commands(pcscd: &Pcscd) {
    let mut setting = Setting::new(pcscd, &[Move::Pin(PIN)]);
    let over_pcsc = setting.insert_traced(&[]);
    assert_eq!(setting.authenticate(), "ok");
    setting.pull();
    let (reader, in_process) = reader_with(&image(), &[]);
    let door = Door::open(reader, ScriptedPerson::new(&[Move::Pin(PIN)]));
    assert_eq!(door.authenticate(&challenge(), None).status, 200);
    assert_eq!(over_pcsc.commands(), in_process.commands());
}

fn proves_over_t0(pcscd: &Pcscd) {
    for (profile, key) in [
        (Profile::MoicaGen1, KeyKind::Rsa2048),
        (Profile::MoicaGen2, KeyKind::Rsa2048),
        (Profile::Iso7816Part15, KeyKind::Rsa2048),
        (Profile::Piv, KeyKind::Rsa2048),
    ] {
        let mut setting = Setting::new(pcscd, &[Move::Pin(PIN)]);
        let (card, trace) = traced(&image_of(profile, key), &[]);
        setting.insert(Box::new(OverT0::new(card)));
        setting.wait_for("card-ready");
        assert_eq!(setting.authenticate(), "ok", "{profile:?}");
        assert_eq!(trace.verifies(), 1, "{profile:?}");
        setting.pull();
    }
}

fn told_apart(pcscd: &Pcscd) {
    let setting = Setting::new(pcscd, &[]);
    assert_eq!(setting.authenticate(), "no-card");
    pcscd.lock().unwrap().stop();
    setting.wait_for("no-service");
    assert_eq!(setting.authenticate(), "no-service");
    pcscd.lock().unwrap().restart_without_readers().unwrap();
    setting.wait_for("no-reader");
    assert_eq!(setting.authenticate(), "no-reader");
    pcscd.lock().unwrap().restart().unwrap();
    setting.wait_for("no-card");
}

fn dies_and_comes_back(pcscd: &Pcscd) {
    let mut setting = Setting::new(pcscd, &[Move::Pin(PIN), Move::Pin(PIN)]);
    setting.insert_traced(&[]);
    assert_eq!(setting.authenticate(), "ok");
    pcscd.lock().unwrap().stop();
    setting.wait_for("no-service");
    setting.insertion = None;
    pcscd.lock().unwrap().restart().unwrap();
    setting.wait_for("no-card");
    setting.insert_traced(&[]);
    assert_eq!(setting.authenticate(), "ok");
    setting.pull();
}

fn foreign_card(pcscd: &Pcscd) {
    let mut setting = Setting::new(pcscd, &[Move::Pin(PIN)]);
    setting.insert(Box::new(ForeignCard));
    setting.wait_for("unsupported-card");
    assert_eq!(setting.authenticate(), "unsupported-card");
    setting.pull();
    setting.insert_traced(&[]);
    assert_eq!(setting.authenticate(), "ok");
    setting.pull();
}

fn wrong_pins(pcscd: &Pcscd) {
    let mut setting = Setting::new(pcscd, &["111111", "222222"].map(Move::Pin));
    setting.door.person.will(&[Move::PinOnLastTry("333333")]);
    let trace = setting.insert_traced(&[]);
    assert_eq!(setting.authenticate(), "pin-blocked");
    assert_eq!(trace.verifies(), 3);
    let seen = setting.door.person.seen();
    assert_eq!(
        seen[1..],
        [Seen::WrongPin(Some(2)), Seen::WrongPin(Some(1)), Seen::End(Err("pin-blocked"))]
    );
    // Out and in again: it is still blocked, and asking it costs nothing.
    let card = setting.pull();
    setting.insert(card);
    setting.wait_for("card-ready");
    setting.door.person.will(&[Move::Pin(PIN)]);
    assert_eq!(setting.authenticate(), "pin-blocked");
    setting.pull();
}

fn pulled(pcscd: &Pcscd) {
    let mut setting = Setting::new(pcscd, &[Move::Pin(PIN), Move::Pin(PIN)]);
    let trace = setting.insert_traced(&["pull-after=20:1"]);
    assert_eq!(setting.authenticate(), "card-removed");
    assert_eq!(trace.verifies(), 1);
    setting.wait_for("no-card");
    setting.insert_traced(&[]);
    assert_eq!(setting.authenticate(), "ok");
    setting.pull();
}

/// Stops the service at the moment the card is asked to sign.
struct Saboteur {
    card: BoxedCard,
    pcscd: Pcscd,
}

impl virtual_card::Card for Saboteur {
    fn atr(&self) -> &[u8] {
        self.card.atr()
    }

    fn reset(&mut self) {
        self.card.reset();
    }

    fn answer(&mut self, apdu: &[u8]) -> Option<Vec<u8>> {
        if apdu.get(1) == Some(&0xEA) {
            self.pcscd.lock().unwrap().stop();
            return None;
        }
        self.card.answer(apdu)
    }
}

fn dies_after_the_pin(pcscd: &Pcscd) {
    let mut setting = Setting::new(pcscd, &[Move::Pin(PIN), Move::Pin(PIN)]);
    let (card, trace) = traced(&image(), &[]);
    setting.insert(Box::new(Saboteur { card, pcscd: Arc::clone(pcscd) }));
    setting.wait_for("card-ready");
    let code = setting.authenticate();
    assert!(["no-service", "card-removed"].contains(&code.as_str()), "{code}");
    assert_eq!(trace.verifies(), 1);
    setting.insertion = None;
    pcscd.lock().unwrap().restart().unwrap();
    setting.wait_for("no-card");
    setting.insert_traced(&[]);
    assert_eq!(setting.authenticate(), "ok");
    setting.pull();
}

fn held_by_another(pcscd: &Pcscd) {
    let mut setting = Setting::new(pcscd, &[Move::Pin(PIN), Move::Pin(PIN)]);
    let trace = setting.insert_traced(&[]);
    let context = pcsc::Context::establish(pcsc::Scope::User).unwrap();
    let readers = context.list_readers_owned().unwrap();
    let mut card = readers
        .iter()
        .find_map(|reader| {
            context.connect(reader, pcsc::ShareMode::Shared, pcsc::Protocols::ANY).ok()
        })
        .unwrap();
    let held = card.transaction().unwrap();
    let before = trace.commands().len();
    assert_eq!(setting.authenticate(), "busy");
    held.end(pcsc::Disposition::LeaveCard).map_err(|(_, error)| error).unwrap();
    card.disconnect(pcsc::Disposition::LeaveCard).map_err(|(_, error)| error).unwrap();
    std::thread::sleep(Duration::from_millis(500));
    assert_eq!(trace.commands().len(), before, "the transaction came too late and was used");
    assert_eq!(setting.authenticate(), "ok");
    setting.pull();
}

fn nothing_stays(pcscd: &Pcscd) {
    let mut setting = Setting::new(pcscd, &[Move::Pin(PIN)]);
    setting.insert_traced(&[]);
    assert_eq!(setting.authenticate(), "ok");
    // Whoever comes next finds the card reset: signing without a PIN is refused.
    let context = pcsc::Context::establish(pcsc::Scope::User).unwrap();
    let readers = context.list_readers_owned().unwrap();
    let connect = |reader: &std::ffi::CString| {
        context.connect(reader, pcsc::ShareMode::Shared, pcsc::Protocols::ANY).ok()
    };
    let card = readers.iter().find_map(connect).unwrap();
    let mut buffer = [0; 300];
    let mut send = |command: &[u8]| card.transmit(command, &mut buffer).unwrap().to_vec();
    for file in [[0x3F, 0x00], [0x50, 0x30], [0x08, 0x10]] {
        assert_eq!(send(&[0x80, 0xA4, 0, 0, 2, file[0], file[1]]), [0x90, 0x00]);
    }
    let mut sign = vec![0x80, 0xEA, 0x82, 0x01, 0x80];
    sign.extend([0; 128]);
    assert_eq!(send(&sign), [0x69, 0x82]);
    card.disconnect(pcsc::Disposition::LeaveCard).map_err(|(_, error)| error).unwrap();
    setting.pull();
}
