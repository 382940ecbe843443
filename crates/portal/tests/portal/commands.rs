//! The program's commands, as an operator types them.

use std::{
    fs,
    io::Write,
    path::Path,
    process::{Command, Output, Stdio},
};

use crate::site::{MEI, PASSWORD};

pub(crate) fn run(config: &Path, arguments: &[&str], input: &str) -> Output {
    let mut command = Command::new(env!("CARGO_BIN_EXE_ankong-portal"));
    command.arg("--config").arg(config).args(arguments);
    command.stdin(Stdio::piped()).stdout(Stdio::piped()).stderr(Stdio::piped());
    let mut program = command.spawn().unwrap();
    program.stdin.take().unwrap().write_all(input.as_bytes()).unwrap();
    program.wait_with_output().unwrap()
}

#[test]
fn a_clerk_is_made_listed_and_taken_back() {
    let folder = tempfile::tempdir().unwrap();
    let config = folder.path().join("portal.toml");
    fs::write(&config, include_str!("../../portal.example.toml")).unwrap();
    let said = |arguments: &[&str]| {
        let output = run(&config, arguments, "");
        let text = String::from_utf8(output.stdout).unwrap();
        (output.status.success(), text, String::from_utf8(output.stderr).unwrap())
    };
    let (done, _, why) = said(&["clerk", "add", MEI]);
    assert!(!done && why.contains("no member has this account"), "{why}");

    let seed = ["seed", "--email", MEI, "--name", "林美玲", "--password-stdin"];
    assert!(run(&config, &seed, PASSWORD).status.success());
    assert!(said(&["clerk", "add", &MEI.to_uppercase()]).0);
    let listed = said(&["clerk", "list"]).1;
    assert!(listed.lines().count() == 1 && listed.ends_with(&format!(" {MEI}\n")), "{listed}");
    assert!(said(&["clerk", "remove", MEI]).0);
    let (done, _, why) = said(&["clerk", "remove", MEI]);
    assert!(!done && why.contains("no clerk has this account"), "{why}");
    assert_eq!(said(&["clerk", "list"]).1, "");
}

#[test]
fn a_data_base_is_copied_and_what_happened_is_printed() {
    let folder = tempfile::tempdir().unwrap();
    let config = folder.path().join("portal.toml");
    fs::write(&config, include_str!("../../portal.example.toml")).unwrap();
    let copy = folder.path().join("copy.sqlite");
    let copy = copy.to_str().unwrap();
    let early = run(&config, &["backup", copy], "");
    assert!(!early.status.success() && !Path::new(copy).exists(), "there is nothing to copy");
    let seed = ["seed", "--email", MEI, "--name", "林美玲", "--password-stdin"];
    assert!(run(&config, &seed, PASSWORD).status.success());
    assert!(run(&config, &["backup", copy], "").status.success());
    assert!(fs::read(copy).unwrap().starts_with(b"SQLite format 3"));
    assert!(run(&config, &["clerk", "add", MEI], "").status.success());
    let audit = run(&config, &["audit"], "");
    assert!(audit.status.success(), "{}", String::from_utf8_lossy(&audit.stderr));
    let lines = String::from_utf8(audit.stdout).unwrap();
    assert!(lines.contains("\"what\":\"clerk-appointed\"") && !lines.contains(MEI), "{lines}");
}
