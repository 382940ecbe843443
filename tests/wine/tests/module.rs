//! A PKCS#11 module of Windows' own kind, loaded by the child that is shut in; and one for another processor, which is told
//! of and never loaded.
#![cfg(target_os = "linux")]
#![allow(
    clippy::unwrap_used,
    clippy::panic,
    clippy::indexing_slicing,
    reason = "a failing test may panic"
)]

use std::fs;
use std::path::{Path, PathBuf};
use std::process::Command;

use ankong_wine::{Windows, built};

/// Where HiCOS puts its own.
const PLACE: &str = r"windows\system32\HiCOSPKCS11.dll";
/// `IMAGE_FILE_MACHINE_I386`, Microsoft's "PE Format".
const I386: [u8; 2] = [0x4C, 0x01];

fn module(windows: &Windows) -> PathBuf {
    let source = Path::new(env!("CARGO_MANIFEST_DIR")).join("module/pkcs11.c");
    let library = windows.file(PLACE);
    let mut compiler = Command::new("x86_64-w64-mingw32-gcc");
    compiler.args(["-shared", "-O2", "-s", "-o"]).arg(&library).arg(source);
    assert!(compiler.status().unwrap().success());
    library
}

fn doctor(windows: &Windows) -> String {
    windows.run(built("ankong.exe").unwrap(), &["doctor"]).unwrap().text
}

#[test]
fn a_module_is_loaded_by_a_child_and_tells_its_token() {
    let windows = Windows::new().unwrap();
    module(&windows);
    let said = doctor(&windows);
    assert!(said.contains(r"System32\HiCOSPKCS11.dll: cards: 1"), "{said}");
}

#[test]
fn one_for_another_processor_is_named_and_not_loaded() {
    let windows = Windows::new().unwrap();
    let library = module(&windows);
    let mut bytes = fs::read(&library).unwrap();
    let header = u32::from_le_bytes(bytes[0x3C..0x40].try_into().unwrap()) as usize;
    bytes[header + 4..header + 6].copy_from_slice(&I386);
    fs::write(&library, bytes).unwrap();
    let said = doctor(&windows);
    assert!(said.contains("it is made for x86, and this program for x86_64"), "{said}");
}
