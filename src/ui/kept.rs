//! What the program writes out for its window is kept in `tests/data`: the tests of the real window, of
//! the keyboard and of accessibility show these very pages, and `make pictures` photographs them.

use std::path::Path;

use serde::Serialize;

use super::texts::Language;

/// Compares what stands in the folder with every scene as it is written in both languages; with
/// `ANKONG_KEEP=1` keeps that.
pub(super) fn compare<Scene, Written: Serialize>(
    folder: &str,
    scenes: Vec<(&str, Scene)>,
    write: impl Fn(&Scene, Language) -> Written,
) {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/data").join(folder);
    let mut differing = Vec::new();
    for (name, scene) in &scenes {
        for language in [Language::Chinese, Language::English] {
            let text = serde_json::to_string_pretty(&write(scene, language)).unwrap() + "\n";
            let file = folder.join(format!("{name}-{}.json", language.tag()));
            if std::env::var_os("ANKONG_KEEP").is_some() {
                std::fs::write(&file, &text).unwrap();
            } else if std::fs::read_to_string(&file).ok().as_deref() != Some(&text) {
                differing.push(file);
            }
        }
    }
    assert!(differing.is_empty(), "ANKONG_KEEP=1 keeps them, then look at them: {differing:?}");
}
