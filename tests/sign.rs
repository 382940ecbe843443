//! `ankong sign` over the real PC/SC service: on a terminal, in the window, and where there is
//! neither.
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

use ankong_peer_pkcs11::{CertificateObject, KeyObject, Script};
use ankong_stage::{Process, VirtualDisplay, gold};
use serde_json::Value;
use support::bench::Bench;
use support::cards::{
    BoxedCard, ForeignCard, NAME, PIN, expired_image, image, image_of, traced, verifier_for,
};
use support::challenge;
use support::terminal::OnTerminal;
use time::OffsetDateTime;
use virtual_card::issue::KeyKind;
use virtual_card::{CardImage, Profile};

const SITE: &str = "https://id.taipei";

struct Signing {
    bench: Bench,
    config: String,
}

impl Signing {
    fn new() -> Self {
        let bench = Bench::new();
        let config = bench.with_keys();
        Self { bench, config }
    }

    fn command(&self, challenge: &str, more: &[&str]) -> Command {
        let usual = ["sign", "--origin", SITE, "--challenge", challenge, "--config", &self.config];
        self.bench.command(&[&usual, more].concat())
    }

    /// What `sign --json` answers where nobody can be asked.
    fn code(&self, more: &[&str]) -> String {
        let output = self.command(&challenge(), more).arg("--json").output().unwrap();
        assert_eq!(output.status.code(), Some(1), "{output:?}");
        let answer: Value = serde_json::from_slice(&output.stdout).unwrap();
        assert!(!answer["detail"].as_str().unwrap().is_empty());
        answer["code"].as_str().unwrap().to_owned()
    }

    fn code_with(&self, card: BoxedCard) -> String {
        self.bench.with_card(card, || self.code(&[]))
    }
}

fn assert_proves(answer: &str, challenge: &str) {
    let answer: Value = serde_json::from_str(answer).unwrap_or_else(|e| panic!("{e}: {answer}"));
    assert_eq!(answer["chain"].as_array().unwrap().len(), 1);
    let token = answer["token"].to_string();
    verifier_for(SITE).verify(token.as_bytes(), challenge, OffsetDateTime::now_utc()).unwrap();
}

/// By what `stty -a` says: a hyphen is before what is switched off.
fn assert_restored(screen: &str) {
    for mode in ["echo ", "icanon", "isig", "iexten"] {
        assert!(screen.contains(mode) && !screen.contains(&format!("-{mode}")), "{screen}");
    }
}

#[test]
fn on_a_terminal_the_pin_is_typed_unseen_and_the_token_comes_out() {
    let signing = Signing::new();
    let challenge = challenge();
    let (card, trace) = traced(&image(), &[]);
    signing.bench.with_card(card, || {
        let more = ["--purpose", "support", "--json"];
        let mut terminal = OnTerminal::start(&signing.command(&challenge, &more), "; stty -a");
        terminal.wait_for(&format!("{SITE} wants to confirm who you are"));
        terminal.wait_for("Purpose: support");
        terminal.wait_for(NAME);
        terminal.wait_for("PIN (6 to 8 characters): ");
        // A slip, taken back.
        terminal.press(&format!("9\u{7F}{PIN}\r"));
        let (_, screen) = terminal.end();
        assert!(screen.contains("proves to https://id.taipei who you are"), "{screen}");
        assert!(!screen.contains(PIN), "{screen}");
        assert_restored(&screen);
        let answer = screen.lines().find(|line| line.starts_with("{\"token\"")).unwrap();
        assert_proves(answer, &challenge);
    });
    assert_eq!(trace.verifies(), 1);
}

#[test]
fn a_wrong_pin_is_said_and_the_last_try_needs_a_word() {
    let signing = Signing::new();
    let (card, trace) = traced(&image(), &[]);
    signing.bench.with_card(card, || {
        let mut terminal = OnTerminal::start(&signing.command(&challenge(), &[]), "");
        terminal.wait_for("characters): ");
        terminal.press("\u{1B}[A123456\r"); // an arrow key: whatever follows is not sent
        terminal.wait_for("The PIN was not sent");
        terminal.wait_for("characters): ");
        terminal.press("111111\r");
        terminal.wait_for("The PIN is wrong");
        terminal.wait_for("2 PIN tries left");
        terminal.wait_for("characters): ");
        terminal.press("222222\r");
        terminal.wait_for("1 PIN try left");
        terminal.wait_for("Type YES to go on: ");
        terminal.press("no\r");
        let (code, screen) = terminal.end();
        assert!(code == Some(1) && screen.contains("(user-declined)"), "{code:?}: {screen}");
    });
    assert_eq!(trace.verifies(), 2);
}

#[test]
fn enter_alone_and_ctrl_c_decline_and_leave_the_terminal_as_it_was() {
    let signing = Signing::new();
    let (card, trace) = traced(&image(), &[]);
    signing.bench.with_card(card, || {
        for keys in ["\r", "12345\u{3}"] {
            let sign = signing.command(&challenge(), &[]);
            let mut terminal = OnTerminal::start(&sign, "; stty -a");
            terminal.wait_for("characters): ");
            terminal.press(keys);
            let (_, screen) = terminal.end();
            assert!(screen.contains("You declined the request."), "{screen}");
            assert_restored(&screen);
        }
    });
    assert_eq!(trace.verifies(), 0);
}

#[test]
fn with_a_screen_the_window_asks() {
    let signing = Signing::new();
    let display = VirtualDisplay::start(&signing.bench.home.environment()).unwrap();
    let challenge = challenge();
    let (card, trace) = traced(&image(), &[]);
    signing.bench.with_card(card, || {
        let mut sign = signing.command(&challenge, &["--json"]);
        // Chinese, for the window is looked for by its title, which needs a locale that is there.
        sign.envs(display.environment()).env("LC_ALL", "C.UTF-8");
        let mut program = Process::start(sign, &signing.bench.path("sign.log")).unwrap();
        let window = display.wait_for_window(gold::WINDOW, Duration::from_secs(30));
        window.unwrap_or_else(|error| {
            panic!("{error}: {}", std::fs::read_to_string(program.log()).unwrap())
        });
        let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build().unwrap();
        let typed = gold::enter_pin(&display, PIN, || Ok(!program.is_running()?));
        runtime.block_on(typed).unwrap();
        let answer = program.wait_for_line("{\"token\"", Duration::from_secs(20)).unwrap();
        assert_proves(&answer, &challenge);
        assert!(program.wait(Duration::from_secs(20)).unwrap().success());
    });
    assert_eq!(trace.verifies(), 1);
}

#[test]
fn where_nobody_can_be_asked_or_no_card_used_there_is_a_code() {
    let mut signing = Signing::new();
    assert_eq!(signing.code(&[]), "no-card");
    let (card, trace) = traced(&image(), &[]);
    assert_eq!(signing.code_with(card), "no-window");
    assert_eq!(trace.verifies(), 0);
    assert_eq!(signing.code_with(traced(&expired_image(), &[]).0), "certificate-expired");
    assert_eq!(signing.code_with(Box::new(ForeignCard)), "unsupported-card");
    let piv = CardImage { tries: 0, ..image_of(Profile::Piv, KeyKind::Rsa2048) };
    assert_eq!(signing.code_with(traced(&piv, &[]).0), "no-window");
    let without_keys = signing.bench.with_card(traced(&image(), &[]).0, || {
        signing.bench.run(&["sign", "--origin", SITE, "--challenge", &challenge()])
    });
    assert!(without_keys.code == Some(1) && without_keys.errors.contains("(no-signing-module)"));
    signing.bench.pcscd.restart_without_readers().unwrap();
    assert_eq!(signing.code(&[]), "no-reader");
    signing.bench.pcscd.stop();
    assert_eq!(signing.code(&[]), "no-service");
}

#[test]
fn a_card_that_a_module_signs_with_can_sign_whoever_asks() {
    let bench = Bench::new();
    let image = image();
    let certificate = CertificateObject {
        label: "cert1".to_owned(),
        id: "SIGN".to_owned(),
        pem: image.certificates.signature.clone(),
    };
    let key = KeyObject {
        label: "k1".to_owned(),
        id: "SIGN".to_owned(),
        always_authenticate: false,
        pem: image.keys.signature.clone(),
    };
    let script = Script { certificates: vec![certificate], keys: vec![key], ..Script::default() };
    let config = bench.with_module(&script);
    let signing = Signing { bench, config };
    let (card, trace) = traced(&image, &[]);
    signing.bench.with_card(card, || {
        let said = signing.bench.run(&["cards", "--config", &signing.config]);
        assert!(said.output.contains("can read, can sign through "), "{said:?}");
        let said = signing.bench.run(&["doctor", "--config", &signing.config]);
        for line in ["MOICA card, first generation: can read, can sign.", "installed and works."] {
            assert!(said.output.contains(line), "{line}: {said:?}");
        }
        assert!(said.output.contains("- ~/module/"), "{said:?}");

        let challenge = challenge();
        let mut terminal = OnTerminal::start(&signing.command(&challenge, &["--json"]), "");
        terminal.wait_for("characters): ");
        terminal.press(&format!("{PIN}\r"));
        let (code, screen) = terminal.end();
        let answer = screen.lines().find(|line| line.starts_with("{\"token\""));
        assert_proves(answer.unwrap_or_else(|| panic!("{code:?}: {screen}")), &challenge);
    });
    assert_eq!(trace.verifies(), 0, "the module has its own way to the card");
}

#[test]
fn what_is_no_request_is_said_before_anybody_is_asked() {
    let bench = Bench::new();
    let fails = |origin: &str, challenge: &str, purpose: &str, why: &str| {
        let arguments =
            ["sign", "--origin", origin, "--challenge", challenge, "--purpose", purpose];
        let said = bench.run(&arguments);
        assert!(said.code == Some(1) && said.errors.contains(why), "{why}: {said:?}");
        assert!(said.output.is_empty() && !said.errors.contains("proves to"), "{said:?}");
    };
    fails("http://id.taipei", &challenge(), "x", "--origin: not an https origin");
    fails("https://id.taipei/", &challenge(), "x", "--origin: not an https origin");
    fails(SITE, "short", "x", "challenge must be base64 of 44 to 128 characters");
    fails(SITE, &challenge(), "\u{1B}[2J", "purpose must be");
}
