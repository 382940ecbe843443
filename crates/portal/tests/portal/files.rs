//! The scripts of the gold page, run by node.

use std::{fs, path::Path, process::Command};

use ankong_verify::{NationalId, NationalIdError};

#[test]
fn the_page_finds_the_same_slips_in_an_id_as_the_server() {
    let mut ids: Vec<String> =
        ["", "A12345678", "1123456789", "A323456789", "AE12345678", "a123456789"]
            .map(String::from)
            .into();
    for letter in 'A'..='Z' {
        for second in ['1', '2', '8', '9', 'A', 'B', 'C', 'D'] {
            ids.extend(('0'..='9').map(|check| format!("{letter}{second}2345678{check}")));
        }
    }
    let expected: Vec<_> = ids
        .iter()
        .map(|id| match NationalId::parse(id) {
            Ok(_) => None,
            Err(NationalIdError::Shape) => Some("id-shape"),
            Err(NationalIdError::CheckDigit) => Some("id-check-digit"),
        })
        .collect();
    assert_eq!(expected.iter().filter(|slip| slip.is_none()).count(), 26 * 8 + 1);

    // As one module with the question behind it: older nodes take a file ending in .js for no module.
    let program = format!(
        "{}\nconsole.log(JSON.stringify({}.map((id) => slipIn(id) ?? null)))",
        include_str!("../../static/national-id.js"),
        serde_json::to_string(&ids).unwrap()
    );
    let run =
        Command::new("node").args(["--input-type=module", "--eval", &program]).output().unwrap();
    assert!(run.status.success(), "{}", String::from_utf8_lossy(&run.stderr));
    let found: Vec<Option<&str>> = serde_json::from_slice(&run.stdout).unwrap();
    assert_eq!(found, expected);
}

#[test]
fn the_page_shows_which_parts_of_the_rule_a_password_keeps() {
    let long = format!("Taipei#101{}", "a".repeat(190));
    let expected = [
        ("Taipei#101", "length upper lower digit symbol"),
        ("Ta#1pei", "upper lower digit symbol"),
        ("taipei&one", "length lower"),
        ("TAIPEI=1", "length upper digit symbol"),
        ("臺北一○一", ""),
        ("臺北一○一一○", ""),
        ("臺北一○一一○一！", "length"),
        (&long, "length upper lower digit symbol"),
        (&format!("{long}a"), "upper lower digit symbol"),
    ];
    let words: Vec<&str> = expected.iter().map(|(word, _)| *word).collect();
    let program = format!(
        "{}\nconsole.log(JSON.stringify({}.map((word) => partsKept(word).join(' '))))",
        include_str!("../../static/password-rule.js"),
        serde_json::to_string(&words).unwrap()
    );
    let run =
        Command::new("node").args(["--input-type=module", "--eval", &program]).output().unwrap();
    assert!(run.status.success(), "{}", String::from_utf8_lossy(&run.stderr));
    let found: Vec<String> = serde_json::from_slice(&run.stdout).unwrap();
    assert_eq!(found, expected.map(|(_, parts)| parts));
}

#[test]
fn while_the_portal_judges_nothing_can_be_cancelled() {
    play("gold-page.mjs", &["card.js", "code.js", "component.js", "gold.js", "national-id.js"]);
}

#[test]
fn the_components_state_is_live_and_right_again_when_the_page_comes_back() {
    play("component-page.mjs", &["component.js"]);
}

#[test]
fn the_page_shows_that_no_robot_is_at_work_by_a_puzzle_or_by_google() {
    play("robot-page.mjs", &["robot.js"]);
}

/// Runs a stand-in for a page with the scripts of the page.
fn play(page: &str, scripts: &[&str]) {
    let folder = tempfile::tempdir().unwrap();
    let root = Path::new(env!("CARGO_MANIFEST_DIR"));
    let copy = |file: &Path| {
        fs::copy(root.join(file), folder.path().join(file.file_name().unwrap())).unwrap();
    };
    copy(Path::new("../../client/ankong.js"));
    copy(&Path::new("tests/data").join(page));
    scripts.iter().for_each(|script| copy(&Path::new("static").join(script)));
    fs::write(folder.path().join("package.json"), r#"{"type":"module"}"#).unwrap();
    let run = Command::new("node").arg(page).current_dir(folder.path()).output().unwrap();
    assert!(run.status.success(), "{}", String::from_utf8_lossy(&run.stderr));
}
