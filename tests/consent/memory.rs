//! What a PIN leaves behind in memory once it was used: nothing. Root alone can look there.

use std::fs::{self, File};
use std::io::{Read, Seek, SeekFrom};
use std::os::unix::fs::MetadataExt;
use std::path::PathBuf;
use std::process::Command;

use ankong_peer_pkcs11::{CertificateObject, KeyObject, Script};
use ankong_stage::{
    Environment, PrivatePcscd, Process, TemporaryHome, VirtualDisplay, built, eventually,
};
use time::{Duration, OffsetDateTime};
use virtual_card::issue::{Ca, CardholderRequest, KeyKind};
use virtual_card::{CardImage, Profile};

use crate::resident::{PATIENCE, Resident, WindowProgram, display, home_with};
use crate::support::cards::{AUTHORITY, NAME};
use crate::window::enter;

/// Digits that stand nowhere else, the wrong one too.
const PIN: &str = "73915846";
const WRONG: &str = "84026957";
/// Planted where it stays: in the environment.
const MARKER: &str = "planted-5c1e98d07b";

fn card(profile: Profile, key: KeyKind) -> CardImage {
    let now = OffsetDateTime::now_utc();
    let request = CardholderRequest {
        name: NAME.to_owned(),
        national_id: "A123456789".parse().unwrap(),
        pin: PIN.try_into().ok().unwrap(),
        profile,
        key,
        ca: Ca::G2,
        not_before: now - Duration::days(30),
        not_after: now + Duration::days(365),
    };
    AUTHORITY.issue(&request).unwrap()
}

/// A module that knows this card.
fn module(card: &CardImage, home: &TemporaryHome) -> PathBuf {
    let id = "SIGN".to_owned();
    let signature = card.certificates.signature.clone();
    let script = Script {
        certificates: vec![CertificateObject {
            label: "cert1".into(),
            id: id.clone(),
            pem: signature,
        }],
        keys: vec![KeyObject {
            label: "k1".into(),
            id,
            always_authenticate: false,
            pem: card.keys.signature.clone(),
        }],
        pin: PIN.into(),
        ..Script::default()
    };
    script.place(home.path()).unwrap()
}

/// A resident program with this card in a reader; the card is a process of its own.
struct Scene {
    display: VirtualDisplay,
    resident: Resident,
    _card: Process,
    _pcscd: PrivatePcscd,
}

impl Scene {
    fn with(card: &CardImage, with_module: bool) -> Self {
        let (pcscd, display, home) = (PrivatePcscd::start().unwrap(), display(), home_with(card));
        let mut inserted = Command::new(built("virtual-card").unwrap());
        inserted.arg("run").arg(home.path().join("card.toml"));
        inserted.args(["--port", &pcscd.vpcd_port().to_string()]);
        let inserted = Process::start(inserted, &home.path().join("card.log")).unwrap();
        let mut environment: Environment = display.environment();
        environment.extend(pcscd.environment());
        environment.push(("ANKONG_MARKER", MARKER.into()));
        let modules: Vec<PathBuf> = with_module.then(|| module(card, &home)).into_iter().collect();
        let resident =
            Resident::reading_cards(home, &modules, &WindowProgram::AsBuilt, environment);
        let said = if with_module { "a module knows the card" } else { "card read" };
        eventually(said, PATIENCE, || Ok(resident.log().contains(said).then_some(()))).unwrap();
        Self { display, resident, _card: inserted, _pcscd: pcscd }
    }

    /// A wrong PIN first, where the card tells that it was one, and then the right one.
    fn authenticate(&self, tells: bool) {
        let answer = self.resident.ask();
        let says_two = || self.display.read_consent("read").is_ok_and(|said| said.contains("2 次"));
        if tells {
            enter(&self.display, WRONG, &says_two);
        }
        enter(&self.display, PIN, &|| answer.is_finished());
        let answer = answer.join().unwrap();
        assert_eq!(answer.status, 200, "{answer:?}\n{}", self.resident.log());
        self.resident.wait_until_alone();
    }

    fn search(&self) {
        let process = self.resident.process.id();
        assert!(places(process, MARKER) > 0, "the search finds what is there");
        for pin in [PIN, WRONG] {
            assert_eq!(places(process, pin), 0, "{pin} is in the memory of the program");
        }
    }
}

#[test]
fn once_the_window_is_gone_no_pin_is_in_the_programs_memory() {
    if !is_root() {
        return again_as_root("memory::once_the_window_is_gone_no_pin_is_in_the_programs_memory");
    }
    let scene = Scene::with(&card(Profile::Piv, KeyKind::P256), false);
    scene.authenticate(true);
    scene.search();
}

#[test]
fn a_pin_for_a_module_is_gone_too_with_the_process_that_held_it() {
    if !is_root() {
        return again_as_root(
            "memory::a_pin_for_a_module_is_gone_too_with_the_process_that_held_it",
        );
    }
    let scene = Scene::with(&card(Profile::MoicaGen1, KeyKind::Rsa2048), true);
    scene.authenticate(false);
    scene.search();
}

/// The same test in a process of root's; where this user may not become root it fails.
fn again_as_root(test: &str) {
    let mut sudo = Command::new("sudo");
    sudo.args(["-n", "-E"]).arg(std::env::current_exe().unwrap()).args(["--exact", test]);
    assert!(sudo.status().unwrap().success(), "{test} needs root, by sudo without a question");
}

fn is_root() -> bool {
    fs::metadata("/proc/self").unwrap().uid() == 0
}

/// How often a text is in what a process may read and write, proc(5).
fn places(process: u32, text: &str) -> usize {
    let maps = fs::read_to_string(format!("/proc/{process}/maps")).unwrap();
    let mut memory = File::open(format!("/proc/{process}/mem")).unwrap();
    let mut found = 0;
    for line in maps.lines().filter(|line| line.contains(" rw")) {
        let (begin, end) = line.split(' ').next().unwrap().split_once('-').unwrap();
        let [begin, end] = [begin, end].map(|digits| u64::from_str_radix(digits, 16).unwrap());
        let mut bytes = vec![0; usize::try_from(end - begin).unwrap()];
        // A mapping may go while one looks.
        if memory.seek(SeekFrom::Start(begin)).is_ok() && memory.read_exact(&mut bytes).is_ok() {
            let text = text.as_bytes();
            found += bytes.windows(text.len()).filter(|part| *part == text).count();
        }
    }
    found
}
