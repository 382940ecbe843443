//! PIN tries in a file: what outlives the program, and when it is written.

#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::panic,
    clippy::indexing_slicing,
    reason = "a test stops at the first surprise, in its shared functions too"
)]

use std::path::{Path, PathBuf};

use tempfile::TempDir;
use virtual_card::gen1::Gen1;
use virtual_card::{Card, CardImage, Kept, StateFile, StateFileError};

/// A PIN in clear, which this card refuses and counts.
const CLEAR_PIN: &[u8] = b"\x80\x20\x00\x01\x06123456";

#[test]
fn tries_and_a_blocked_pin_outlive_the_program() {
    let folder = Folder::new();
    for left in [2, 1, 0] {
        let mut card = folder.card().unwrap();
        assert_eq!(card.tries_left(), Some(left + 1));
        card.answer(CLEAR_PIN);
        drop(card);
        assert_eq!(folder.state().tries().unwrap(), Some(left));
    }
    let mut card = folder.card().unwrap();
    assert_eq!(card.answer(CLEAR_PIN), Some(vec![0x69, 0x83]));
}

#[test]
fn the_file_is_written_before_the_answer_is_out() {
    let folder = Folder::new();
    let mut card = folder.card().unwrap();
    let answer = card.answer(CLEAR_PIN);
    // The program ends here, and nothing in it runs any more.
    std::mem::forget(card);
    assert_eq!(answer, Some(vec![0x69, 0x87]));
    assert_eq!(folder.card().unwrap().tries_left(), Some(2));
}

#[test]
fn a_state_that_cannot_be_kept_is_a_memory_failure() {
    let folder = Folder::new();
    let mut card = folder.card().unwrap();
    std::fs::remove_file(folder.file()).unwrap();
    // A folder in the place of the file: not even root can rename a file over it.
    std::fs::create_dir(folder.file()).unwrap();
    assert_eq!(card.answer(CLEAR_PIN), Some(vec![0x65, 0x81]));
    assert_eq!(card.answer(CLEAR_PIN), Some(vec![0x65, 0x81]));
}

#[test]
fn a_file_of_another_card_or_of_anything_else_is_refused() {
    let folder = Folder::new();
    let mut other = image();
    other.card_number = "TP99999999999999".to_owned();
    StateFile::new(&folder.file(), &other).write(1).unwrap();
    let error = folder.card().err().unwrap();
    assert!(
        matches!(error, StateFileError::AnotherCard { found, .. } if found == "TP99999999999999")
    );
    for text in ["", "tries = 3", "card-number = 1\ntries = 3\n", "what = \"else\""] {
        std::fs::write(folder.file(), text).unwrap();
        let error = folder.card().err().unwrap();
        assert!(matches!(error, StateFileError::Damaged { .. }), "{text:?}: {error}");
    }
}

#[cfg(unix)]
#[test]
fn the_file_is_its_owners_alone() {
    use std::os::unix::fs::PermissionsExt;
    let folder = Folder::new();
    folder.card().unwrap().answer(CLEAR_PIN);
    let mode = std::fs::metadata(folder.file()).unwrap().permissions().mode();
    assert_eq!(mode & 0o777, 0o600);
    let names: Vec<_> = folder.0.path().read_dir().unwrap().flatten().collect();
    assert_eq!(names.len(), 1, "only the state lies there");
}

#[test]
fn the_state_lies_beside_the_image() {
    let beside = StateFile::beside(Path::new("/cards/revoked.toml"));
    assert_eq!(beside, Path::new("/cards/revoked.state"));
}

struct Folder(TempDir);

impl Folder {
    fn new() -> Self {
        Self(tempfile::tempdir().unwrap())
    }

    fn file(&self) -> PathBuf {
        self.0.path().join("card.state")
    }

    fn state(&self) -> StateFile {
        StateFile::new(&self.file(), &image())
    }

    /// The card as a program that has just been started finds it.
    fn card(&self) -> Result<Kept<Gen1>, StateFileError> {
        let mut image = image();
        image.tries = self.state().tries()?.unwrap_or(image.tries);
        Kept::new(Gen1::new(&image).unwrap(), self.state())
    }
}

fn image() -> CardImage {
    toml::from_str(include_str!("data/card.toml")).unwrap()
}
