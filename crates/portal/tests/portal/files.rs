//! The script of the gold page, run by node.

use std::process::Command;

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

    let script = concat!("file://", env!("CARGO_MANIFEST_DIR"), "/static/national-id.js");
    let program = format!(
        "import('{script}').then(({{ slipIn }}) => \
         console.log(JSON.stringify({}.map((id) => slipIn(id) ?? null))))",
        serde_json::to_string(&ids).unwrap()
    );
    let run = Command::new("node").args(["--no-warnings", "-e", &program]).output().unwrap();
    assert!(run.status.success(), "{}", String::from_utf8_lossy(&run.stderr));
    let found: Vec<Option<&str>> = serde_json::from_slice(&run.stdout).unwrap();
    assert_eq!(found, expected);
}
