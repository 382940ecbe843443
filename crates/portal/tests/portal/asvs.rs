//! The list of what holds names tests that exist.

use std::{fs, path::Path};

#[test]
fn every_test_that_the_list_names_is_there() {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/portal");
    let list = include_str!("../../../../docs/asvs.md");
    let names: Vec<(&str, &str)> =
        list.split('`').skip(1).step_by(2).filter_map(|name| name.split_once("::")).collect();
    assert!(names.len() > 40, "{}", names.len());
    for (file, sentence) in names {
        if file == "file" {
            continue; // how they are named
        }
        let code = fs::read_to_string(folder.join(format!("{file}.rs"))).unwrap();
        assert!(code.contains(&format!("fn {sentence}(")), "{file}::{sentence}");
    }
}
