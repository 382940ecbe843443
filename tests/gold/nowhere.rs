//! Where a PIN that was typed might be, and is not: processes, and files.

use std::fs;
use std::path::{Path, PathBuf};

use ankong_stage::Ensemble;

/// A process and all that descend from it.
pub(crate) fn descendants(root: u32) -> Vec<u32> {
    let mut found = vec![root];
    let mut next = 0;
    while next < found.len() {
        let tasks = format!("/proc/{}/task", found[next]);
        for task in fs::read_dir(tasks).into_iter().flatten().flatten() {
            let children = fs::read_to_string(task.path().join("children")).unwrap_or_default();
            found.extend(children.split_whitespace().map(|id| id.parse::<u32>().unwrap()));
        }
        next += 1;
    }
    found
}

pub(crate) fn files_below(folder: &Path) -> Vec<PathBuf> {
    let mut found = Vec::new();
    // A folder or a file may have gone since it was listed.
    for entry in fs::read_dir(folder).into_iter().flatten().flatten() {
        let Ok(kind) = entry.file_type() else { continue };
        if kind.is_dir() {
            found.extend(files_below(&entry.path()));
        } else if kind.is_file() {
            found.push(entry.path());
        }
    }
    found
}

/// A process that is not dumpable hides its environment from everybody but root: that will do too.
pub(crate) fn assert_absent_from_process(process: u32) {
    for name in ["cmdline", "environ"] {
        let path = Path::new("/proc").join(process.to_string()).join(name);
        match fs::read(&path) {
            Ok(bytes) => assert_absent_from(&path, &bytes),
            Err(error) if error.kind() == std::io::ErrorKind::PermissionDenied => {}
            Err(error) => panic!("{path:?}: {error}"),
        }
    }
}

pub(crate) fn assert_absent_from(path: &Path, bytes: &[u8]) {
    let pin = Ensemble::PIN.as_bytes();
    assert!(!bytes.windows(pin.len()).any(|window| window == pin), "the PIN is in {path:?}");
}
