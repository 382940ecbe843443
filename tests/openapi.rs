//! docs/openapi.yaml, tested against the running door by schemathesis: what the file allows is
//! answered as the file says, what it does not allow is refused, and no wrong input costs a PIN.
#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::panic,
    clippy::indexing_slicing,
    reason = "a failing test may panic"
)]

mod support;

use std::process::Command;

use ankong::session::Refusal;
use ankong::session::consent::Gives;

use support::cards::{PIN, image, reader_with};
use support::person::{ScriptedPerson, Seen};
use support::{Door, PORTAL};

const FILE: &str = concat!(env!("CARGO_MANIFEST_DIR"), "/docs/openapi.yaml");
/// Cases for each call, beside those at the edges of each field.
const CASES: &str = "60";

#[test]
fn the_door_answers_as_the_file_says_and_wrong_input_costs_no_pin() {
    let (reader, trace) = reader_with(&image(), &[]);
    let door = Door::open(reader, ScriptedPerson::obliging(PIN));
    let folder = tempfile::tempdir().unwrap();
    let mut schemathesis = Command::new(support::pypi().join("st"));
    schemathesis
        .args(["run", FILE, "--max-examples", CASES, "--max-failures", "5"])
        // How fast it can think of input is this machine's business.
        .args(["--suppress-health-check", "all"])
        .args(["--phases", "examples,coverage,fuzzing", "--request-timeout", "20"])
        .arg(format!("--url=https://localhost:{}", door.caller.port()))
        .arg(format!("--tls-verify={}", door.root().display()))
        .args(["-H", &format!("Origin: {PORTAL}"), "--no-color"])
        .env("PYTHONWARNINGS", "ignore")
        .current_dir(folder.path()); // it keeps notes where it runs
    let output = schemathesis.output().unwrap();
    let said = String::from_utf8_lossy(&output.stdout);
    assert!(output.status.success(), "{said}{}", String::from_utf8_lossy(&output.stderr));

    let seen = door.person.seen();
    let (mut asked, mut signed) = ([0; 3], 0);
    for pair in seen.windows(2) {
        if let Seen::Question { gives, .. } = &pair[0] {
            let (kind, signs) = match gives {
                Gives::Identity => (0, true),
                Gives::Signature(_) => (1, true),
                Gives::Certificates => (2, false),
            };
            asked[kind] += 1;
            signed += usize::from(signs && pair[1] == Seen::End(Ok(())));
        }
    }
    assert!(asked.iter().all(|count| *count > 10), "asked {asked:?} times, each kind");
    assert_eq!(trace.verifies(), signed, "a PIN for each signature, and no other");
}

#[test]
fn the_file_has_every_code_and_no_other() {
    let file = std::fs::read_to_string(FILE).unwrap();
    let of_the_door = ["origin-not-allowed", "bad-request", "too-large"];
    let codes = of_the_door.into_iter().chain(Refusal::ALL.map(Refusal::code));
    let listed: String = codes.map(|code| format!("            - {code}\n")).collect();
    assert!(file.contains(&format!("        code:\n          enum:\n{listed}        detail:")));
}
