//! `ankong doctor` on computers in every condition: what it says, its code, and what is in the
//! report that a citizen sends.
#![cfg(target_os = "linux")]
#![allow(
    clippy::unwrap_used,
    clippy::panic,
    clippy::indexing_slicing,
    reason = "a failing test may panic"
)]

mod support;

use std::fs;
use std::net::TcpListener;
use std::time::{Duration, SystemTime};

use ankong::endpoint::{PORTS, identity};
use ankong_stage::{Process, VirtualDisplay};
use openssl::x509::X509;
use support::bench::{Bench, Said};
use support::cards::{ForeignCard, ID_TAIL, NAME, expired_image, image, image_of, traced};
use virtual_card::issue::KeyKind;
use virtual_card::{CardImage, Profile};

const PATIENCE: Duration = Duration::from_secs(20);

/// Says nothing but what each line says: verdict and sentence.
fn verdicts(said: &Said) -> Vec<String> {
    let line = |line: &&str| !line.starts_with('\t');
    said.output.lines().filter(line).map(str::to_owned).collect()
}

fn code(said: &Said) -> &str {
    said.output.lines().find_map(|line| line.strip_prefix("Code: ")).unwrap()
}

fn assert_says(bench: &Bench, sentences: &[&str]) {
    let said = bench.run(&["doctor"]);
    for sentence in sentences {
        assert!(verdicts(&said).iter().any(|line| line == sentence), "{sentence}: {said:?}");
    }
    assert_eq!(said.code, Some(1), "{said:?}");
    let explained = bench.run(&["doctor", "--explain", code(&said)]);
    assert_eq!(verdicts(&explained), verdicts(&said));
}

#[test]
fn on_a_computer_where_all_is_well_it_ends_with_0_and_its_code_says_the_same() {
    let bench = Bench::new();
    let config = bench.with_keys();
    let display = VirtualDisplay::start(&bench.home.environment()).unwrap();
    let mut serve = bench.command(&["serve", "--headless", "--port", "0", "--config", &config]);
    serve.envs(display.environment());
    let program = Process::start(serve, &bench.path("ankong.log")).unwrap();
    program.wait_for_line("https://localhost:", PATIENCE).unwrap();
    bench.home.trust(&bench.path(".local/share/ankong/localhost/root.pem"), "ankong").unwrap();

    let image = image_of(Profile::MoicaGen1, KeyKind::Rsa2048);
    bench.with_card(traced(&image, &[]).0, || {
        let mut doctor = bench.command(&["doctor", "--config", &config]);
        let said = Said::by(doctor.envs(display.environment()));
        assert_eq!(said.code, Some(0), "{said:?}");
        let lines = verdicts(&said);
        let not_ok: Vec<_> = lines.iter().filter(|line| !line.starts_with("ok")).collect();
        // No vendor's module is on this computer, and the card does not need one here.
        let expected =
            ["attention\tNo signing module of a card issuer was found.", lines.last().unwrap()];
        assert_eq!(not_ok, expected, "{said:?}");
        for expected in [
            "ok\tMOICA card, first generation: can read, can sign.",
            "ok\tBrowsers trust this computer's certificate of localhost.",
            "ok\tAnkong is running.",
        ] {
            assert!(lines.contains(&expected.to_owned()), "{expected}: {said:?}");
        }
        assert!(
            said.output.contains(
                "\t- Virtual PCD 00 00: MOICA card, first generation: can read, can sign."
            )
        );
        assert!(said.output.contains("\t- Chromium, Chrome, Edge, Brave: trusted"), "{said:?}");

        let explained = bench.run(&["doctor", "--explain", &code(&said).to_lowercase()]);
        assert_eq!((explained.code, verdicts(&explained)), (Some(0), lines));
    });
}

#[test]
fn each_fault_is_named_with_a_remedy() {
    let mut bench = Bench::new();
    assert_says(
        &bench,
        &[
            "attention\tThere is no card to be read.",
            "attention\tThis computer has no certificate of localhost yet.",
            "fault\tThere is no screen for the PIN window.",
        ],
    );
    for (card, sentence) in [
        (
            traced(&image(), &[]).0,
            "attention\tMOICA card, first generation: can read, cannot sign.",
        ),
        (traced(&expired_image(), &[]).0, "fault\tThe card's certificate has expired."),
        (Box::new(ForeignCard), "attention\tThe card was not recognised."),
    ] {
        bench.with_card(card, || assert_says(&bench, &[sentence]));
    }
    for (tries, sentence) in
        [(1, "attention\tOne PIN try is left."), (0, "fault\tThe PIN is blocked.")]
    {
        let image = CardImage { tries, ..image_of(Profile::Piv, KeyKind::Rsa2048) };
        let (card, trace) = traced(&image, &[]);
        bench.with_card(card, || {
            assert_says(&bench, &[sentence, "ok\tPIV card: can read, can sign."]);
        });
        assert_eq!(trace.verifies(), 0);
    }
    bench.pcscd.restart_without_readers().unwrap();
    let said = bench.run(&["doctor"]);
    let readers = verdicts(&said).into_iter().find(|line| line.contains("reader")).unwrap();
    // A computer with a reader of its own says that this service does not see it.
    assert!(readers.starts_with("fault\t"), "{readers}");
    bench.pcscd.stop();
    assert_says(&bench, &["fault\tThe smart-card service is not running."]);
    let said = bench.run(&["doctor"]);
    assert!(said.output.contains("\t→ Restart the computer; on Linux start pcscd."), "{said:?}");
}

#[test]
fn certificates_of_localhost_tell_of_clock_and_trust() {
    let bench = Bench::new();
    let data = bench.path(".local/share/ankong");
    fs::create_dir_all(&data).unwrap();
    identity::load_or_make(&data, SystemTime::now()).unwrap();
    assert_says(
        &bench,
        &[
            "ok\tThis computer's certificate of localhost is valid.",
            "fault\tBrowsers do not trust this computer's certificate of localhost, so pages cannot reach Ankong.",
        ],
    );
    fs::write(data.join("localhost/leaf-3.pem"), "torn").unwrap();
    assert_says(&bench, &["fault\tThis computer's certificates of localhost are damaged."]);
    fs::remove_dir_all(data.join("localhost")).unwrap();
    let ten_days = Duration::from_secs(10 * 86_400);
    identity::load_or_make(&data, SystemTime::now() + ten_days).unwrap();
    assert_says(
        &bench,
        &[
            "attention\tThe computer's clock is earlier than your files.",
            "fault\tNone of this computer's certificates of localhost is valid now.",
        ],
    );
}

#[test]
fn other_programs_on_the_ports_are_named() {
    let bench = Bench::new();
    // Where somebody else has one already, it is taken all the same.
    let _taken: Vec<_> = PORTS.iter().map(|port| TcpListener::bind(("127.0.0.1", *port))).collect();
    let sentence = "fault\tAnkong is not running, and other programs have all of its ports (24443, 24543, 24643).";
    assert_says(&bench, &[sentence]);
    let said = bench.run(&["doctor"]);
    assert!(said.output.contains("\t- 24443: "), "{said:?}");
}

#[test]
fn a_faulty_administrators_file_and_a_faulty_code_are_said() {
    let bench = Bench::new();
    let said = bench.run(&["doctor", "--config", "/nonexistent/a.toml"]);
    assert!(said.output.contains("fault\tThe administrator's file is faulty"), "{said:?}");
    let said = bench.run(&["doctor", "--explain", "ABC"]);
    assert!(said.code == Some(1) && said.errors.contains("a code has six"), "{said:?}");
    let right = code(&bench.run(&["doctor"])).to_owned();
    let wrong = format!("{}{}", if right.starts_with('2') { "3" } else { "2" }, &right[1..]);
    let said = bench.run(&["doctor", "--explain", &wrong]);
    assert!(said.code == Some(1) && said.errors.contains("characters is wrong; hint"), "{said:?}");
}

#[test]
fn it_speaks_the_persons_language() {
    let bench = Bench::new();
    let said = Said::by(bench.command(&["doctor"]).env("LC_ALL", "zh_TW.UTF-8"));
    assert!(said.output.contains("異常\t沒有螢幕可以顯示 PIN 碼視窗。"), "{said:?}");
    assert!(said.output.lines().last().unwrap().starts_with("代碼: "), "{said:?}");
}

#[test]
fn a_report_names_nobody() {
    let bench = Bench::new();
    let data = bench.path(".local/share/ankong");
    fs::create_dir_all(&data).unwrap();
    identity::load_or_make(&data, SystemTime::now()).unwrap();
    let user = "somebodys-login";
    for (at, profile) in
        [Profile::MoicaGen1, Profile::MoicaGen2, Profile::Iso7816Part15, Profile::Piv]
            .into_iter()
            .enumerate()
    {
        let image = image_of(profile, KeyKind::Rsa2048);
        let file = bench.path(&format!("report-{at}.txt"));
        bench.with_card(traced(&image, &[]).0, || {
            let mut doctor = bench.command(&["doctor", "--report"]);
            let said = Said::by(doctor.arg(&file).env("USER", user).env("LOGNAME", user));
            assert!(said.output.contains("The report is written"), "{said:?}");
        });
        let report = fs::read_to_string(&file).unwrap();
        for needed in ["Code: ", "ankong 0.", "doctor-card-", "can read", "atr 3B"] {
            assert!(report.contains(needed), "{needed} in {report}");
        }
        let certificate = X509::from_pem(image.certificates.signature.as_bytes()).unwrap();
        let serial = certificate.serial_number().to_bn().unwrap();
        let (hex, decimal) = (serial.to_hex_str().unwrap(), serial.to_dec_str().unwrap());
        let home = bench.home.path().to_str().unwrap();
        let number = image.card_number.as_str();
        let subject = subject_number(&certificate);
        for secret in [
            NAME,
            "王",
            "明",
            number,
            &number[2..],
            &number[8..],
            "A123456789",
            ID_TAIL,
            &hex,
            &decimal,
            &subject,
            home,
            user,
        ] {
            assert!(
                !report.to_uppercase().contains(&secret.to_uppercase()),
                "{secret} in {report}"
            );
        }
        // The certificate in whatever form, from any of its bytes on.
        let der = certificate.to_der().unwrap();
        let digits = hex::encode_upper(&der);
        let shown = report.to_uppercase();
        assert!((0..digits.len() - 32).all(|at| !shown.contains(&digits[at..at + 32])));
        for shift in 0..3 {
            let base64 = openssl::base64::encode_block(&der[shift..]);
            assert!((0..base64.len() - 16).all(|at| !report.contains(&base64[at..at + 16])));
        }
    }
    let again = bench.path("report-0.txt");
    let said = Said::by(bench.command(&["doctor", "--report"]).arg(&again));
    assert!(said.code == Some(1) && said.errors.contains("a file of that name"), "{said:?}");
}

fn subject_number(certificate: &X509) -> String {
    let mut entries = certificate.subject_name().entries_by_nid(openssl::nid::Nid::SERIALNUMBER);
    String::from_utf8(entries.next().unwrap().data().as_slice().to_vec()).unwrap()
}
